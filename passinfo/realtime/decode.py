"""Feeds read back: bytes to plain rows, for clients, measurements and tests."""

from __future__ import annotations

from dataclasses import dataclass

from google.protobuf.message import DecodeError
from google.transit import gtfs_realtime_pb2 as pb

_RUN = pb.TripDescriptor.ScheduleRelationship
_STOP = pb.TripUpdate.StopTimeUpdate.ScheduleRelationship


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as a feed names it; "" and -1 = not given."""

    trip_id: str
    route_id: str
    direction_id: int
    start_date: str
    start_time: str
    relationship: str
    """Name of the schedule relationship, "" if not given."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """A predicted or observed arrival or departure; POSIX seconds."""

    time: int | None
    delay_s: int | None
    uncertainty_s: int | None
    scheduled_time: int | None


@dataclass(frozen=True, slots=True)
class StopRow:
    """One stop time update."""

    stop_sequence: int
    stop_id: str
    relationship: str
    arrival: EventRow | None
    departure: EventRow | None


@dataclass(frozen=True, slots=True)
class TripUpdateRow:
    """One trip update."""

    entity_id: str
    run: RunRow
    vehicle_id: str
    timestamp: int | None
    headsign: str
    stops: tuple[StopRow, ...]


@dataclass(frozen=True, slots=True)
class PositionRow:
    """One vehicle position; ``None`` = not given."""

    entity_id: str
    vehicle_id: str
    label: str
    run: RunRow | None
    lat_deg: float
    lon_deg: float
    bearing_deg: float | None
    speed_mps: float | None
    timestamp: int | None
    stop_id: str
    stop_sequence: int | None
    stop_status: str
    occupancy: str


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert."""

    entity_id: str
    cause: str
    effect: str
    header: tuple[tuple[str, str], ...]
    trip_ids: tuple[str, ...]
    route_ids: tuple[str, ...]
    stop_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """A whole feed; the kinds it does not carry are empty."""

    timestamp: int
    feed_version: str | None
    positions: tuple[PositionRow, ...]
    trip_updates: tuple[TripUpdateRow, ...]
    alerts: tuple[AlertRow, ...]


def parse(feed: bytes) -> pb.FeedMessage:
    """The protobuf message of a feed.

    Raises
    ------
    ValueError
        If the bytes are no FeedMessage or lack a required field.
    """
    message = pb.FeedMessage()
    try:
        message.ParseFromString(feed)
    except DecodeError as error:
        raise ValueError(f"not a GTFS-Realtime feed ({len(feed)} bytes): {error}") from error
    if not message.IsInitialized():
        raise ValueError(f"not a complete GTFS-Realtime feed ({len(feed)} bytes): a required field is missing")
    return message


def decode(feed: bytes) -> Feed:
    """The rows of a feed.

    Raises
    ------
    ValueError
        If the bytes are no FeedMessage or lack a required field.
    """
    message = parse(feed)
    entities = message.entity
    return Feed(
        message.header.timestamp,
        message.header.feed_version if message.header.HasField("feed_version") else None,
        tuple(_position(e) for e in entities if e.HasField("vehicle")),
        tuple(_trip_update(e) for e in entities if _is_plain_update(e)),
        tuple(_alert(e) for e in entities if e.HasField("alert")),
    )


def _is_plain_update(entity: pb.FeedEntity) -> bool:
    """Whether it is the update of a run, not its second one for apps that know TripModifications."""
    return entity.HasField("trip_update") and not entity.trip_update.trip.HasField("modified_trip")


def _run(trip: pb.TripDescriptor) -> RunRow:
    return RunRow(
        trip.trip_id,
        trip.route_id,
        trip.direction_id if trip.HasField("direction_id") else -1,
        trip.start_date,
        trip.start_time,
        _RUN.Name(trip.schedule_relationship) if trip.HasField("schedule_relationship") else "",
    )


def _event(event: pb.TripUpdate.StopTimeEvent) -> EventRow:
    return EventRow(
        event.time if event.HasField("time") else None,
        event.delay if event.HasField("delay") else None,
        event.uncertainty if event.HasField("uncertainty") else None,
        event.scheduled_time if event.HasField("scheduled_time") else None,
    )


def _stop(update: pb.TripUpdate.StopTimeUpdate) -> StopRow:
    return StopRow(
        update.stop_sequence,
        update.stop_id,
        _STOP.Name(update.schedule_relationship) if update.HasField("schedule_relationship") else "",
        _event(update.arrival) if update.HasField("arrival") else None,
        _event(update.departure) if update.HasField("departure") else None,
    )


def _trip_update(entity: pb.FeedEntity) -> TripUpdateRow:
    update = entity.trip_update
    return TripUpdateRow(
        entity.id,
        _run(update.trip),
        update.vehicle.id,
        update.timestamp if update.HasField("timestamp") else None,
        update.trip_properties.trip_headsign,
        tuple(_stop(stop) for stop in update.stop_time_update),
    )


def _position(entity: pb.FeedEntity) -> PositionRow:
    position, place = entity.vehicle, entity.vehicle.position
    return PositionRow(
        entity.id,
        position.vehicle.id,
        position.vehicle.label,
        _run(position.trip) if position.HasField("trip") else None,
        place.latitude,
        place.longitude,
        place.bearing if place.HasField("bearing") else None,
        place.speed if place.HasField("speed") else None,
        position.timestamp if position.HasField("timestamp") else None,
        position.stop_id,
        position.current_stop_sequence if position.HasField("current_stop_sequence") else None,
        pb.VehiclePosition.VehicleStopStatus.Name(position.current_status)
        if position.HasField("current_status")
        else "",
        pb.VehiclePosition.OccupancyStatus.Name(position.occupancy_status)
        if position.HasField("occupancy_status")
        else "",
    )


def _alert(entity: pb.FeedEntity) -> AlertRow:
    alert = entity.alert
    informed = alert.informed_entity
    return AlertRow(
        entity.id,
        pb.Alert.Cause.Name(alert.cause),
        pb.Alert.Effect.Name(alert.effect),
        tuple((translation.language, translation.text) for translation in alert.header_text.translation),
        tuple(each.trip.trip_id for each in informed if each.HasField("trip")),
        tuple(each.route_id for each in informed if each.route_id),
        tuple(each.stop_id for each in informed if each.stop_id),
    )
