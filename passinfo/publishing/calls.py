"""Calls: one row per run and stop, from drafts and predictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from passinfo.columns import Bools, Floats, Ints
from passinfo.network.network import Network
from passinfo.prediction.protocol import Basis, Method, Predicted, RunAhead
from passinfo.publishing.drafts import RunDraft, planned_at
from passinfo.snapshot import CallRelationship, Calls, RunRelationship

_WITHOUT_STOPS = (RunRelationship.CANCELED, RunRelationship.DELETED)
_WHOLE = (RunRelationship.NEW, RunRelationship.REPLACEMENT, RunRelationship.DUPLICATED)
"""Runs that no static feed has so: all their stops are told, passed ones too."""
_TIMELESS_RELATIONSHIPS = (CallRelationship.SKIPPED, CallRelationship.NO_DATA)


@dataclass(frozen=True, slots=True)
class Horizon:
    """What of a run's age decides how it is told."""

    now: float
    stale_after_s: float


def runs_ahead(drafts: Sequence[RunDraft]) -> tuple[RunAhead, Ints]:
    """The runs to predict, and which drafts they are."""
    rows = [row for row, draft in enumerate(drafts) if draft.predicted]
    chosen = [drafts[row] for row in rows]
    ahead = RunAhead(
        _ints([draft.pattern_ix for draft in chosen]),
        _ints([draft.trip_ix for draft in chosen]),
        _floats([draft.dist_m for draft in chosen]),
        _floats([draft.measured_at for draft in chosen]),
        _ints([draft.first_position for draft in chosen]),
        _floats([draft.departs_at for draft in chosen]),
        _floats([draft.start_at for draft in chosen]),
        np.array([draft.vehicle_id for draft in chosen], dtype=object),
        _floats([draft.speed_mps for draft in chosen]),
    )
    return ahead, _ints(rows)


def make_calls(
    network: Network,
    drafts: Sequence[RunDraft],
    predicted: Predicted,
    predicted_rows: Ints,
    not_served: Mapping[tuple[str | None, int, int], frozenset[int]],
    horizon: Horizon,
) -> tuple[Calls, Ints]:
    """Calls by run, then stop; and the n + 1 offsets of the runs."""
    told = [_told(network, drafts[row], horizon) for row in range(len(drafts))]
    run = np.concatenate([_ints([row] * len(rows)) for row, rows in enumerate(told)] or [_ints([])])
    position = np.concatenate([*told, _ints([])]).astype(np.int32)
    cells = _Cells(network, drafts, run, position)
    at = _predicted_at(predicted, predicted_rows, run, position, len(drafts))
    p10, p50, p90, dwell = (
        np.where(at >= 0, getattr(predicted, name)[at] if len(predicted.p50_at) else np.nan, np.nan)
        for name in ("p10_at", "p50_at", "p90_at", "dwell_s")
    )
    observed, arrived, departed = _observed(drafts, run, position)
    first, last = position == 0, position == cells.last
    planned_arrival, planned_departure = _planned(network, drafts, run, position)
    # what nobody measures runs as planned; what was passed unseen, at the latest when the bus was last heard of
    by_plan = cells.truth(lambda draft: draft.relationship in _WHOLE) & np.isnan(p50) & ~observed
    passed = by_plan & cells.truth(lambda draft: draft.vehicle_row >= 0)
    plan = np.where(first, planned_departure, planned_arrival)
    plan = np.where(passed, np.fmin(plan, cells.number(lambda draft: draft.measured_at)), plan)
    p50 = np.where(by_plan, plan, p50)
    p10, p90 = np.where(by_plan, p50, p10), np.where(by_plan, p50, p90)
    observed |= passed
    arrived, departed = np.where(passed, p50, arrived), np.where(passed, p50, departed)
    arrival = np.where(observed, arrived, p50)
    departure = np.where(observed, departed, np.where(first, p50, p50 + np.nan_to_num(dwell)))
    relationship = _relationship(drafts, cells, position, p50, observed, not_served)
    timeless = np.isin(relationship, _TIMELESS_RELATIONSHIPS)
    under_way = cells.truth(lambda draft: draft.predicted and not draft.look_ahead)
    to_come = under_way & ~observed & ~timeless
    calls = Calls(
        run,
        cells.stop_ix,
        cells.stop_sequence,
        relationship.astype(np.uint8),
        observed,
        np.where(first | timeless, np.nan, arrival),
        np.where(last | timeless, np.nan, departure),
        np.where(timeless | observed, np.nan, p10),
        np.where(timeless, np.nan, np.where(observed, np.where(first, departed, arrived), p50)),
        np.where(timeless | observed, np.nan, p90),
        np.where(first, planned_departure, planned_arrival),
        np.where(to_come, _served_before(run, to_come), -1).astype(np.int32),
        np.where(to_come, np.maximum(cells.dist_m - cells.number(lambda draft: draft.dist_m), 0.0), np.nan),
        np.where(at >= 0, predicted.method[at] if len(predicted.method) else 0, Method.SCHEDULE).astype(np.uint8),
        _basis(cells, timeless, horizon).astype(np.uint8),
    )
    ptr = np.searchsorted(run, np.arange(len(drafts) + 1)).astype(np.int32)
    return calls, ptr


