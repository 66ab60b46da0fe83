"""The table of vehicles that prediction and publishing read."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats, Ints, Texts
from passinfo.settings import CitySettings
from passinfo.times import service_day_zero_s
from passinfo.tracking.columns import PhaseCode
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.runs import ARRIVAL_REACH_M, Instance, Run
from passinfo.tracking.tracked import Tracked
from passinfo.tracking.vehicle import VehicleTrack
from passinfo.tracking.way import stops_of

STANDING_MPS = 0.5
"""Below this speed a bus stands (STOPPED_AT is honest below it in Kingston's own feed)."""


def tabulate(index: TrackingIndex, settings: CitySettings, vehicles: Mapping[str, VehicleTrack], now: float) -> Tracked:
    """Every vehicle known at the tick ``now``, sorted by vehicle_id."""
    tracks = [vehicles[vehicle_id] for vehicle_id in sorted(vehicles)]
    fleet = index.network.fleet_rows
    runs = [track.run for track in tracks]
    named = [run.instance if run is not None and run.begun else None for run in runs]
    ahead = [_ahead(index, run) for run in runs]
    passed = [run.passed if run is not None and run.begun else () for run in runs]
    patterns = index.network.patterns
    pattern = ints([run.pattern_ix if run is not None and run.begun else -1 for run in runs])
    return Tracked(
        texts([track.vehicle_id for track in tracks]),
        floats([track.fix.observed_at for track in tracks]),
        floats([track.fix.received_at for track in tracks]),
        floats([track.fix.lat_deg for track in tracks]),
        floats([track.fix.lon_deg for track in tracks]),
        floats([track.fix.speed_mps for track in tracks]),
        floats([track.fix.heading_deg for track in tracks]),
        floats([track.fix.odometer_m for track in tracks]),
        texts([track.fix.occupancy for track in tracks]),
        np.array([bool(fleet) and track.vehicle_id not in fleet for track in tracks], dtype=bool),
        ints([_phase(track, settings, now) for track in tracks]),
        _of_pattern(patterns.route_ix, pattern),
        _of_pattern(patterns.direction_id, pattern),
        pattern,
        floats([run.dist_m if run is not None and run.begun else float("nan") for run in runs]),
        floats([track.offset_m for track in tracks]),
        ints([run.next_position if run is not None and run.begun else -1 for run in runs]),
        np.array([_stands_at_stop(index, track) for track in tracks], dtype=bool),
        ints([instance.trip_ix if instance else -1 for instance in named]),
        texts([instance.trip_id if instance else None for instance in named]),
        ints([instance.start_date if instance else 0 for instance in named]),
        ints([instance.start_service_s if instance else -1 for instance in named]),
        floats([instance.confidence if instance else 0.0 for instance in named]),
        ints([instance.trip_ix if instance else -1 for instance in ahead]),
        ints([int(index.network.trips.pattern_ix[instance.trip_ix]) if instance else -1 for instance in ahead]),
        ints([instance.start_date if instance else 0 for instance in ahead]),
        ints([instance.start_service_s if instance else -1 for instance in ahead]),
        floats([_start_at(index, instance) if instance else float("nan") for instance in ahead]),
        ints(np.concatenate(([0], np.cumsum([len(stops) for stops in passed]))).tolist()),
        ints([stop.position for stops in passed for stop in stops]),
        floats([stop.arrived_at for stops in passed for stop in stops]),
        floats([stop.departed_at for stops in passed for stop in stops]),
    )


def texts(values: list[str | None]) -> Texts:
    """A column of texts."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def floats(values: list[float]) -> Floats:
    """A column of numbers."""
    return np.array(values, dtype=np.float64)


def ints(values: list[int]) -> Ints:
    """A column of whole numbers."""
    return np.array(values, dtype=np.int32)


def _of_pattern(column: Ints, pattern: Ints) -> Ints:
    if len(column) == 0:
        return np.full(len(pattern), -1, dtype=np.int32)
    found: npt.NDArray[np.int32] = np.where(pattern >= 0, column[np.maximum(pattern, 0)], -1).astype(np.int32)
    return found


def _phase(track: VehicleTrack, settings: CitySettings, now: float) -> int:
    return int(PhaseCode.STALE if now - track.fix.observed_at > settings.stale_after_s else track.phase)


def _ahead(index: TrackingIndex, run: Run | None) -> Instance | None:
    """The instance about to begin: of a run that waits at its first stop."""
    if run is None or run.begun or run.instance.trip_ix < 0:
        return None
    return run.instance


def _start_at(index: TrackingIndex, instance: Instance) -> float:
    return service_day_zero_s(instance.start_date, index.network.timezone) + instance.start_service_s


def _stands_at_stop(index: TrackingIndex, track: VehicleTrack) -> bool:
    run = track.run
    if run is None or not run.begun or run.finished:
        return False
    stops = stops_of(index, run.pattern_ix)
    near = run.next_position < len(stops) and abs(run.dist_m - stops[run.next_position]) <= ARRIVAL_REACH_M
    return bool(near and not track.fix.speed_mps > STANDING_MPS)
