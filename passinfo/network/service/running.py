"""Running times and dwells learned stop by stop, by time of day.

A segment's usual time is the median of what was seen; its course over the day is that of its route, so that a segment
seen twice at dawn is not believed more than it deserves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats, Ints
from passinfo.network.network import Network

BANDS_S = (0, 6 * 3_600, 9 * 3_600, 12 * 3_600, 15 * 3_600, 19 * 3_600, 22 * 3_600)
"""Night, morning peak, forenoon, afternoon, evening peak, evening, late: what timetables tell apart."""
ENOUGH, ENOUGH_IN_BAND = 4, 30
"""From so many rows on the own median is believed alone, of a segment and of a segment in a band; below, in proportion
(Washington, trips left out in turn: mean error 15.05 s, with 8 in a band 15.23 s)."""
FASTEST_MPS = 25.0
"""90 km/h: no city bus plans for more; validators doubt it too."""
USUAL_MPS, USUAL_DWELL_S = 6.0, 12.0
"""Where nothing was seen on the whole network."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The stops of patterns, flat: those of pattern p are the rows ``stop_ptr[p]:stop_ptr[p+1]``."""

    stop_ptr: Ints
    stop_dist_m: Floats
    route_ix: Ints
    """Of each pattern; any numbering from 0."""

    def rows_of(self, pattern_ix: int) -> slice:
        """Flat rows of a pattern's stops."""
        return slice(int(self.stop_ptr[pattern_ix]), int(self.stop_ptr[pattern_ix + 1]))


def ways_of(network: Network) -> Ways:
    """The patterns of a network."""
    patterns = network.patterns
    return Ways(patterns.stop_ptr, patterns.stop_dist_m, patterns.route_ix)


@dataclass(frozen=True, slots=True)
class Hops:
    """Segments driven, one row each."""

    stop_row: Ints
    """Flat row of the stop reached."""
    run_s: Floats
    """From the departure at the stop before to the arrival."""
    dwell_s: Floats
    """At the stop reached; NaN = unknown."""
    service_s: Floats
    """When the drive began, service seconds."""


@dataclass(frozen=True, slots=True)
class RunningTimes:
    """Usual seconds of every segment, (flat stops of the patterns, bands); first stops have none (0)."""

    ways: Ways
    band_start_s: tuple[int, ...]
    run_s: Floats
    dwell_s: Floats
    seen: Ints
    """Rows seen of each segment."""

    def profile(self, pattern_ix: int, band: int) -> tuple[Ints, Ints]:
        """Arrival and departure at each stop of a pattern: whole seconds, every hop at least one."""
        rows = self.ways.rows_of(pattern_ix)
        metres = np.diff(self.ways.stop_dist_m[rows], prepend=0.0)
        run = np.maximum(np.round(self.run_s[rows, band]), np.maximum(np.ceil(metres / FASTEST_MPS), 1))
        dwell = np.round(self.dwell_s[rows, band])
        run[0] = dwell[0] = dwell[-1] = 0
        arrival = np.cumsum(run) + np.concatenate(([0.0], np.cumsum(dwell)[:-1]))
        return arrival.astype(np.int32), (arrival + dwell).astype(np.int32)


def learn_running(ways: Ways, hops: Hops) -> RunningTimes:
    """Usual times of all segments; those never seen get the pace of their route, or of the network."""
    n, bands, routes = len(ways.stop_dist_m), len(BANDS_S), int(ways.route_ix.max(initial=-1)) + 1
    metres = np.maximum(np.diff(ways.stop_dist_m, prepend=0.0), 1.0)
    metres[ways.stop_ptr[:-1]] = 1.0
    route = np.repeat(ways.route_ix, np.diff(ways.stop_ptr))
    band = np.searchsorted(BANDS_S, hops.service_s % 86_400, side="right") - 1
    pace = hops.run_s / metres[hops.stop_row]
    overall = _median(pace, np.zeros(len(pace), dtype=np.int64), 1, np.full(1, 1 / USUAL_MPS))
    of_route = _median(pace, route[hops.stop_row], routes, overall[0])
    usual = _median(hops.run_s, hops.stop_row, n, of_route[route] * metres)
    relative = hops.run_s / usual[hops.stop_row]
    by_band = _median(relative, band, bands, 1.0)
    key = route[hops.stop_row].astype(np.int64) * bands + band
    by_route = _median(relative, key, routes * bands, np.tile(by_band, routes))
    wider = usual[:, None] * by_route.reshape(-1, bands)[route]
    key = hops.stop_row.astype(np.int64) * bands + band
    own = _median(hops.run_s, key, n * bands, wider.ravel(), ENOUGH_IN_BAND).reshape(n, bands)
    own[ways.stop_ptr[:-1]] = 0.0
    known = np.isfinite(hops.dwell_s)
    everywhere = _median(hops.dwell_s[known], np.zeros(int(known.sum()), dtype=np.int64), 1, np.full(1, USUAL_DWELL_S))
    dwell = _median(hops.dwell_s[known], hops.stop_row[known], n, everywhere[0])
    return RunningTimes(
        ways,
        BANDS_S,
        own,
        np.repeat(dwell[:, None], bands, axis=1),
        np.bincount(hops.stop_row, minlength=n).astype(np.int32),
    )


def _median(
    values: Floats, group: npt.NDArray[np.integer], n: int, wider: Floats | float, enough: int = ENOUGH
) -> Floats:
    """Median of each group, leaning on the wider one as far as it has too few values."""
    order = np.lexsort((values, group))
    count = np.bincount(group, minlength=n)
    start = np.cumsum(count) - count
    ordered = np.append(values[order], 0.0)
    low, high = start + np.maximum(count - 1, 0) // 2, start + count // 2
    own = 0.5 * (ordered[np.minimum(low, len(values))] + ordered[np.minimum(high, len(values))])
    share = np.minimum(count / enough, 1.0)
    return np.asarray(np.where(count > 0, share * own + (1 - share) * wider, wider), dtype=np.float64)
