"""Archives of other producers' trip updates: .pb files, or a table with a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from google.transit import gtfs_realtime_pb2 as pb

from models.against_mapping import AgainstMapping
from passinfo.columns import ColumnSpec, Floats, Texts, from_rows, none_column, specs
from passinfo.errors import OperatorError
from passinfo.prediction.accuracy.foreign import StopUpdates
from passinfo.realtime.decode import parse
from passinfo.times import parse_service_time

_STOP = pb.TripUpdate.StopTimeUpdate
NO_PROMISE = (_STOP.SKIPPED, _STOP.NO_DATA)
_EPOCH = {"epoch_s": 1.0, "epoch_ms": 1000.0}


class ArchiveUnreadable(OperatorError):
    """What was named is no archive of trip updates."""


def read_feeds(path: Path) -> StopUpdates:
    """The stop time updates of a ``.pb`` file, or of all those in a folder and its folders.

    Raises
    ------
    ArchiveUnreadable
        If there are none, or one is no GTFS-Realtime feed.
    """
    files = sorted(path.rglob("*.pb")) if path.is_dir() else [path]
    if not files:
        raise ArchiveUnreadable(f"{path}: no .pb file in it")
    rows = [row for file in files for row in _feed_rows(file)]
    if not rows:
        raise ArchiveUnreadable(f"{path}: no trip update with stops in {len(files)} files")
    return from_rows(StopUpdates, rows)


def read_table(path: Path, mapping: AgainstMapping) -> StopUpdates:
    """The rows of a Parquet or CSV table.

    Raises
    ------
    ArchiveUnreadable
        If it is no such table, lacks a column of the mapping or holds what cannot be read.
    FileNotFoundError
        If there is no such file.
    """
    try:
        table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype=str)
    except (ValueError, OSError, UnicodeDecodeError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise ArchiveUnreadable(f"{path}: neither Parquet nor CSV: {error}") from None
    missing = [column for column in mapping.columns.values() if column not in table]
    if missing:
        raise ArchiveUnreadable(f"{path}: no column {', '.join(missing)}, which mapping {mapping.name} names")
    arrays: dict[str, Any] = {}
    for spec in specs(StopUpdates):
        column = mapping.columns.get(spec.file_name)
        try:
            arrays[spec.name] = (
                none_column(spec.kind, len(table)) if column is None else _values(table[column], spec, mapping)
            )
        except (ValueError, TypeError) as error:
            raise ArchiveUnreadable(f"{path}: column {column}: {error}") from None
    return StopUpdates(**arrays)


def _feed_rows(file: Path) -> Iterator[tuple[object, ...]]:
    try:
        message = parse(file.read_bytes())
    except ValueError as error:
        raise ArchiveUnreadable(f"{file}: {error}") from None
    made_at = float(message.header.timestamp)
    for entity in message.entity:
        update = entity.trip_update
        trip = update.trip
        date = int(trip.start_date) if trip.start_date.isdigit() else None
        start = parse_service_time(trip.start_time) if trip.start_time else None
        for stop in update.stop_time_update:
            if stop.schedule_relationship in NO_PROMISE:
                continue
            arrival, departure = stop.arrival, stop.departure
            event = arrival if stop.HasField("arrival") else departure
            yield (
                made_at,
                trip.trip_id or None,
                date,
                start,
                stop.stop_sequence if stop.HasField("stop_sequence") else None,
                stop.stop_id or None,
                float(arrival.time) if arrival.time else None,
                float(departure.time) if departure.time else None,
                float(event.delay) if event.HasField("delay") else None,
                trip.route_id or None,
                update.vehicle.id or None,
            )


def _values(column: pd.Series[Any], spec: ColumnSpec, mapping: AgainstMapping) -> npt.NDArray[Any]:
    if spec.kind == "instant":
        return _instants(column, mapping.time)
    if spec.kind == "f8":
        return pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)
    if spec.kind == "i4":
        return pd.to_numeric(column).fillna(-1).to_numpy(dtype=np.int32)
    texts: Texts = column.astype(str).to_numpy(dtype=object)
    texts[column.isna().to_numpy()] = None
    if spec.kind == "text":
        return texts
    none, read = (0, _date) if spec.kind == "service_date" else (-1, parse_service_time)
    codes = {text: none if text is None else read(text) for text in set(texts.tolist())}
    return np.array([codes[text] for text in texts.tolist()], dtype=np.int32)


def _date(text: str) -> int:
    digits = text.replace("-", "").removesuffix(".0")
    if len(digits) != 8 or not digits.isdigit():
        raise ValueError(f"not a service day (YYYYMMDD): {text!r}")
    return int(digits)


def _instants(column: pd.Series[Any], time: str) -> Floats:
    if time in _EPOCH:
        at = pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan) / _EPOCH[time]
        return np.where(at > 0, at, np.nan)  # GTFS-Realtime's 0 is "not given"
    instants = pd.to_datetime(column, utc=True, format="ISO8601")
    seconds = (instants - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1)
    return np.asarray(seconds.to_numpy(dtype=np.float64, na_value=np.nan))