def _told(network: Network, draft: RunDraft, horizon: Horizon) -> Ints:
    """Positions a run tells of: those to come, and passed ones whose plan is still ahead."""
    if draft.relationship in _WITHOUT_STOPS:
        return _ints([])
    rows = network.pattern_stops(draft.pattern_ix)
    n_stops = rows.stop - rows.start
    if draft.relationship in _WHOLE:
        return np.arange(n_stops, dtype=np.int32)
    to_come = np.arange(draft.first_position, n_stops, dtype=np.int32)
    if not draft.on_timetable or not draft.passed:
        return to_come
    planned = np.fmax(planned_at(network, draft), planned_at(network, draft, departure=True))
    early = [stop.position for stop in draft.passed if planned[stop.position] > horizon.now]
    return np.concatenate((_ints(early), to_come))


class _Cells:
    """What every call takes from its run and its pattern."""

    def __init__(self, network: Network, drafts: Sequence[RunDraft], run: Ints, position: Ints) -> None:
        self.drafts, self.run = drafts, run
        pattern = _ints([draft.pattern_ix for draft in drafts])
        flat = network.patterns.stop_ptr[pattern][run] + position if len(drafts) else _ints([])
        self.stop_ix: Ints = np.asarray(network.patterns.stop_ix[flat], dtype=np.int32)
        self.stop_sequence: Ints = np.asarray(network.patterns.stop_sequence[flat], dtype=np.int32)
        self.dist_m: Floats = np.asarray(network.patterns.stop_dist_m[flat])
        lengths = np.diff(network.patterns.stop_ptr)
        self.last: Ints = (lengths[pattern] - 1)[run].astype(np.int32) if len(drafts) else _ints([])

    def truth(self, value: Callable[[RunDraft], bool]) -> Bools:
        """A yes or no of the run, for each of its calls."""
        return np.array([value(draft) for draft in self.drafts], dtype=bool)[self.run]

    def number(self, value: Callable[[RunDraft], float]) -> Floats:
        """A number of the run, for each of its calls."""
        return np.array([value(draft) for draft in self.drafts], dtype=np.float64)[self.run]


def _predicted_at(
    predicted: Predicted, predicted_rows: Ints, run: Ints, position: Ints, n_runs: int
) -> npt.NDArray[np.int64]:
    """Row of the predictions of each call, -1 if it has none."""
    first_row = np.full(n_runs + 1, -1, dtype=np.int64)
    first_position = np.zeros(n_runs + 1, dtype=np.int64)
    length = np.zeros(n_runs + 1, dtype=np.int64)
    first_row[predicted_rows] = predicted.ptr[:-1]
    length[predicted_rows] = np.diff(predicted.ptr)
    has = predicted_rows[np.diff(predicted.ptr) > 0]
    first_position[has] = predicted.position[first_row[has]]
    offset = position - first_position[run]
    known = (first_row[run] >= 0) & (offset >= 0) & (offset < length[run])
    return np.where(known, first_row[run] + offset, -1)


