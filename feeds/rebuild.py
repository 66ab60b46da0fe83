"""``python -m feeds build FEED.zip --out gtfs.zip``: a feed read, put in good order and written again."""

from __future__ import annotations

import sys
from pathlib import Path

from passinfo.gtfs.members import GtfsUnreadable, feed_files_at
from passinfo.network.gtfs_tables import REQUIRED_TABLES


def build_from_feed(path: Path, out: Path) -> int:
    """Write the feed at ``path`` (a zip or a folder) anew, tell what was wrong with it; the exit code.

    Raises
    ------
    GtfsUnreadable
        If there is no feed, or one that lacks a table without which nothing runs.
    """
    from passinfo.gtfs.rebuild import rebuild  # pandas takes a second to load
    from passinfo.gtfs.write import write_zip

    made = rebuild(feed_files_at(path))
    for table in REQUIRED_TABLES:
        if not made.rows.get(table):
            raise GtfsUnreadable(f"{path}: {table}.txt is missing or has no usable row; is this a GTFS feed?")
    write_zip(made.files, out)
    for finding in made.findings:
        print(finding, file=sys.stderr)
    counts = ", ".join(f"{made.rows[table]} {table}" for table in ("routes", "stops", "trips"))
    print(f"{out}: {counts}, feed_version {made.feed_version or 'unknown'}")
    return 0
