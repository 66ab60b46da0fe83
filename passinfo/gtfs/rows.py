"""Every table of a GTFS zip or folder as rows of text, unknown tables and columns included: nothing is interpreted."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import TypeAlias

from passinfo.errors import OperatorError

Row: TypeAlias = dict[str, str]
Tables: TypeAlias = dict[str, list[Row]]


def read_rows(path: Path) -> Tables:
    """Rows by table name (``stops`` for ``stops.txt``), values stripped.

    Raises
    ------
    OperatorError
        If the path holds no GTFS tables, or one that is not UTF-8.
    """
    try:
        if path.is_dir():
            files = {file.name: file.read_bytes() for file in sorted(path.glob("*.txt"))}
        else:
            with zipfile.ZipFile(path) as archive:
                files = {name: archive.read(name) for name in sorted(archive.namelist()) if name.endswith(".txt")}
        tables = {name.removesuffix(".txt"): _rows(data) for name, data in files.items()}
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError, csv.Error) as error:
        raise OperatorError(f"{path}: no readable GTFS feed: {error}") from None
    if not tables:
        raise OperatorError(f"{path}: no GTFS feed: it holds no .txt table")
    return tables


def _rows(data: bytes) -> list[Row]:
    reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), restkey="", restval="")
    return [{(k or "").strip(): v.strip() for k, v in row.items() if isinstance(v, str)} for row in reader]
