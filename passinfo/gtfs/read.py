"""GTFS in: a zip or a folder becomes clean tables, each refused value with its reason.

Everything is read as text first; a value that is not what its field holds refuses its row (required fields, times and
dates) or becomes none (optional numbers), and is told in ``rejections``. Members that are no GTFS table are ignored.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from passinfo.errors import OperatorError
from passinfo.network.gtfs_tables import FIELDS, REQUIRED_TABLES, FieldKind, GtfsTables
from passinfo.rejections import Reason, Rejection

MAX_MEMBER_BYTES = 4 << 30
"""A table larger than 4 GiB unpacked is a zip bomb: the largest national feeds have stop_times of about 2 GiB."""
MAX_ID_CHARS = 255
_LINE_END = re.compile(r"\r\n|\n|\r")  # str.splitlines also splits at signs that names may hold


class GtfsUnreadable(OperatorError):
    """The path holds no GTFS that could be used; the message says what to do."""


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
    return dict(_members(path))


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


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    """Bytes of every GTFS table of a zip or folder."""
    if path.is_dir():
        for table in FIELDS:
            member = path / f"{table}.txt"
            if member.is_file():
                yield table, member.read_bytes()
        return
    if not path.is_file():
        raise GtfsUnreadable(f"{path}: no such file or folder; give a GTFS zip or a folder of its .txt files")
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                table = info.filename.rsplit("/", 1)[-1].removesuffix(".txt")
                if table in FIELDS and info.filename.count("/") <= 1:
                    if info.file_size > MAX_MEMBER_BYTES:
                        raise GtfsUnreadable(f"{path}: {info.filename} unpacks to {info.file_size} bytes: refused")
                    yield table, archive.read(info)
    except (zipfile.BadZipFile, EOFError, zlib.error) as error:
        raise GtfsUnreadable(f"{path}: not a readable zip ({error}); download it again") from error


def _text_frame(data: bytes, source: str) -> tuple[pd.DataFrame, list[Rejection]]:
    """All values as text, plus the rows that cannot be split or decoded. The index is the row (header = 1)."""
    rejections: list[Rejection] = []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        rejections.append(Rejection(source, row, Reason.BAD_ENCODING, "", repr(data[error.start : error.start + 8])))
        text = data.decode("utf-8-sig", errors="replace")
    try:
        frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, skipinitialspace=True, engine="c")
        frame.index = pd.RangeIndex(2, len(frame) + 2)
        swallowed = '"' in text and _swallows(text, len(frame))
    except (pd.errors.ParserError, pd.errors.EmptyDataError):
        swallowed = True
    if swallowed:
        frame, ragged = _row_by_row(text, source)
        rejections.extend(ragged)
    frame.columns = [str(name).strip() for name in frame.columns]
    return frame, rejections


def _swallows(text: str, rows: int) -> bool:
    """Whether a quote that is never closed runs over line ends; a well-formed text of several lines does not count."""
    if rows + 1 == sum(1 for line in _LINE_END.split(text) if line.strip()):
        return False
    reader = csv.reader(io.StringIO(text), strict=True, skipinitialspace=True)
    try:
        width = len(next(reader))
        return any(len(row) not in (0, width) for row in reader)
    except csv.Error:
        return True


def _row_by_row(text: str, source: str) -> tuple[pd.DataFrame, list[Rejection]]:
    """The slow way, for a file some of whose rows have too many fields or a quote that is never closed.

    One line is one row: "Field values must not contain tabs, carriage returns or new lines" (GTFS reference, File
    Requirements).
    """
    rows, index, rejections = [], [], []
    lines = _LINE_END.split(text)
    header = _cells(lines[0])
    if not header:
        return pd.DataFrame(), [Rejection(source, 0, Reason.EMPTY_FILE)]
    for number, line in enumerate(lines[1:], start=2):
        row = _cells(line)
        if row is not None and len(row) == len(header):
            rows.append(row)
            index.append(number)
        elif row != []:
            rejections.append(Rejection(source, number, Reason.BAD_ROW, "", line[:80]))
    return pd.DataFrame(rows, columns=header, index=index, dtype=str), rejections


def _cells(line: str) -> list[str] | None:
    """The cells of a line; none at all of a blank one, None if its quotes are broken."""
    try:
        return next(csv.reader([line], strict=True, skipinitialspace=True), [])
    except csv.Error:
        return None


def _clean(table: str, data: bytes | None, feed: str) -> tuple[pd.DataFrame, list[Rejection]]:
    """One table with clean columns, and what was refused of it."""
    source = f"{feed}/{table}.txt"
    rejections: list[Rejection] = []
    frame = pd.DataFrame()
    if data is not None and data.strip():
        frame, rejections = _text_frame(data, source)
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
