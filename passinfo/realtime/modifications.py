"""TripModifications: detours as a changed timetable, for apps that know them (experimental, a city's choice).

Each modification is an entity of the trip updates, and each timetable run it changes has a second update: named by the
modification and nothing else, its stops numbered from 1 as in the changed timetable. The first update stays as it is,
for apps that know nothing of modifications; the stops left out are skipped there.

Headway runs have no second update: its stops would have to be UNSCHEDULED, which only a trip may have that says so too,
and beside a modification a trip says nothing else. The first update then applies to the changed trip.

Source: GTFS-Realtime reference, *TripModifications*; *Trip Modifications*, Linkage to TripUpdates.
"""

from __future__ import annotations

from collections.abc import Callable

from google.transit import gtfs_realtime_pb2 as pb

from passinfo.columns import Ints
from passinfo.network.network import Network
from passinfo.realtime.descriptors import start_time_text
from passinfo.realtime.entity_ids import alert_entity_id
from passinfo.snapshot import RunRelationship, Snapshot, TripModification


def modification_entities(
    snapshot: Snapshot, network: Network, rows: Ints, update_of: Callable[[int], pb.FeedEntity]
) -> list[pb.FeedEntity]:
    """The modifications and the second updates of the runs they change.

    Parameters
    ----------
    rows
        Rows of the runs that have an update.
    update_of
        Gives the entity of the run at a place in ``rows``.
    """
    entities: list[pb.FeedEntity] = []
    for modification in snapshot.modifications:
        entities.append(_modification(modification, network))
        for place, row in enumerate(rows.tolist()):
            if _changes(modification, snapshot, row):
                second = _second(modification, snapshot, network, row, update_of(place))
                if second.trip_update.stop_time_update:
                    entities.append(second)
    return entities


def _modification(given: TripModification, network: Network) -> pb.FeedEntity:
    entity = pb.FeedEntity(id=given.modification_id)
    told = entity.trip_modifications
    told.selected_trips.add().trip_ids.extend(given.trip_ids)
    if given.start_service_s is not None:
        told.start_times.append(start_time_text(given.start_service_s))
    told.service_dates.extend(str(date) for date in given.dates)
    change = told.modifications.add()
    for selector, sequence in (
        (change.start_stop_selector, given.first_sequence),
        (change.end_stop_selector, given.last_sequence),
    ):
        selector.stop_sequence = sequence
        selector.stop_id = _stop_id(network, given.pattern_ix, sequence)
    change.service_alert_id = alert_entity_id(given.alert_id)
    return entity


def _stop_id(network: Network, pattern_ix: int, sequence: int) -> str:
    rows = network.pattern_stops(pattern_ix)
    place = network.patterns.stop_sequence[rows].tolist().index(sequence)
    return str(network.stops.stop_id[network.patterns.stop_ix[rows.start + place]])


def _changes(given: TripModification, snapshot: Snapshot, row: int) -> bool:
    runs = snapshot.runs
    start = given.start_service_s
    return bool(
        runs.trip_id[row] in given.trip_ids
        and int(runs.start_date[row]) in given.dates
        and runs.relationship[row] == RunRelationship.SCHEDULED
        and (start is None or int(runs.start_service_s[row]) == start)
    )


def _second(
    given: TripModification, snapshot: Snapshot, network: Network, row: int, plain: pb.FeedEntity
) -> pb.FeedEntity:
    """The update of a run as the changed timetable has it."""
    entity = pb.FeedEntity(id=f"{plain.id}_{given.modification_id}", trip_update=plain.trip_update)
    update, runs = entity.trip_update, snapshot.runs
    update.ClearField("trip")
    selector = update.trip.modified_trip
    selector.modifications_id = given.modification_id
    selector.affected_trip_id = runs.trip_id[row]
    selector.start_date = str(runs.start_date[row])
    if given.start_service_s is not None:
        selector.start_time = start_time_text(int(runs.start_service_s[row]))
    left_out = range(given.first_sequence, given.last_sequence + 1)
    sequences = network.patterns.stop_sequence[network.pattern_stops(given.pattern_ix)].tolist()
    number = {each: place for place, each in enumerate((s for s in sequences if s not in left_out), 1)}
    kept = [stop for stop in update.stop_time_update if stop.stop_sequence in number]
    update.ClearField("stop_time_update")
    update.stop_time_update.extend(kept)
    for stop in update.stop_time_update:
        stop.stop_sequence = number[stop.stop_sequence]
    return entity
