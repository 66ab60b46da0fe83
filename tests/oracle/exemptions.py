"""What the oracle says against the reference: a committed table of rule × kind of run, each quoting the reference."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from google.protobuf.message import DecodeError
from google.transit import gtfs_realtime_pb2 as pb

TABLE = Path(__file__).with_name("exemptions.toml")


@dataclass(frozen=True, slots=True)
class Exemption:
    """What the oracle says of runs of one kind, and the reference contradicts."""

    rule: str
    kind: str
    """A trip-level relationship, or what the update says: ``finished``, ``no_data`` or ``modified``."""
    reference: str
    """The sentence of the reference it contradicts."""
    why: str

    @property
    def of_update(self) -> bool:
        """Whether the one update that is named decides, not the relationship."""
        return self.kind in _KINDS_OF_UPDATES


@cache
def exemptions() -> tuple[Exemption, ...]:
    """The table."""
    return tuple(Exemption(**row) for row in tomllib.loads(TABLE.read_text(encoding="utf-8"))["exemption"])


def is_of_kind(update: pb.TripUpdate, kind: str) -> bool:
    """Whether a trip update is of a kind: ``finished``, ``no_data`` or ``modified``."""
    return _KINDS_OF_UPDATES[kind](update)


def _finished(update: pb.TripUpdate) -> bool:
    """Every stop told was made: measured times, without doubt."""
    events = [e for stop in update.stop_time_update for e in (stop.arrival, stop.departure) if e.HasField("time")]
    told = all(stop.HasField("arrival") or stop.HasField("departure") for stop in update.stop_time_update)
    return bool(events) and told and all(e.HasField("uncertainty") and e.uncertainty == 0 for e in events)


def _without_data(update: pb.TripUpdate) -> bool:
    """Of the last stop nothing is known."""
    stops = update.stop_time_update
    return bool(stops) and stops[-1].schedule_relationship == pb.TripUpdate.StopTimeUpdate.NO_DATA


def _modified(update: pb.TripUpdate) -> bool:
    """It is of a trip as TripModifications change it."""
    return update.trip.HasField("modified_trip")


_KINDS_OF_UPDATES = {"finished": _finished, "no_data": _without_data, "modified": _modified}


def without(feed: bytes, relationship: str) -> bytes:
    """The feed without the entities of runs of this relationship; as it is if it holds none or cannot be read."""
    message = pb.FeedMessage()
    try:
        message.ParseFromString(feed)
    except DecodeError:
        return feed
    kept = [entity for entity in message.entity if not _is_of(entity, relationship)]
    if len(kept) == len(message.entity):
        return feed
    del message.entity[:]
    message.entity.extend(kept)
    return message.SerializeToString()


def _is_of(entity: pb.FeedEntity, relationship: str) -> bool:
    part = entity.trip_update if entity.HasField("trip_update") else entity.vehicle
    code = pb.TripDescriptor.ScheduleRelationship.Value(relationship)
    return part.HasField("trip") and part.trip.schedule_relationship == code
