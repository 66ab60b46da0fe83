"""GTFS-Realtime VehiclePositions as raw rows, under the message's own names (``vehicle.trip.trip_id``)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from google.protobuf.message import DecodeError
from google.transit import gtfs_realtime_pb2 as pb

from passinfo.bms.mapping import Mapping
from passinfo.bms.raw import RawRows, no_rows, show
from passinfo.bms.read_records import raw_records
from passinfo.rejections import Reason, Rejection

MAX_MESSAGE_BYTES = 64 << 20
"""protobuf's own default limit of a message; a feed of 10,000 vehicles has 2 MB."""


def read_protobuf(path: Path, mapping: Mapping, chunk_rows: int) -> Iterator[RawRows]:
    """The vehicle positions of one FeedMessage, numbered by entity from 1."""
    source = path.name
    size = path.stat().st_size
    if size == 0:
        yield no_rows(source, Rejection(source, 0, Reason.EMPTY_FILE))
        return
    if size > MAX_MESSAGE_BYTES:
        yield no_rows(source, Rejection(source, 0, Reason.BROKEN_FILE, value=f"{size} bytes"))
        return
    message = pb.FeedMessage()
    try:
        message.ParseFromString(path.read_bytes())
    except DecodeError as error:
        yield no_rows(source, Rejection(source, 0, Reason.BROKEN_FILE, value=show(error)))
        return
    records = [_record(message, entity) for entity in message.entity if entity.HasField("vehicle")]
    for start in range(0, len(records), chunk_rows):
        raw = raw_records(records[start : start + chunk_rows], mapping, source)
        yield RawRows(source, raw.row_numbers + start, raw.columns, raw.rejections)


def _record(message: pb.FeedMessage, entity: pb.FeedEntity) -> dict[str, Any]:
    record: dict[str, Any] = {"id": entity.id}
    if message.header.HasField("timestamp"):
        record["header.timestamp"] = message.header.timestamp
    _flatten(entity.vehicle, "vehicle", record)
    return record


def _flatten(message: Any, name: str, record: dict[str, Any]) -> None:
    """Every field that is set, under its dotted name; lists have no place in a row."""
    for field, value in message.ListFields():
        if field.is_repeated:
            continue
        if field.message_type is not None:
            _flatten(value, f"{name}.{field.name}", record)
        else:
            record[f"{name}.{field.name}"] = value
