"""What a file of reports is like: counts, intervals, losses, clocks, standing buses, fit to a network.

Pure. Everything is measured on the rows that could be read; the refused ones are counted by reason and field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from passinfo.bms.convert import ReadResult
from passinfo.bms.reports import Reports
from passinfo.columns import Floats, Texts, concat
from passinfo.geo import haversine_m
from passinfo.rejections import Reason, Rejection

BREAK_S = 600.0
"""A vehicle silent for longer was off duty, not unheard."""
STANDING_M = 15.0
"""Closer together two fixes are the same place (GPS scatter of a standing bus, Kingston's 90th percentile: 9 m)."""
ON_LINE_M = 60.0
"""As in the definition of "in service"."""
HINTS = ("route_id", "trip_id", "block_id", "stop_id", "variant")
BINS_S = (0, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, BREAK_S)
"""Edges of the histogram of intervals."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """Refusals of one reason and field: how many, and the first."""

    reason: Reason
    field: str
    count: int
    first: Rejection


@dataclass(frozen=True, slots=True)
class Fit:
    """How the reports fit a network; shares of 1."""

    on_lines: float
    """Of the moving positions: within ``ON_LINE_M`` of a line."""
    known: dict[str, float]
    """Share of the given hints that the network knows, by field; absent where none is given."""
    unknown_examples: dict[str, str]


@dataclass(frozen=True, slots=True)
class Findings:
    """The figures of one file; NaN where there is nothing to measure."""

    rows: int
    taken: int
    refusals: tuple[Refusals, ...]
    """Most frequent first."""
    vehicles: int
    first_at: float
    last_at: float
    interval_p50_s: float
    interval_p90_s: float
    interval_counts: tuple[int, ...]
    """Intervals per bin of ``BINS_S``."""
    lost_share: float
    """Reports missing within duty, of those expected at the median interval of their vehicle."""
    duplicate_share: float
    """Same vehicle and instant as an earlier row."""
    repeat_share: float
    """A new instant with exactly the place before it."""
    late_share: float
    """Observed before an earlier row of the same vehicle."""
    standing_share: float
    """Of the intervals: moved less than ``STANDING_M``."""
    jumps: int
    """Moves that imply more than ``max_speed_mps``."""
    has_reception: bool
    delay_p50_s: float
    delay_p90_s: float
    """From observation to reception."""
    fast_clocks: tuple[str, ...]
    """Vehicles whose median delay is negative: their clocks run ahead of the receiver's."""
    unordered_share: float
    """Of the rows: more than an hour behind the newest before them. Only where the source has no reception."""
    given: dict[str, float]
    """Share of the rows that carry each hint."""


def gather(parts: Iterable[ReadResult]) -> ReadResult:
    """All parts of a file as one."""
    results = list(parts)
    return ReadResult(
        concat(Reports, [part.reports for part in results]),
        tuple(rejection for part in results for rejection in part.rejections),
        sum(part.rows for part in results),
        has_reception=any(part.has_reception for part in results),
    )


def measure(result: ReadResult, max_speed_mps: float) -> Findings:
    """The figures of what a file gave."""
    reports = result.reports
    n = len(reports.observed_at)
    _, vehicle = np.unique(reports.vehicle_id.astype(str), return_inverse=True) if n else (None, np.zeros(0, int))
    order = np.lexsort((np.arange(n), reports.observed_at, vehicle))
    same = vehicle[order][1:] == vehicle[order][:-1]
    step_s = np.diff(reports.observed_at[order])
    lat, lon = reports.lat_deg[order], reports.lon_deg[order]
    moved_m = haversine_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    fresh = same & (step_s > 0)
    duty = fresh & (step_s <= BREAK_S)
    intervals = step_s[duty]
    delay_s = reports.received_at - reports.observed_at
    return Findings(
        rows=result.rows,
        taken=n,
        refusals=count_refusals(result.rejections),
        vehicles=len(np.unique(vehicle)),
        first_at=float(reports.observed_at.min()) if n else float("nan"),
        last_at=float(reports.observed_at.max()) if n else float("nan"),
        interval_p50_s=_quantile(intervals, 0.5),
        interval_p90_s=_quantile(intervals, 0.9),
        interval_counts=tuple(np.histogram(intervals, BINS_S)[0].tolist()),
        lost_share=_lost(intervals, vehicle[order][1:][duty]),
        duplicate_share=_share(same & (step_s == 0), n),
        repeat_share=_share(fresh & (lat[1:] == lat[:-1]) & (lon[1:] == lon[:-1]), int(fresh.sum())),
        late_share=_late(reports.observed_at, vehicle),
        standing_share=_share(duty & (moved_m < STANDING_M), int(duty.sum())),
        jumps=int((fresh & (moved_m > 100 + max_speed_mps * step_s)).sum()),
        has_reception=result.has_reception,
        delay_p50_s=_quantile(delay_s, 0.5),
        delay_p90_s=_quantile(delay_s, 0.9),
        fast_clocks=_fast_clocks(reports.vehicle_id, vehicle, delay_s) if result.has_reception else (),
        unordered_share=0.0 if result.has_reception else _share(delay_s > 3_600, n),
        given={name: _share(_given(getattr(reports, name)), n) for name in HINTS},
    )


def count_refusals(rejections: Iterable[Rejection]) -> tuple[Refusals, ...]:
    """Refusals by reason and field, most frequent first."""
    counts: Counter[tuple[Reason, str]] = Counter()
    first: dict[tuple[Reason, str], Rejection] = {}
    for rejection in rejections:
        key = (rejection.reason, rejection.field)
        counts[key] += 1
        first.setdefault(key, rejection)
    return tuple(Refusals(*key, count, first[key]) for key, count in counts.most_common())


def moving_places(reports: Reports, most: int) -> tuple[Floats, Floats]:
    """Latitude and longitude of positions that differ from the row before, at most so many, spread over the file.

    A bus that sleeps in a depot for hours would else decide how well the file fits a network.
    """
    place = np.unique(np.column_stack((reports.lat_deg.round(4), reports.lon_deg.round(4))), axis=0)
    chosen = place[:: max(1, len(place) // most)]
    return chosen[:, 0], chosen[:, 1]


def fit(reports: Reports, offset_m: Floats, known_ids: dict[str, frozenset[str]]) -> Fit:
    """How reports fit a network: ``offset_m`` of its places from the lines, and the ids it knows by field."""
    known: dict[str, float] = {}
    examples: dict[str, str] = {}
    for name, ids in known_ids.items():
        values = [value for value in getattr(reports, name).tolist() if value is not None]
        if not values:
            continue
        counts = Counter(values)
        known[name] = sum(count for value, count in counts.items() if value in ids) / len(values)
        strangers = sorted(value for value in counts if value not in ids)
        if strangers:
            examples[name] = strangers[0]
    return Fit(_share(offset_m <= ON_LINE_M, len(offset_m)), known, examples)


def _lost(intervals: Floats, vehicle: npt.NDArray[Any]) -> float:
    """Expected reports that did not come, at each vehicle's own median interval."""
    lost = expected = 0.0
    order = np.argsort(vehicle, kind="stable")
    cuts = np.flatnonzero(np.diff(vehicle[order])) + 1
    for group in np.split(intervals[order], cuts):
        if len(group) >= 3:
            steps = np.maximum(np.round(group / np.median(group)), 1.0)
            lost += float((steps - 1).sum())
            expected += float(steps.sum())
    return lost / expected if expected else float("nan")


def _late(observed_at: Floats, vehicle: npt.NDArray[Any]) -> float:
    order = np.lexsort((np.arange(len(vehicle)), vehicle))
    at, who = observed_at[order], vehicle[order]
    return _share((at[1:] < at[:-1]) & (who[1:] == who[:-1]), len(at))


def _fast_clocks(vehicle_id: Texts, vehicle: npt.NDArray[Any], delay_s: Floats) -> tuple[str, ...]:
    """Vehicles seen at least five times whose median delay is below -5 s (network clocks agree to a second)."""
    order = np.argsort(vehicle, kind="stable")
    cuts = np.flatnonzero(np.diff(vehicle[order])) + 1
    groups = np.split(order, cuts) if len(order) else []
    return tuple(str(vehicle_id[g[0]]) for g in groups if len(g) >= 5 and np.median(delay_s[g]) < -5)


def _given(values: Texts) -> npt.NDArray[Any]:
    return np.array([value is not None for value in values], dtype=bool)


def _quantile(values: Floats, share: float) -> float:
    return float(np.quantile(values, share)) if len(values) else float("nan")


def _share(mask: npt.NDArray[Any], of: int) -> float:
    return float(np.count_nonzero(mask)) / of if of else float("nan")
