"""Calls at a stop as every dialect tells them: the arrivals of ``/v1``, its timetable, and what is cancelled."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from api.arrivals import arrival_records, arrivals_of
from api.board import View
from api.dialects.lookups import lookups
from api.freshness import Source
from api.planning import cancelled_at, planned_at, planned_call
from passinfo.snapshot import RunRelationship
from passinfo.times import parse_service_time, service_day_zero_s

ROUNDED_S = 0.5
"""Instants are told in whole seconds."""
MOST = 500
"""Calls asked of one stop: more than any horizon holds."""


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when, epoch seconds, and what is called now."""

    now: float
    from_at: float
    to_at: float
    source: Source


@dataclass(frozen=True, slots=True)
class Call:
    """One run at one stop."""

    told: Mapping[str, Any]
    """As ``/v1`` tells it: an arrival, or a row of ``planned``."""
    stop_ix: int
    run: int
    """Row of the snapshot's runs, -1 for a call that only the timetable knows."""
    trip_ix: int
    pattern_ix: int
    position: int
    """Index from 0 of the stop in its pattern."""
    start_date: int
    start_service_s: int
    scheduled_arrival_at: float
    """By timetable; NaN for headway service."""
    scheduled_departure_at: float
    predicted: bool
    """True: from where the bus is now; False: by timetable, or last known by a live loop that stands still."""
    cancelled: bool
    observed: bool = False
    """True: has been here already."""

    @property
    def best_at(self) -> float:
        """When it comes, as far as is known."""
        return epoch(self.told.get("p50_at")) if self.predicted else self.planned_at

    @property
    def planned_at(self) -> float:
        """When it should come; at the first stop, leave."""
        return self.scheduled_departure_at if self.position == 0 else self.scheduled_arrival_at


def epoch(instant: str | None) -> float:
    """Epoch seconds of an instant of ``/v1``; NaN for none."""
    return dt.datetime.fromisoformat(instant).timestamp() if instant else math.nan


def calls_at(view: View, stop_ix: int, window: Window) -> list[Call]:
    """Calls at a stop (of a station: at its stops) within a window, by time; those with no time at all are left out."""
    found = running_at(view, stop_ix, window)
    for each in (stop_ix, *view.places.platforms.get(stop_ix, ())):
        found += _passed(view, each, window)
        length_s = window.to_at - window.from_at
        for told in planned_at(view, each, window.from_at, limit=MOST, horizon_s=length_s, source=window.source):
            found.append(_planned(view, told, each, cancelled=False))
        for told in cancelled_at(view, each, window.from_at, limit=MOST, horizon_s=length_s):
            found.append(_planned(view, told, each, cancelled=True))
    # the window's end has been looked at to the fraction of a second; what is told is rounded, perhaps beyond it
    inside = [call for call in found if window.from_at <= _sorting(call) < window.to_at + ROUNDED_S]
    return sorted(inside, key=lambda call: (_sorting(call), str(call.told["trip_id"])))


def running_at(view: View, stop_ix: int, window: Window) -> list[Call]:
    """Those of the calls to come that belong to runs of the snapshot."""
    horizon_s = max(window.to_at - window.now, 0.0)
    arrivals = arrivals_of(
        view, stop_ix, window.now, source=window.source, limit=MOST, route_ix=None, horizon_s=horizon_s
    )
    return [_running(view, told, window) for told in arrivals]


def calls_of_run(view: View, run: int, now: float, source: Source, most: int | None = None) -> list[Call]:
    """The calls of a run of the snapshot in its order, passed ones too; or the first ``most`` of those to come."""
    calls, runs = view.snapshot.calls, view.snapshot.runs
    rows = np.arange(int(runs.call_ptr[run]), int(runs.call_ptr[run + 1]), dtype=np.int32)
    if most is not None:
        rows = rows[~calls.observed[rows]][:most]
    window, known, stop_id = Window(now, -math.inf, math.inf, source), _known(view, run), view.network.stops.stop_id
    return [
        _of_run(view, {"stop_id": stop_id[stop]} | told, known, window, observed=observed)
        for told, stop, observed in zip(
            arrival_records(view, rows, now), calls.stop_ix[rows].tolist(), calls.observed[rows].tolist(), strict=True
        )
    ]


def ends_of(view: View, call: Call) -> tuple[float, float]:
    """Planned departure and arrival of a call's run at its first and last stop; NaN for service without timetable."""
    if call.trip_ix < 0 or view.network.trips.is_headway[call.trip_ix]:
        return math.nan, math.nan
    last = len(view.network.trip_times(call.trip_ix)[0]) - 1
    first_leaves_at = _by_timetable(view, call.trip_ix, 0, call.start_date, call.start_service_s)[1]
    return first_leaves_at, _by_timetable(view, call.trip_ix, last, call.start_date, call.start_service_s)[0]


def run_row(view: View, trip_id: str, start_date: int | None = None, start_service_s: int | None = None) -> int:
    """Row of a run of the snapshot, the one under way if several are meant; -1 if there is none."""
    runs = view.snapshot.runs
    match = runs.trip_id == trip_id
    if start_date is not None:
        match &= runs.start_date == start_date
    if start_service_s is not None:
        match &= runs.start_service_s == start_service_s
    rows = np.flatnonzero(match)
    return int(min(rows, key=lambda row: (bool(runs.look_ahead[row]), runs.vehicle_row[row] < 0))) if len(rows) else -1


