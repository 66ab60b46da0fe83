"""Bins of horizon, and the yardsticks of the field that go by them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from passinfo.columns import Bools, Floats

Bins = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Edges:
    """Bins from each edge (included) to the next (excluded), minutes."""

    minutes: tuple[float, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the bins."""
        return tuple(f"{a:g}-{b:g}" for a, b in zip(self.minutes, self.minutes[1:], strict=False))

    def __len__(self) -> int:
        return len(self.minutes) - 1

    def of(self, horizon_s: Floats) -> Bins:
        """The bin of each horizon; -1 beyond the last edge, or unknown.

        A horizon below the first edge is in the first bin: who says a bus has passed that is still to come is wrong
        about a bus that is near.

        Examples
        --------
        >>> HORIZON.of(np.array([-5.0, 0.0, 180.0, 1799.0, 1800.0])).tolist()
        [0, 0, 1, 3, -1]
        """
        bins = np.searchsorted(60.0 * np.asarray(self.minutes[1:]), horizon_s, side="right")
        return np.where(bins < len(self), bins, -1)


HORIZON = Edges((0, 3, 6, 12, 30))
"""The bins of MBTA's prediction accuracy."""
ACTUAL = Edges((0, 2, 5, 10, 15, 30))
"""By time to the actual arrival, to compare two producers (public archives of production feeds are cut so)."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """Which errors count as accurate, by bin; both bounds included."""

    edges: Edges
    early_s: tuple[float, ...]
    late_s: tuple[float, ...]

    def accurate(self, error_s: Floats, bins: Bins) -> Bools:
        """Whether each error lies within the bounds of its bin; False outside the bins."""
        early, late = np.asarray(self.early_s)[bins], np.asarray(self.late_s)[bins]
        return (bins >= 0) & (error_s >= early) & (error_s <= late)


MBTA = Yardstick(HORIZON, (-60.0, -90.0, -150.0, -240.0), (60.0, 120.0, 210.0, 360.0))
"""MBTA prediction accuracy; by the horizon as predicted. Error is actual minus predicted."""
ETA = Yardstick(Edges((0, 3, 6, 10, 15)), (-30.0, -60.0, -60.0, -90.0), (90.0, 150.0, 210.0, 270.0))
"""ETA Accuracy Benchmark (TransitApp/ETA-Accuracy-Benchmark, README): by time to the actual arrival."""
RELIABLE_WITHIN_S = 30 * 60.0
"""Cal-ITP looks at the half hour before each arrival."""


def reliable(error_s: Floats, ahead_s: Floats) -> Bools:
    """Cal-ITP: whether -60 ln(t + 1.3) < error < 60 ln(t + 1.5), t minutes before the actual arrival.

    Source: Cal-ITP, GTFS-RT Trip Updates performance metrics, *Reliable Prediction Accuracy*.

    Examples
    --------
    >>> reliable(np.array([-15.0, -16.0, 146.0, 147.0]), np.array([0.0, 0.0, 600.0, 600.0])).tolist()
    [True, False, True, False]
    """
    minutes = np.maximum(ahead_s, 0.0) / 60.0
    return (error_s > -60.0 * np.log(minutes + 1.3)) & (error_s < 60.0 * np.log(minutes + 1.5))
