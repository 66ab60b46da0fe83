"""``python -m feeds build CITY --out gtfs.zip``: the static feed of a city."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from feeds.after import join_after
from feeds.cities import find_city
from feeds.rebuild import build_from_feed
from passinfo.bms.city import City, CityFolderError, read_city
from passinfo.bms.presets import load_mapping
from passinfo.errors import OperatorError
from passinfo.rejections import Rejection

NIGHT = dt.timedelta(hours=5)
"""Until five in the morning what runs is the evening's service (29:00)."""
WEEK = dt.timedelta(days=7)
"""Holds every kind of day."""
_SHOWN = 10


def run(arguments: argparse.Namespace) -> int:
    """Build the static feed of a city (a name under ``feeds/cities``, a folder or a GTFS zip); the exit code."""
    if arguments.after is not None and arguments.valid_from is None:
        raise OperatorError("--after needs --valid-from: the first service day of the new feed")
    code = _run(arguments)
    if code == 0 and arguments.after is not None:
        join_after(arguments.after, arguments.out, arguments.valid_from)
    return code


def _run(arguments: argparse.Namespace) -> int:
    if arguments.traces and arguments.mapping is None:
        raise OperatorError("--traces needs --mapping: what the columns mean (a preset or your own file)")
    path = Path(arguments.city)
    if path.is_file() or (path / "stops.txt").is_file():
        return build_from_feed(path, arguments.out) or _check_lines(arguments)
    city = read_city(find_city(arguments.city))
    if not arguments.traces or city.master is None:
        return build(city, arguments.out, today=arguments.valid_from) or _check_lines(arguments)
    from feeds.learning.build import build_from_traces

    return build_from_traces(
        city,
        arguments.traces,
        load_mapping(arguments.mapping),
        arguments.out,
        report=arguments.report,
        from_at=arguments.from_at,
        to_at=arguments.to_at,
        today=arguments.valid_from,
    )


def _check_lines(arguments: argparse.Namespace) -> int:
    """Hold the lines of the feed just built against traces, if there are any."""
    if not arguments.traces:
        return 0
    from feeds.learning.given_lines import check_given_lines

    return check_given_lines(
        arguments.out,
        arguments.traces,
        load_mapping(arguments.mapping),
        report=arguments.report,
        from_at=arguments.from_at,
        to_at=arguments.to_at,
    )


def build(city: City, out: Path, *, today: dt.date | None = None) -> int:
    """Build the feed of a city already read; a city that is a GTFS path has that feed put in order."""
    tell_rejections(city.rejections)
    if city.master is None:
        if city.gtfs_path is None:
            raise CityFolderError(f"{city.folder}: neither master data nor a GTFS path")
        return build_from_feed(city.gtfs_path, out)
    from passinfo.gtfs.build import build_tables  # gtfs-kit takes seconds to load
    from passinfo.gtfs.write import write_feed

    day = today or first_day(dt.datetime.now(ZoneInfo(city.master.agency.timezone)))
    feed = build_tables(city.master, build_date=day)
    if feed.trips is None:
        if not city.master.route_stops:
            raise CityFolderError(f"{city.folder}: no patterns: learn them from recorded positions with --traces")
        raise CityFolderError(f"{city.folder}: no service: headways.csv and timetable.csv hold no usable row")
    version = write_feed(feed, out)
    counts = f"{len(feed.routes)} routes, {len(feed.stops)} stops, {len(feed.trips)} trips"
    print(f"{out}: {counts}, from {day.isoformat()} on, feed_version {version}")
    return 0


def running_day(now: dt.datetime) -> dt.date:
    """The service day whose buses are on the road at a local time.

    A feed built at two at night must speak for the buses that run then, and they belong to the day before.

    Examples
    --------
    >>> running_day(dt.datetime(2026, 11, 23, 2, 0)).isoformat()
    '2026-11-22'
    """
    return (now - NIGHT).date()


def first_day(now: dt.datetime) -> dt.date:
    """The first service day of a feed built at a local time, if none is asked for: a week before the running day.

    Built on a Sunday and beginning that day, most of its trips would be of days to come, and validators warn of it.

    Examples
    --------
    >>> first_day(dt.datetime(2026, 11, 29, 12, 0)).isoformat()
    '2026-11-22'
    """
    return running_day(now) - WEEK


def tell_rejections(rejections: tuple[Rejection, ...]) -> None:
    """Print what was refused: the first few rows and how many in all."""
    for refused in rejections[:_SHOWN]:
        what = f"{refused.field}={refused.value!r}" if refused.field else refused.value
        print(f"{refused.source}, row {refused.row}: {refused.reason.value} {what}", file=sys.stderr)
    if len(rejections) > _SHOWN:
        print(f"… {len(rejections)} rows refused in all", file=sys.stderr)
