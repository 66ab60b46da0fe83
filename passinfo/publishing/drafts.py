"""Which runs a tick has something to say about: one draft each, before prediction.

Rules of age: a run whose bus has been silent for longer than ``trip_update_max_age_s`` is withdrawn if it is headway
service or abstained, and kept without data if it is in the timetable.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.settings import CitySettings
from passinfo.snapshot import RunRelationship
from passinfo.times import service_day_zero_s
from passinfo.tracking.tracked import Tracked

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Passed:
    """A stop the run has visited: position, observed arrival and departure (NaN = none)."""

    position: int
    arrived_at: float
    departed_at: float


@dataclass(frozen=True, slots=True)
class RunDraft:
    """One run to publish. ``predicted``: its stops from ``first_position`` on are to be predicted."""

    trip_id: str | None
    trip_ix: int
    start_date: int
    start_service_s: int
    pattern_ix: int
    relationship: RunRelationship
    vehicle_row: int
    """Row of the table of vehicles, -1 = none."""
    measured_at: float
    look_ahead: bool
    predicted: bool
    first_position: int
    """First stop still to come; number of stops if none."""
    dist_m: float
    departs_at: float
    start_at: float
    """Instant of the planned start; NaN for abstained runs."""
    on_timetable: bool
    vehicle_id: str = ""
    speed_mps: float = NAN
    """As the last report says."""
    passed: tuple[Passed, ...] = ()
    headsign: str = ""

    def sort_key(self) -> tuple[object, ...]:
        """Named runs by instance, then the abstained ones by vehicle."""
        return (self.trip_id is None, self.trip_id or "", self.start_date, self.start_service_s, self.vehicle_id)

    def instance(self) -> tuple[str | None, int, int]:
        """(trip_id, start_date, start_service_s)."""
        return self.trip_id, self.start_date, self.start_service_s


def draft_runs(network: Network, settings: CitySettings, tracked: Tracked, now: float) -> list[RunDraft]:
    """Runs under way, runs just finished whose plan is still ahead, and runs about to begin."""
    drafts: list[RunDraft] = []
    for row in range(len(tracked.vehicle_id)):
        if tracked.pattern_ix[row] >= 0:
            draft = _under_way(network, settings, tracked, row, now)
            if draft is not None:
                drafts.append(draft)
        if tracked.ahead_trip_ix[row] >= 0 and now - tracked.measured_at[row] <= settings.trip_update_max_age_s:
            drafts.append(_ahead(network, tracked, row, now))
    return drafts


def planned_at(network: Network, draft: RunDraft, *, departure: bool = False) -> Floats:
    """Planned arrival (or departure) at every stop of a timetable run; NaN where there is no plan."""
    if draft.trip_ix < 0 or not draft.on_timetable:
        stops = network.pattern_stops(draft.pattern_ix)
        return np.full(stops.stop - stops.start, NAN)
    arrival_s, departure_s = network.trip_times(draft.trip_ix)
    return np.asarray(draft.start_at + (departure_s if departure else arrival_s), dtype=np.float64)


def _under_way(network: Network, settings: CitySettings, tracked: Tracked, row: int, now: float) -> RunDraft | None:
    pattern_ix, trip_ix = int(tracked.pattern_ix[row]), int(tracked.trip_ix[row])
    stops = network.pattern_stops(pattern_ix)
    n_stops = stops.stop - stops.start
    position = int(tracked.next_position[row])
    on_timetable = trip_ix >= 0 and not network.trips.is_headway[trip_ix]
    silent = now - float(tracked.measured_at[row]) > settings.trip_update_max_age_s
    if not on_timetable and (silent or position >= n_stops):
        return None
    named = tracked.trip_id[row] is not None
    start_at = (
        service_day_zero_s(int(tracked.start_date[row]), network.timezone) + float(tracked.start_service_s[row])
        if named
        else NAN
    )
    span = slice(int(tracked.passed_ptr[row]), int(tracked.passed_ptr[row + 1]))
    draft = RunDraft(
        tracked.trip_id[row],
        trip_ix,
        int(tracked.start_date[row]),
        int(tracked.start_service_s[row]),
        pattern_ix,
        RunRelationship.SCHEDULED if on_timetable else RunRelationship.UNSCHEDULED,
        row if position < n_stops else -1,
        float(tracked.measured_at[row]),
        look_ahead=False,
        predicted=not silent and position < n_stops,
        first_position=position,
        dist_m=float(tracked.dist_m[row]),
        departs_at=NAN,
        start_at=start_at,
        on_timetable=bool(on_timetable),
        vehicle_id=str(tracked.vehicle_id[row]),
        speed_mps=float(tracked.speed_mps[row]),
        passed=tuple(
            Passed(int(place), float(arrived), float(departed))
            for place, arrived, departed in zip(
                tracked.passed_position[span],
                tracked.passed_arrived_at[span],
                tracked.passed_departed_at[span],
                strict=True,
            )
        ),
    )
    plan_over = on_timetable and float(planned_at(network, draft)[-1]) < now
    return None if plan_over and (silent or position >= n_stops) else draft


def _ahead(network: Network, tracked: Tracked, row: int, now: float) -> RunDraft:
    trip_ix = int(tracked.ahead_trip_ix[row])
    on_timetable = not network.trips.is_headway[trip_ix]
    departs_at = float(tracked.ahead_departs_at[row])
    return RunDraft(
        str(network.trips.trip_id[trip_ix]),
        trip_ix,
        int(tracked.ahead_start_date[row]),
        int(tracked.ahead_start_service_s[row]),
        int(tracked.ahead_pattern_ix[row]),
        RunRelationship.SCHEDULED if on_timetable else RunRelationship.UNSCHEDULED,
        row,
        float(tracked.measured_at[row]),
        look_ahead=True,
        predicted=True,
        first_position=0,
        dist_m=0.0,
        departs_at=max(departs_at, now),
        start_at=departs_at,
        on_timetable=bool(on_timetable),
        vehicle_id=str(tracked.vehicle_id[row]),
    )
