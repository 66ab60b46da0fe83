"""GTFS in: a zip or a folder becomes clean tables, each refused value with its reason.

Everything is read as text first; a value that is not what its field holds refuses its row (required fields, times and
dates) or becomes none (optional numbers), and is told in ``rejections``. Members that are no GTFS table are ignored.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import numpy as np
import pandas as pd

from passinfo.gtfs.members import GtfsUnreadable, feed_files_at
from passinfo.gtfs.text_table import text_frame
from passinfo.network.gtfs_tables import FIELDS, REQUIRED_TABLES, FieldKind, GtfsTables
from passinfo.rejections import Reason, Rejection

MAX_ID_CHARS = 255

__all__ = ["GtfsUnreadable", "clean_tables", "content_hash", "gtfs_members", "read_gtfs"]


def read_gtfs(path: Path) -> GtfsTables:
    """Tables of a GTFS zip or folder.

    Raises
    ------
    GtfsUnreadable
        If the path does not exist, the zip is broken, or a required table is missing or empty.
    """
    return clean_tables(gtfs_members(path), path)


def gtfs_members(path: Path) -> dict[str, bytes]:
    """Bytes of every GTFS table of a zip or folder, by table name; other members are ignored.

    Raises
    ------
    GtfsUnreadable
        If the path does not exist or the zip is broken.
    """
    files = feed_files_at(path, lambda name: name.endswith(".txt") and name.removesuffix(".txt") in FIELDS)
    return {name.removesuffix(".txt"): data for name, data in files.items()}


def clean_tables(sources: dict[str, bytes], path: Path) -> GtfsTables:
    """Tables of a feed's members; ``path`` is what to call the feed.

    Raises
    ------
    GtfsUnreadable
        If a required table is missing or has no usable row.
    """
    frames: dict[str, pd.DataFrame] = {}
    rejections: list[Rejection] = []
    for table in FIELDS:
        frames[table], refused = _clean(table, sources.get(table), path.name)
        rejections.extend(refused)
    for table in REQUIRED_TABLES:
        if frames[table].empty:
            raise GtfsUnreadable(f"{path}: {table}.txt is missing or has no usable row; is this a GTFS feed?")
    return GtfsTables(**frames, content_hash=content_hash(sources), rejections=tuple(rejections))


def content_hash(sources: dict[str, bytes]) -> str:
    """SHA-256 over the names and bytes of the tables."""
    digest = hashlib.sha256()
    for name in sorted(sources):
        digest.update(f"{name}\0{len(sources[name])}\0".encode())
        digest.update(sources[name])
    return digest.hexdigest()


def _clean(table: str, data: bytes | None, feed: str) -> tuple[pd.DataFrame, list[Rejection]]:
    """One table with clean columns, and what was refused of it."""
    source = f"{feed}/{table}.txt"
    rejections: list[Rejection] = []
    frame = pd.DataFrame()
    if data is not None and data.strip():
        frame, rejections = text_frame(data, source)
    elif data is not None:
        rejections = [Rejection(source, 0, Reason.EMPTY_FILE)]
    columns: dict[str, pd.Series] = {}
    good = np.ones(len(frame), dtype=bool)
    numbers = frame.index.to_numpy()
    for name, (kind, required) in FIELDS[table].items():
        if name not in frame.columns:
            if required and len(frame):
                rejections.append(Rejection(source, 0, Reason.MISSING_COLUMN, name))
                good[:] = False
            columns[name] = pd.Series([_NONE[kind]] * len(frame), index=frame.index)
            continue
        text = frame[name].fillna("").astype(str).str.strip()
        values, bad, reason = _convert(text, kind)
        missing = (text == "").to_numpy()
        for row in np.flatnonzero(bad & ~missing):
            rejections.append(Rejection(source, int(numbers[row]), reason, name, text.iloc[row][:80]))
        if required:
            for row in np.flatnonzero(missing):
                rejections.append(Rejection(source, int(numbers[row]), Reason.MISSING_VALUE, name))
            good &= ~missing
        if required or kind in ("time", "date"):
            good &= ~(bad & ~missing)
        columns[name] = values
    clean = pd.DataFrame(columns, index=frame.index)[good]
    return clean.reset_index(drop=True), rejections


_NONE: dict[FieldKind, object] = {"id": "", "text": "", "time": -1, "date": 0, "float": np.nan, "int": -1}


def _convert(text: pd.Series, kind: FieldKind) -> tuple[pd.Series, np.ndarray, Reason]:
    """Values of one column, which rows are no such value, and the reason to give for them."""
    if kind in ("id", "text"):
        return text, (text.str.len() > MAX_ID_CHARS).to_numpy() & (kind == "id"), Reason.TEXT_TOO_LONG
    if kind == "time":
        parts = text.str.extract(r"^(\d{1,3}):([0-5]\d):([0-5]\d)$")
        bad = parts[0].isna().to_numpy()
        filled = parts.fillna("0").astype("int64")
        seconds = filled[0] * 3600 + filled[1] * 60 + filled[2]
        return seconds.where(~bad, -1).astype("int32"), bad, Reason.BAD_TIME
    if kind == "date":
        known = {value: _date(value) for value in text.unique()}
        dates = text.map(known).astype("int32")
        return dates, (dates == 0).to_numpy(), Reason.BAD_DATE
    number = pd.to_numeric(text, errors="coerce")
    bad = ~np.isfinite(number.to_numpy(dtype=float))
    if kind == "float":
        return number.astype(float), bad, Reason.NOT_A_NUMBER
    whole = number.where(~bad, -1)
    bad = bad | (whole != whole.round()).to_numpy() | (whole.abs() > np.iinfo("int32").max).to_numpy()
    return whole.where(~bad, -1).astype("int32"), bad, Reason.NOT_A_NUMBER


def _date(text: str) -> int:
    """``yyyymmdd`` of a date that exists, else 0."""
    try:
        return int(dt.datetime.strptime(text, "%Y%m%d").replace(tzinfo=dt.UTC).strftime("%Y%m%d"))
    except ValueError:
        return 0
