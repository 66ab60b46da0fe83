"""Reports from files and from decoded JSON: rows and rejections come back together, in bounded memory.

Bad data is never an error here: a row that cannot be read is a rejection with its reason and number, and all others get
through. Which rows live tracking may use is the business of :mod:`passinfo.bms.intake`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from passinfo.bms.convert import ReadResult, convert
from passinfo.bms.mapping import Mapping
from passinfo.bms.raw import RawRows
from passinfo.bms.read_csv import read_csv
from passinfo.bms.read_records import raw_records, read_json_lines
from passinfo.bms.reports import Reports
from passinfo.columns import concat, length, take
from passinfo.errors import OperatorError

__all__ = ["ReadResult", "ReportsUnreadable", "iter_reports", "read_reports", "reports_from_records"]

CHUNK_ROWS = 50_000
"""About 40 MB of columns in Python's memory."""


def _read_parquet(path: Path, mapping: Mapping, chunk_rows: int) -> Iterator[RawRows]:
    from passinfo.bms.read_parquet import read_parquet  # pyarrow: the counter, which reads no files, starts without

    return read_parquet(path, mapping, chunk_rows)


def _read_protobuf(path: Path, mapping: Mapping, chunk_rows: int) -> Iterator[RawRows]:
    from passinfo.bms.read_protobuf import read_protobuf  # likewise

    return read_protobuf(path, mapping, chunk_rows)


Reader: TypeAlias = Callable[[Path, Mapping, int], Iterator[RawRows]]
READERS: dict[str, Reader] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".parquet": _read_parquet,
    ".pb": _read_protobuf,
}
_GZIPPED = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")


class ReportsUnreadable(OperatorError):
    """The name of the file says nothing we can read."""


def read_reports(path: Path, mapping: Mapping, *, limit: int | None = None) -> ReadResult:
    """All reports of a file, or of all files of a folder; at most ``limit`` rows if given.

    Raises
    ------
    ReportsUnreadable
        If the file's ending is none of those we read.
    FileNotFoundError
        If there is no such file.
    """
    parts: list[ReadResult] = []
    rows = 0
    for part in iter_reports(path, mapping, CHUNK_ROWS if limit is None else max(1, min(limit, CHUNK_ROWS))):
        parts.append(part)
        rows += part.rows
        if limit is not None and rows >= limit:
            break
    reports = concat(Reports, [part.reports for part in parts])
    if limit is not None and length(reports) > limit:
        reports = take(reports, slice(0, limit))
    return ReadResult(
        reports,
        tuple(r for part in parts for r in part.rejections),
        rows,
        max((part.newest_at for part in parts), default=float("-inf")),
        any(part.has_reception for part in parts),
    )


def iter_reports(path: Path, mapping: Mapping, chunk_rows: int = CHUNK_ROWS) -> Iterator[ReadResult]:
    """The reports of a file, or of all files of a folder in name order, some rows at a time.

    Raises
    ------
    ReportsUnreadable
        If the file's ending is none of those we read.
    FileNotFoundError
        If there is no such file.
    """
    for file in report_files(path):
        newest_at = float("-inf")
        for raw in _reader(file)(file, mapping, chunk_rows):
            result = convert(raw, mapping, newest_at)
            newest_at = result.newest_at
            yield result


def reports_from_records(records: Sequence[object], mapping: Mapping, source: str) -> ReadResult:
    """The reports among decoded JSON objects; row numbers are their 1-based positions.

    Examples
    --------
    >>> from passinfo.bms.presets import load_preset
    >>> bus = {"vehicle_id": "7", "observed_at": "2026-02-16T12:00:00Z", "lat": 14.56, "lon": 121.08}
    >>> result = reports_from_records([bus, {**bus, "lat": "?"}], load_preset("passinfo"), "post")
    >>> result.reports.observed_at.tolist(), result.rejections[0].row, result.rejections[0].reason.value
    ([1771243200.0], 2, 'not_a_number')
    """
    return convert(raw_records(records, mapping, source), mapping)


def report_files(path: Path) -> tuple[Path, ...]:
    """The file itself, or the files of a folder that a reader knows, in name order."""
    if not path.is_dir():
        _reader(path)
        if not path.exists():
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return (path,)
    files = tuple(sorted(file for file in path.iterdir() if file.is_file() and _ending(file) in READERS))
    if not files:
        raise ReportsUnreadable(f"{path}: no file in it ends in {', '.join(READERS)}")
    return files


def _reader(path: Path) -> Reader:
    ending = _ending(path)
    if ending not in READERS:
        raise ReportsUnreadable(f"{path.name}: use a file that ends in {', '.join(READERS)} (text also with .gz)")
    return READERS[ending]


def _ending(path: Path) -> str:
    name = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    ending = name.suffix.lower()
    return "" if name is not path and ending not in _GZIPPED else ending
