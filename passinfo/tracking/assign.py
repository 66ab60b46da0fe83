"""Which trip instance a run is: by the ids of the report, by the timetable, or by headway.

Timetable: a run at a place is compared with every trip of its pattern that could be there now; the deviation from plan
tells them apart. When no trip stands out the answer is none, and says why: a wrong trip is worse than none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from passinfo.times import service_day_zero_s
from passinfo.tracking.columns import MatchReason
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.runs import Instance

InstanceKey = tuple[str, int, int]
"""(trip_id, start_date, start_service_s)."""

USUAL_LATE_S = 60.0
LATE_SCALE_S = 240.0
EARLY_SCALE_S = 120.0
"""Deviations centre a minute late and spread twice as far to the late side (seen on both cities with trip ids)."""
NONE_OF_THEM = 0.02
"""Likelihood that the run is in no timetable; that of a trip exactly on its usual deviation is 1."""
SURE = 0.7
"""Below this probability the trip is not named."""
SAME_BLOCK = 5.0
"""A trip of the block the vehicle served before is that much likelier."""
TAKEN = 0.3
"""A trip another vehicle is thought to run: it may be that one that is wrong."""
MOST_EARLY_S, MOST_LATE_S = 900.0, 3_600.0
"""Beyond, a trip is not considered at all."""
HINT_CONFIDENCE = 0.98
"""A trip named by the BMS and confirmed by the road."""
BAND_SLACK_S = 1_800
"""A headway run that departs this long after its band's end still belongs to it (the last bus is late)."""


@dataclass(frozen=True, slots=True)
class Place:
    """A sure place: pattern, distance along it, the instant, and the probability of the pattern."""

    pattern_ix: int
    dist_m: float
    at: float
    probability: float


def none_because(reason: MatchReason) -> Instance:
    """No instance, and why."""
    return Instance(None, -1, 0, -1, 0.0, reason.value)


def by_timetable(
    index: TrackingIndex,
    places: Sequence[Place],
    taken: Mapping[InstanceKey, str],
    vehicle_id: str,
    block_id: str | None,
) -> Instance | None:
    """The trip whose plan fits the place and time; None where no pattern has a timetable trip near that time.

    ``places``: the place on every variant the vehicle may be on; their probabilities sum to that of the group.
    """
    network = index.network
    found: list[tuple[float, int, int, int]] = []
    for place, date in product(places, index.dates_around(places[0].at)):
        runs = index.runs_of_day(place.pattern_ix, date)
        if len(runs.trip_ix) == 0:
            continue
        longest = index.elapsed_s(int(runs.trip_ix[0]), place.dist_m) + MOST_LATE_S + MOST_LATE_S
        rows = np.flatnonzero((runs.start_at <= place.at + MOST_EARLY_S) & (runs.start_at >= place.at - longest))
        for row in rows.tolist():
            trip = int(runs.trip_ix[row])
            deviation = place.at - float(runs.start_at[row]) - index.elapsed_s(trip, place.dist_m)
            if not -MOST_EARLY_S <= deviation <= MOST_LATE_S:
                continue
            key = (str(network.trips.trip_id[trip]), date, int(runs.start_service_s[row]))
            likely = place.probability * _likelihood(deviation)
            if taken.get(key, vehicle_id) != vehicle_id:
                likely *= TAKEN
            if block_id and network.trips.block_id[trip] == block_id:
                likely *= SAME_BLOCK
            found.append((likely, trip, date, key[2]))
    if not found:
        return None
    best = max(found)
    confidence = sum(place.probability for place in places) * best[0] / (NONE_OF_THEM + sum(row[0] for row in found))
    _, trip, date, start = best
    holder = taken.get((str(network.trips.trip_id[trip]), date, start), vehicle_id)
    if confidence < SURE or holder != vehicle_id:
        return none_because(MatchReason.AMBIGUOUS_TRIP)
    same_block = bool(block_id) and network.trips.block_id[trip] == block_id
    reason = MatchReason.BLOCK if same_block else MatchReason.TIMETABLE
    return Instance(str(network.trips.trip_id[trip]), trip, date, start, confidence, reason.value)


def _likelihood(deviation_s: float) -> float:
    """Heavy-tailed (Student's t with 3 degrees of freedom, unscaled): one bus in a hundred is very late."""
    off = deviation_s - USUAL_LATE_S
    scale = LATE_SCALE_S if off > 0 else EARLY_SCALE_S
    return float((1.0 + (off / scale) ** 2 / 3.0) ** -2)


def by_headway(
    index: TrackingIndex, place: Place, taken: Mapping[InstanceKey, str], vehicle_id: str
) -> Instance | None:
    """A new instance of headway service: its departure projected back from the place; None outside all bands."""
    network = index.network
    best: tuple[int, int, int, int] | None = None
    for trip in index.headway_trips.get(place.pattern_ix, []):
        departed_at = place.at - index.elapsed_s(trip, place.dist_m)
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
    while taken.get((trip_id, -minus_date, start), vehicle_id) != vehicle_id:
        start += 1  # on a collision one second is added
    return Instance(trip_id, trip, -minus_date, start, place.probability, MatchReason.HEADWAY.value)


def by_hint(
    index: TrackingIndex, place: Place | None, trip_id: str, start_date: int, start_service_s: int, at: float
) -> Instance:
    """The instance a report names; abstains if the trip does not exist or does not run on a day that fits.

    A date the report leaves out is the service day on which the trip's plan comes nearest to now.
    """
    network = index.network
    trip = network.trip_rows.get(trip_id)
    if trip is None:
        return none_because(MatchReason.HINT_UNKNOWN)
    if network.trips.is_headway[trip]:
        if start_date > 0 and start_service_s >= 0:
            return Instance(trip_id, trip, start_date, start_service_s, HINT_CONFIDENCE, MatchReason.HINT.value)
        return none_because(MatchReason.HINT_UNKNOWN)
    start = start_service_s if network.trips.is_exact_frequency[trip] else int(network.trips.start_service_s[trip])
    if start < 0:
        return none_because(MatchReason.HINT_UNKNOWN)
    dates = [start_date] if start_date > 0 else list(index.dates_around(at))
    service = int(network.trips.service_ix[trip])
    dates = [date for date in dates if network.calendar.active_services(date)[service]]
    if not dates:
        return none_because(MatchReason.HINT_UNKNOWN)
    planned = start + (index.elapsed_s(trip, place.dist_m) if place else 0.0)
    date = min(dates, key=lambda day: abs(at - service_day_zero_s(day, network.timezone) - planned))
    return Instance(trip_id, trip, date, start, HINT_CONFIDENCE, MatchReason.HINT.value)
