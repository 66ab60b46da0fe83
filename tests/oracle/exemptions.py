"""The oracle's known false errors: a committed table of rule × relationship, each quoting the reference."""

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
    """An error of the oracle about runs of one relationship that the reference contradicts."""

    rule: str
    relationship: str
    reference: str
    """The sentence of the reference it contradicts."""
    why: str


@cache
def exemptions() -> tuple[Exemption, ...]:
    """The table."""
    return tuple(Exemption(**row) for row in tomllib.loads(TABLE.read_text(encoding="utf-8"))["exemption"])


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
