"""Every table of a GTFS zip or folder as rows of text, unknown tables and columns included: nothing is interpreted."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TypeAlias

from passinfo.gtfs.members import GtfsUnreadable, feed_files_at
from passinfo.gtfs.reference import REFERENCE

Row: TypeAlias = dict[str, str]
Tables: TypeAlias = dict[str, list[Row]]


def read_rows(path: Path) -> Tables:
    """Rows by table name (``stops`` for ``stops.txt``), values stripped.

    Raises
    ------
    GtfsUnreadable
        If the path cannot be read, holds no GTFS table, or one that is not UTF-8 or has a broken quote.
    """
    tables: Tables = {}
    for name, data in sorted(feed_files_at(path, lambda name: name.endswith(".txt")).items()):
        try:
            tables[name.removesuffix(".txt")] = rows_of(data)
        except (UnicodeDecodeError, csv.Error) as error:
            raise GtfsUnreadable(f"{path}: {name} cannot be read: {error}") from None
    if not tables.keys() & REFERENCE.keys():
        raise GtfsUnreadable(f"{path}: no GTFS feed: it holds no table such as stops.txt")
    return tables


def rows_of(data: bytes) -> list[Row]:
    r"""Rows of one table.

    Examples
    --------
    >>> rows_of(b"a,b\n1, 2\n")
    [{'a': '1', 'b': '2'}]
    """
    reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), skipinitialspace=True)
    header = [name.strip() for name in next(reader, [])]
    # a short row lacks its last values; what a long one has more has no name
    return [dict.fromkeys(header, "") | dict(zip(header, map(str.strip, row), strict=False)) for row in reader if row]
