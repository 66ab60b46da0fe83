"""Instances of headway service: made when a run is first seen, and frozen from then on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from passinfo.times import service_day_zero_s
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.vehicles import Vehicles

InstanceKey = tuple[str, int, int]
"""(trip_id, start_date, start_service_s)."""
BAND_SLACK_S = 7_200
"""A headway run that departs this long before or after its band still belongs to it: bands are what was planned or
seen, and a bus seen on its line with passengers waiting is worth a name (GTFS lets its start time be any)."""


@dataclass(frozen=True, slots=True)
class HeadwayInstance:
    """A template trip on a service day at an expected departure."""

    trip_ix: int
    start_date: int
    start_service_s: int


def headway_instance(
    index: TrackingIndex,
    pattern_ix: int,
    dist_m: float,
    at: float,
    issued: Mapping[InstanceKey, str],
    vehicle_id: str,
) -> HeadwayInstance | None:
    """A new instance, its departure projected back from the place; None outside all bands."""
    network = index.network
    best: tuple[int, int, int, int] | None = None
    for trip in index.headway_trips.get(pattern_ix, []):
        departed_at = at - index.elapsed_s(trip, dist_m)
        for date in index.dates_around(departed_at)[:2]:
            if not network.calendar.active_services(date)[network.trips.service_ix[trip]]:
                continue
            start = round(departed_at - service_day_zero_s(date, network.timezone))
            for band in index.bands_of_trip.get(trip, []):
                first, end = int(network.headways.start_service_s[band]), int(network.headways.end_service_s[band])
                outside = max(first - start, start - end + 1, 0)
                if outside <= BAND_SLACK_S and (best is None or (outside, -date, trip) < best[:3]):
                    best = (outside, -date, trip, max(start, 0))
    if best is None:
        return None
    _, minus_date, trip, start = best
    trip_id = str(network.trips.trip_id[trip])
    while issued.get((trip_id, -minus_date, start), vehicle_id) != vehicle_id:
        start += 1  # on a collision one second is added
    return HeadwayInstance(trip, -minus_date, start)


def leaves_at(index: TrackingIndex, instance: HeadwayInstance, at: float, leader_at: float) -> float:
    """When a bus that waits since ``at`` is to leave: a headway behind its leader, within one headway; else now.

    ``leader_at``: when the last bus on the same pattern left; NaN = unknown.
    """
    network = index.network
    bands = index.bands_of_trip.get(instance.trip_ix, [])
    start = instance.start_service_s
    spans = ((int(network.headways.start_service_s[band]), int(network.headways.end_service_s[band])) for band in bands)
    apart = [max(first - start, start - end + 1, 0) for first, end in spans]
    if not bands or leader_at != leader_at:
        return at
    headway_s = float(network.headways.headway_s[bands[apart.index(min(apart))]])
    return min(max(leader_at + headway_s, at), at + headway_s)


def leader_start_at(index: TrackingIndex, vehicles: Vehicles, row: int) -> float:
    """When the last bus on the same pattern left; NaN where none is under way."""
    same = (vehicles.pattern_ix == vehicles.pattern_ix[row]) & vehicles.begun & (vehicles.trip_ix >= 0)
    same[row] = False
    ahead = np.flatnonzero(same)
    if len(ahead) == 0:
        return float("nan")
    zeros = [service_day_zero_s(int(date), index.network.timezone) for date in vehicles.start_date[ahead].tolist()]
    return float(np.max(np.array(zeros) + vehicles.start_service_s[ahead]))
