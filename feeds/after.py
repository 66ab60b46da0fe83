"""``python -m feeds build … --after OLD.zip --valid-from DATE``: the old feed runs on until the day before."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from passinfo.gtfs.members import feed_files_at
from passinfo.times import to_service_date


def join_after(old: Path, built: Path, first: dt.date) -> None:
    """Put the service of ``old`` before ``first`` into the feed just built, and tell what changes that day.

    Raises
    ------
    GtfsUnreadable
        If there is no feed at ``old``.
    """
    from passinfo.gtfs.overlap import overlap  # pandas takes a second to load
    from passinfo.gtfs.rebuild import complete, put_in_order
    from passinfo.gtfs.write import version_of, versioned_files, write_zip

    before, after = complete(put_in_order(feed_files_at(old)), old), complete(put_in_order(feed_files_at(built)), built)
    joined = overlap(before.tables, after.tables, to_service_date(first))
    files = {**after.others, **versioned_files(joined.tables)}
    write_zip(files, built)
    for finding in (*before.findings, *joined.findings):
        print(finding, file=sys.stderr)
    print(
        f"{built}: at {first.isoformat()} {joined.ending} trips end, {joined.beginning} begin, {joined.going_on} go on,"
        f" feed_version {version_of(files)}"
    )
