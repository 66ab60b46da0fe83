"""How a bus moves between two reports: it halts where it stood, at stops on the way, and else drives at town speed.

The time that driving does not need is shared out among the places where buses halt: the places of the two reports, the
more the slower the bus was there, and the stops between. Shares fitted on Washington's reports (every second moving one
hidden: mean error 4.5 s, even speed 9.4 s); on Kingston's, not used for it, 6.3 s against 9.7 s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.tracking.ragged import Index

DRIVING_MPS = 12.6
"""Speed between halts, if the reports themselves were not faster …"""
OF_REPORTED = 0.63
"""… than this share of the speed at the reports."""
AT_FIRST, AT_LAST, AT_STOP, ON_THE_WAY = 1.4, 2.0, 0.74, 0.1
"""Weights of a halt at the earlier report, at the later one, at each stop between; and of driving slower all along."""
SLOW_MPS = 7.0
"""A bus reported at this speed is that much (1/e) less likely to be halting there than one standing."""
UNKNOWN_MPS = 5.0
"""Where reports carry no speed."""


@dataclass(frozen=True, slots=True)
class Motion:
    """Ways of buses between two reports each."""

    from_m: Floats
    from_at: Floats
    to_at: Floats
    leaves_after_s: Floats
    """Halt at the earlier report."""
    halts_s: Floats
    """Halt at each stop between."""
    pace_mps: Floats

    def instant(self, rows: Index, place_m: Floats, halts: Floats) -> Floats:
        """When places are passed, ``halts`` stops lying before them. ``rows``: which of the ways."""
        way = place_m - self.from_m[rows]
        at = self.from_at[rows] + self.leaves_after_s[rows] + halts * self.halts_s[rows] + way / self.pace_mps[rows]
        return np.asarray(np.clip(at, self.from_at[rows], self.to_at[rows]))


def motion(
    from_m: Floats, to_m: Floats, from_at: Floats, to_at: Floats, from_mps: Floats, to_mps: Floats, stops: Floats
) -> Motion:
    """The way from one report to the next of each bus. ``stops``: how many lie between; speeds may be NaN."""
    way, taken = np.maximum(to_m - from_m, 0.0), np.maximum(to_at - from_at, 1e-3)
    first, last = (np.where(np.isnan(speed), UNKNOWN_MPS, speed) for speed in (from_mps, to_mps))
    driving = np.maximum(np.maximum(way / taken, DRIVING_MPS), OF_REPORTED * np.maximum(first, last))
    slack = np.maximum(taken - way / driving, 0.0)
    at_first, at_last = AT_FIRST * np.exp(-first / SLOW_MPS), AT_LAST * np.exp(-last / SLOW_MPS)
    share = slack / (at_first + at_last + AT_STOP * stops + ON_THE_WAY)
    pace = np.maximum(way, 1e-3) / np.maximum(way / driving + share * ON_THE_WAY, 1e-6)
    return Motion(from_m, from_at, to_at, share * at_first, share * AT_STOP, pace)
