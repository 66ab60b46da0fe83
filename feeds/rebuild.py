"""``python -m feeds build FEED.zip --out gtfs.zip``: a feed read, put in good order and written again."""

from __future__ import annotations

import sys
from pathlib import Path

from passinfo.gtfs.members import feed_files_at


def build_from_feed(path: Path, out: Path) -> int:
    """Write the feed at ``path`` (a zip or a folder) anew, tell what was wrong with it; the exit code.

    Raises
    ------
    GtfsUnreadable
        If there is no feed, or one that lacks a table without which nothing runs.
    """
    from passinfo.gtfs.rebuild import complete, put_in_order, written  # pandas takes a second to load
    from passinfo.gtfs.write import write_zip

    made = written(complete(put_in_order(feed_files_at(path)), path))
    write_zip(made.files, out)
    for finding in made.findings:
        print(finding, file=sys.stderr)
    counts = ", ".join(f"{made.rows[table]} {table}" for table in ("routes", "stops", "trips"))
    print(f"{out}: {counts}, feed_version {made.feed_version or 'unknown'}")
    return 0