def _sorting(call: Call) -> float:
    at = call.best_at
    return epoch(call.told.get("p50_at")) if math.isnan(at) else at


def _running(view: View, told: Mapping[str, Any], window: Window) -> Call:
    if told["trip_id"] is None:
        return _abstained(view, told, window)
    run = run_row(view, told["trip_id"], int(told["start_date"]), parse_service_time(told["start_time"]))
    return _of_run(view, told, _known(view, run), window, observed=False)


@dataclass(frozen=True, slots=True)
class _Run:
    """What is the same at all calls of a run."""

    row: int
    trip_ix: int
    pattern_ix: int
    start_date: int
    start_service_s: int
    zero_at: float
    """Its planned departure; NaN without timetable."""
    arrivals_s: list[int]
    departures_s: list[int]
    cancelled: bool


def _known(view: View, run: int) -> _Run:
    runs, network = view.snapshot.runs, view.network
    trip, date, start_s = int(runs.trip_ix[run]), int(runs.start_date[run]), int(runs.start_service_s[run])
    by_timetable = trip >= 0 and not network.trips.is_headway[trip]
    zero_at = service_day_zero_s(date, network.timezone) + start_s if by_timetable else math.nan
    none = np.empty(0, dtype=np.int32)
    arrivals, departures = network.trip_times(trip) if by_timetable else (none, none)
    return _Run(
        run,
        trip,
        int(runs.pattern_ix[run]),
        date,
        start_s,
        zero_at,
        arrivals.tolist(),
        departures.tolist(),
        bool(runs.relationship[run] == RunRelationship.CANCELED),
    )


def _of_run(view: View, told: Mapping[str, Any], run: _Run, window: Window, *, observed: bool) -> Call:
    sequence = told["stop_sequence"]
    position = lookups(view.network).position(run.pattern_ix, sequence) if run.pattern_ix >= 0 else -1
    if math.isnan(run.zero_at) or position < 0:
        arrives_at = leaves_at = epoch(told["scheduled_at"])
    else:
        arrives_at, leaves_at = run.zero_at + run.arrivals_s[position], run.zero_at + run.departures_s[position]
    cancelled = run.cancelled or told["relationship"] == "SKIPPED"
    return Call(
        told,
        view.network.stop_rows[told["stop_id"]],
        run.row,
        run.trip_ix,
        run.pattern_ix,
        position,
        run.start_date,
        run.start_service_s,
        arrives_at,
        leaves_at,
        _predicted(told, window.source) and not cancelled,
        cancelled,
        observed,
    )


def _abstained(view: View, told: Mapping[str, Any], window: Window) -> Call:
    """The bus is sure, its trip is not."""
    nan = math.nan
    stop = view.network.stop_rows[told["stop_id"]]
    return Call(told, stop, -1, -1, -1, -1, 0, 0, nan, nan, predicted=_predicted(told, window.source), cancelled=False)


def _predicted(told: Mapping[str, Any], source: Source) -> bool:
    return source is Source.LIVE and told["p50_at"] is not None and told["basis"] in ("TRACKED", "LAST_KNOWN")


def _passed(view: View, stop_ix: int, window: Window) -> list[Call]:
    """Calls observed within the window."""
    if window.from_at >= window.now or window.source is not Source.LIVE:
        return []
    calls, runs = view.snapshot.calls, view.snapshot.runs
    rows = np.flatnonzero((calls.stop_ix == stop_ix) & calls.observed).astype(np.int32)
    found = []
    for told, run in zip(arrival_records(view, rows, window.now), calls.run_row[rows].tolist(), strict=True):
        if runs.trip_id[run] is not None:
            told["stop_id"] = view.network.stops.stop_id[stop_ix]
            found.append(_of_run(view, told, _known(view, run), window, observed=True))
    return found


def timetable_call(view: View, trip: int, position: int, date: int, now: float) -> Call:
    """A call that only the timetable knows, at a place of a trip."""
    network, patterns = view.network, view.network.patterns
    row = network.pattern_stops(int(network.trips.pattern_ix[trip])).start + position
    told = planned_call(network, trip, row, date, now)
    runs = view.snapshot.runs
    cancelled = (runs.trip_ix == trip) & (runs.start_date == date) & (runs.relationship == RunRelationship.CANCELED)
    return _planned(view, told, int(patterns.stop_ix[row]), cancelled=bool(cancelled.any()))


def _planned(view: View, told: Mapping[str, Any], stop_ix: int, *, cancelled: bool) -> Call:
    network = view.network
    trip = network.trip_rows[told["trip_id"]]
    pattern = int(network.trips.pattern_ix[trip])
    position = lookups(network).position(pattern, told["stop_sequence"])
    date, start_s = int(told["start_date"]), parse_service_time(told["start_time"])
    arrives_at, leaves_at = _by_timetable(view, trip, position, date, start_s)
    told = {"stop_id": network.stops.stop_id[stop_ix]} | dict(told)
    return Call(
        told,
        stop_ix,
        -1,
        trip,
        pattern,
        position,
        date,
        start_s,
        arrives_at,
        leaves_at,
        predicted=False,
        cancelled=cancelled,
    )


def _by_timetable(view: View, trip: int, position: int, date: int, start_s: int) -> tuple[float, float]:
    """Planned arrival and departure of a run at a stop."""
    arrivals, departures = view.network.trip_times(trip)
    zero = service_day_zero_s(date, view.network.timezone) + start_s
    return zero + float(arrivals[position]), zero + float(departures[position])
