"""A feed as given to the same feed in good order: read, put right, written again.

What it guarantees: every table and column is kept, those the reference does not know too; the same rows in any order
give the same bytes; no row is lost without a finding that says how many, why, and which came first. Rows are dropped
only where nothing can use them: they lack their key, repeat one, or name what the feed does not have. Doubtful values
are told and kept (``doubts``), because only the feed's owner can tell what is right.

``feed_info.feed_version`` becomes the hash of the content. A feed without ``feed_info`` gets one in the name of its
agency, if it has but one. Pure: bytes in, bytes out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from passinfo.gtfs.doubts import doubts
from passinfo.gtfs.findings import Done, Finding, Found
from passinfo.gtfs.members import GtfsUnreadable
from passinfo.gtfs.named import known_names_only
from passinfo.gtfs.reference import REFERENCE
from passinfo.gtfs.text_table import text_frame
from passinfo.gtfs.tidy import in_order, righted_header, told_apart, trimmed
from passinfo.gtfs.write import version_of, versioned_files
from passinfo.network.gtfs_tables import REQUIRED_TABLES
from passinfo.rejections import Reason, Rejection

_COLUMN_NAME = re.compile(r"\w+")
UNKNOWN_LANGUAGE = "und"
"""BCP 47's tag of a language nobody told."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The files of the feed by name, and what was found on the way."""

    files: Mapping[str, bytes]
    feed_version: str
    """"" where the feed has no feed_info and none could be made."""
    findings: tuple[Finding, ...]
    rows: Mapping[str, int]
    """Rows by table."""


@dataclass(frozen=True, slots=True)
class InOrder:
    """Tables of text (their index is the row of the file), the files that are none, and what was found on the way."""

    tables: Mapping[str, pd.DataFrame]
    others: Mapping[str, bytes]
    findings: tuple[Finding, ...]


def rebuild(files: Mapping[str, bytes]) -> Rebuilt:
    r"""The feed of these files (bytes by file name) in good order.

    Examples
    --------
    >>> made = rebuild({"levels.txt": b"level_index,level_id\n1,B\n0,A\n2,B\n"})
    >>> made.files["levels.txt"]
    b'level_id,level_index\nA,0\nB,1\n'
    >>> [str(finding) for finding in made.findings[:1]]
    ["levels.txt: level_id again with other values: 1 dropped (row 4: '2, B')"]
    """
    return written(put_in_order(files))


def written(order: InOrder) -> Rebuilt:
    """The files of tables in order, and what its owner should look at."""
    files = {**order.others, **versioned_files(order.tables)}
    rows = {name: len(table) for name, table in order.tables.items()}
    return Rebuilt(files, version_of(files), (*order.findings, *doubts(order.tables)), rows)


def put_in_order(files: Mapping[str, bytes]) -> InOrder:
    """The tables of these files, each put right in itself and rid of broken references."""
    found: Found = []
    others: dict[str, bytes] = {}
    tables: dict[str, pd.DataFrame] = {}
    for file in sorted(files):
        table = _read(file, files[file], found)
        if table is None:
            others[file] = files[file]
        elif len(table.columns):
            tables[file.removesuffix(".txt")] = table
    for name in [*(name for name in REFERENCE if name in tables), *sorted(set(tables) - set(REFERENCE))]:
        tables[name], more = known_names_only(name, tables[name], tables)
        found += more
    found += _feed_info(tables)
    return InOrder({name: in_order(name, table) for name, table in tables.items()}, others, tuple(found))


def complete(order: InOrder, path: Path) -> InOrder:
    """The same, if it has what makes a feed; ``path`` is what to call it.

    Raises
    ------
    GtfsUnreadable
        If a required table is missing or has no usable row.
    """
    for table in REQUIRED_TABLES:
        if not len(order.tables.get(table, ())):
            raise GtfsUnreadable(f"{path}: {table}.txt is missing or has no usable row; is this a GTFS feed?")
    return order


def _read(file: str, data: bytes, found: Found) -> pd.DataFrame | None:
    """A table put right in itself; None for a file that is no table."""
    if not file.endswith(".txt"):
        return None
    name = file.removesuffix(".txt")
    table, refused = text_frame(data, file)
    empty = [column for column in table.columns if column.startswith("Unnamed: ") and not table[column].any()]
    table = table.drop(columns=empty)  # pandas' name for the column behind a comma that ends the header
    if name not in REFERENCE and not _is_table(table, refused):
        return None
    found += _refused(name, refused)
    for step in (righted_header, trimmed, told_apart):
        table, more = step(name, table)
        found += more
    return table


def _is_table(table: pd.DataFrame, refused: list[Rejection]) -> bool:
    """Whether a file the reference does not know is a table at all, and not, say, a licence."""
    return not refused and len(table.columns) > 1 and all(_COLUMN_NAME.fullmatch(name) for name in table.columns)


def _refused(name: str, refused: list[Rejection]) -> Found:
    counts = Counter(rejection.reason for rejection in refused)
    first = {rejection.reason: rejection for rejection in reversed(refused)}
    return [
        Finding(
            name,
            reason.value.replace("_", " "),
            Done.MENDED if reason is Reason.BAD_ENCODING else Done.DROPPED,
            count,
            first[reason].row,
            first[reason].value,
        )
        for reason, count in counts.items()
    ]


def _feed_info(tables: dict[str, pd.DataFrame]) -> Found:
    """One row of feed_info, so that the feed has a version."""
    info, agency = tables.get("feed_info"), tables.get("agency")
    if info is not None and len(info):
        tables["feed_info"] = info.head(1)
        return [] if len(info) == 1 else [Finding("feed_info", "more than one row", Done.DROPPED, len(info) - 1)]
    if agency is None or len(agency) != 1:
        fault = "no row, and no single agency to speak for the feed: feed_version stays unknown"
        return [Finding("feed_info", fault, Done.KEPT, 0)]
    row = agency.iloc[0]
    tables["feed_info"] = pd.DataFrame(
        {
            "feed_publisher_name": [row.get("agency_name", "")],
            "feed_publisher_url": [row.get("agency_url", "")],
            "feed_lang": [row.get("agency_lang", "") or UNKNOWN_LANGUAGE],
        },
        index=[0],
    )
    return [Finding("feed_info", "no row: the agency speaks for the feed", Done.ADDED, 1)]