def _observed(drafts: Sequence[RunDraft], run: Ints, position: Ints) -> tuple[Bools, Floats, Floats]:
    """Which calls have been made, and their observed instants."""
    observed = np.zeros(len(run), dtype=bool)
    arrived, departed = np.full(len(run), np.nan), np.full(len(run), np.nan)
    starts = np.searchsorted(run, np.arange(len(drafts) + 1))
    for row, draft in enumerate(drafts):
        if not draft.passed or starts[row] == starts[row + 1]:
            continue
        seen = {stop.position: stop for stop in draft.passed}
        for call in range(starts[row], starts[row + 1]):
            stop = seen.get(int(position[call])) if position[call] < draft.first_position else None
            if stop is not None:
                observed[call] = True
                arrived[call], departed[call] = stop.arrived_at, stop.departed_at
    return observed, arrived, departed


def _planned(network: Network, drafts: Sequence[RunDraft], run: Ints, position: Ints) -> tuple[Floats, Floats]:
    """Planned arrival and departure of each call; NaN for headway service."""
    trip = _ints([draft.trip_ix if draft.on_timetable else -1 for draft in drafts])
    start_at = _floats([draft.start_at for draft in drafts])
    if len(run) == 0 or not (trip >= 0).any():
        return np.full(len(run), np.nan), np.full(len(run), np.nan)
    first = network.profiles.profile_ptr[network.trips.profile_ix[np.maximum(trip, 0)]]
    flat = np.where(trip[run] >= 0, first[run] + position, 0)
    arrival = np.where(trip[run] >= 0, start_at[run] + network.profiles.arrival_s[flat], np.nan)
    departure = np.where(trip[run] >= 0, start_at[run] + network.profiles.departure_s[flat], np.nan)
    return arrival, departure


def _relationship(
    drafts: Sequence[RunDraft],
    cells: _Cells,
    position: Ints,
    p50: Floats,
    observed: Bools,
    not_served: Mapping[tuple[str | None, int, int], frozenset[int]],
) -> npt.NDArray[np.int64]:
    scheduled = cells.truth(lambda draft: draft.on_timetable)
    given = np.where(scheduled, CallRelationship.SCHEDULED, CallRelationship.UNSCHEDULED).astype(np.int64)
    given[np.isnan(p50) & ~observed] = CallRelationship.NO_DATA
    skipped = _skipped(drafts, cells.run, position, not_served) & ~observed
    given[skipped] = np.where(scheduled[skipped], CallRelationship.SKIPPED, CallRelationship.NO_DATA)
    return given


def _skipped(
    drafts: Sequence[RunDraft],
    run: Ints,
    position: Ints,
    not_served: Mapping[tuple[str | None, int, int], frozenset[int]],
) -> Bools:
    skipped = np.zeros(len(run), dtype=bool)
    for row, draft in enumerate(drafts) if not_served else ():
        places = not_served.get(draft.instance())
        if places:
            skipped |= (run == row) & np.isin(position, sorted(places))
    return skipped


def _served_before(run: Ints, to_come: Bools) -> npt.NDArray[np.int64]:
    """Number of served stops before each call of its run."""
    before: npt.NDArray[np.int64] = np.cumsum(to_come) - to_come
    starts = np.searchsorted(run, run)  # first call of the same run
    return np.asarray(before - before[starts]) if len(run) else before


def _basis(cells: _Cells, timeless: npt.NDArray[np.bool_], horizon: Horizon) -> npt.NDArray[np.int64]:
    age = horizon.now - cells.number(lambda draft: draft.measured_at)
    tracked = cells.truth(lambda draft: draft.vehicle_row >= 0)
    basis = np.where(age > horizon.stale_after_s, Basis.LAST_KNOWN, Basis.TRACKED)
    basis = np.where(tracked, basis, Basis.TIMETABLE)
    return np.where(timeless, Basis.NO_DATA, basis).astype(np.int64)


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int32)


def _floats(values: Sequence[float]) -> Floats:
    return np.array(values, dtype=np.float64)
