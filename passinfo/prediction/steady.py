"""Steadiness: what was told stays told while the evidence does not speak against it.

A prediction made anew at every tick moves with every report: a bus that is seen forty metres farther than expected
brings each of its arrivals three seconds nearer, the next report takes them back, and a display flips between two
minutes. So the median that was told last is kept as long as it lies within a band about the new one, and is drawn no
farther than to the band's edge when it does not (a backlash). The band is a share of the new interval: what one tick
can know lies well within it, and a bus that truly loses time leaves it at once. Of all ways to stay within the band
this is the one that moves least.

Limits: the band costs a little accuracy by what it is wide (``docs/benchmarks.md``), and it knows arrivals by vehicle
and pattern: a bus whose pattern changes begins anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats, Texts
from passinfo.network.network import Network
from passinfo.prediction.order import settle
from passinfo.prediction.protocol import Predicted, Predictor, RunAhead
from passinfo.prediction.rows import Indices, rows_ahead, vehicle_rows

SHARE = 0.23
"""Of the way from the median to p10 and to p90: the band about it …"""
NONE_S, WHOLE_S = 120.0, 240.0
"""… from four minutes ahead on. It narrows to nothing two minutes ahead: there a report tells most, and who has to run
for a bus wants to know. (A wider band that begins later errs less near the stop than a narrower one of always.)"""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told last; immutable."""

    vehicle_id: Texts
    """Sorted; one row per run of a known vehicle under way."""
    pattern_ix: Indices
    first_position: Indices
    ptr: Indices
    """Arrivals of run r: ``p50_at[ptr[r]:ptr[r + 1]]``, one per stop from its first position on."""
    p50_at: Floats


def nothing_told() -> Told:
    """Before the first tick."""
    ints = np.empty(0, dtype=np.int64)
    return Told(np.empty(0, dtype=object), ints, ints, np.zeros(1, dtype=np.int64), np.empty(0))


class Steady:
    """A predictor of one tick whose medians move no more than they must.

    Parameters
    ----------
    predictor
        Whose predictions they are.
    told
        What was told at the tick before.
    share
        Of the interval's halves: how wide the band is; 0 leaves all as it is.
    """

    def __init__(self, predictor: Predictor, told: Told, share: float = SHARE) -> None:
        self._of, self._before, self._share = predictor, told, share
        self.told = told
        """What is told now, after ``predict``."""

    def predict(self, network: Network, runs: RunAhead, now: float) -> Predicted:
        """The predictor's answers, steadied."""
        made = self._of.predict(network, runs, now)
        made = steadied(network, runs, made, self._before, now, self._share)
        self.told = told_of(runs, made)
        return made


def steadied(
    network: Network, runs: RunAhead, made: Predicted, before: Told, now: float, share: float = SHARE
) -> Predicted:
    """Predictions with their medians drawn to what was told before, as far as the band allows."""
    said = _told_rows(runs, made, before)
    if not np.isfinite(said).any():
        return made
    with np.errstate(invalid="ignore"):
        band = share * np.clip((made.p50_at - now - NONE_S) / (WHOLE_S - NONE_S), 0.0, 1.0)
        low = made.p50_at - band * (made.p50_at - made.p10_at)
        high = made.p50_at + band * (made.p90_at - made.p50_at)
        p50 = np.where(np.isfinite(said), np.clip(said, low, high), made.p50_at)
    return settle(rows_ahead(network, runs), now, made.p10_at, p50, made.p90_at, made.dwell_s, made.method)


def told_of(runs: RunAhead, made: Predicted) -> Told:
    """What is told of runs under way whose vehicle is known; of two runs of one vehicle the first."""
    names = runs.vehicle_id if len(runs.vehicle_id) else np.full(len(runs.pattern_ix), "", dtype=object)
    sizes = np.diff(made.ptr)
    kept = np.flatnonzero((names != "") & (sizes > 0) & ~np.isfinite(runs.departs_at))
    _, first = np.unique(names[kept].astype(str), return_index=True)
    kept = kept[first]
    ptr = np.concatenate(([0], np.cumsum(sizes[kept]))).astype(np.int64)
    of_run = np.repeat(np.arange(len(kept)), sizes[kept])
    rows = made.ptr[kept][of_run] + np.arange(ptr[-1]) - ptr[of_run]
    begins = made.position[made.ptr[kept]].astype(np.int64) if len(kept) else np.empty(0, dtype=np.int64)
    return Told(names[kept], runs.pattern_ix[kept].astype(np.int64), begins, ptr, made.p50_at[rows])


def _told_rows(runs: RunAhead, made: Predicted, before: Told) -> Floats:
    """What was told before of each row; NaN where nothing was."""
    said = np.full(len(made.p50_at), np.nan)
    if not len(before.vehicle_id) or not len(runs.vehicle_id) or not len(said):
        return said
    row = vehicle_rows(before.vehicle_id, runs.vehicle_id)
    same = (row >= 0) & (before.pattern_ix[row] == runs.pattern_ix) & ~np.isfinite(runs.departs_at)
    sizes = np.diff(made.ptr)
    run = np.repeat(np.arange(len(sizes)), sizes)
    place = made.position - before.first_position[row][run] + before.ptr[row][run]
    there = same[run] & (made.position >= before.first_position[row][run]) & (place < before.ptr[row + 1][run])
    said[there] = before.p50_at[place[there]]
    return said
