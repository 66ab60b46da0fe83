"""JSON twins of entities, from their bytes and columns: what protobuf's own JSON mapping gives, much quicker.

Most of a feed are StopTimeUpdates; those are written from the columns they were encoded from. All else goes through
protobuf, the descriptors of runs and vehicles once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from google.transit import gtfs_realtime_pb2 as pb

from passinfo.columns import Ints
from passinfo.network.network import Network
from passinfo.realtime.call_columns import CallColumns

_RELATIONSHIPS = {
    code: f'"schedule_relationship": "{name}"'
    for name, code in pb.TripUpdate.StopTimeUpdate.ScheduleRelationship.items()
}
_OCCUPANCIES = {
    code: f', "departure_occupancy_status": "{name}"' for name, code in pb.VehiclePosition.OccupancyStatus.items()
} | {-1: ""}


def message_json(message: Message) -> str:
    """Protobuf's JSON of a message, with the field names of the reference."""
    text: str = MessageToJson(message, preserving_proto_field_name=True, indent=None, ensure_ascii=False)
    return text


def feed_json(header: pb.FeedHeader, entities: Sequence[str]) -> bytes:
    """The twin of a whole feed."""
    start = '{"header": ' + message_json(header)
    return (start + (', "entity": [' + ", ".join(entities) + "]}" if entities else "}")).encode()


def entities_of(data: Sequence[bytes]) -> Sequence[pb.FeedEntity]:
    """Entities read back from their bytes in a feed."""
    message = pb.FeedMessage()
    message.MergeFromString(b"".join(data))
    found: Sequence[pb.FeedEntity] = message.entity
    return found


def update_json(entity: pb.FeedEntity, stops: Sequence[str]) -> str:
    """The twin of a trip update; ``stops``: those of its stop time updates."""
    update = entity.trip_update
    parts = [f'"trip": {_trip(update.trip.SerializeToString())}']
    if stops:
        parts.append('"stop_time_update": [' + ", ".join(stops) + "]")
    if update.HasField("vehicle"):
        parts.append(f'"vehicle": {_vehicle(update.vehicle.SerializeToString())}')
    if update.HasField("timestamp"):
        parts.append(f'"timestamp": "{update.timestamp}"')
    if update.HasField("trip_properties"):
        parts.append(f'"trip_properties": {message_json(update.trip_properties)}')
    return f'{{"id": {json.dumps(entity.id, ensure_ascii=False)}, "trip_update": {{{", ".join(parts)}}}}}'


def stops_json(calls: CallColumns, rows: Ints, network: Network) -> list[str]:
    """The twins of these calls' updates."""
    columns = (
        calls.stop_sequence[rows].tolist(),
        calls.arrival[rows].tolist(),
        calls.arrival_uncertainty[rows].tolist(),
        calls.departure[rows].tolist(),
        calls.departure_uncertainty[rows].tolist(),
        calls.scheduled[rows].tolist(),
        network.stops.stop_id[calls.stop_ix[rows]].tolist(),
        calls.relationship[rows].tolist(),
        calls.occupancy[rows].tolist(),
    )
    return [
        f'{{"stop_sequence": {sequence}, '
        f"{_event('arrival', arrival, arrival_width, scheduled)}"
        f"{_event('departure', departure, departure_width, scheduled)}"
        f'"stop_id": {_text(stop_id)}, {_RELATIONSHIPS[relationship]}{_OCCUPANCIES[occupancy]}}}'
        for (
            sequence,
            arrival,
            arrival_width,
            departure,
            departure_width,
            scheduled,
            stop_id,
            relationship,
            occupancy,
        ) in zip(*columns, strict=True)
    ]


def _event(name: str, time: int, uncertainty: int, scheduled: int) -> str:
    """An arrival or departure, where there is one."""
    if time < 0:
        return ""
    width = f', "uncertainty": {uncertainty}' if uncertainty >= 0 else ""
    plan = f', "scheduled_time": "{scheduled}"' if scheduled >= 0 else ""
    return f'"{name}": {{"time": "{time}"{width}{plan}}}, '


@lru_cache(maxsize=100_000)
def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


@lru_cache(maxsize=100_000)
def _trip(data: bytes) -> str:
    return message_json(pb.TripDescriptor.FromString(data))


@lru_cache(maxsize=100_000)
def _vehicle(data: bytes) -> str:
    return message_json(pb.VehicleDescriptor.FromString(data))
