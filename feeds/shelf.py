"""The shelf of static feeds in a state directory: the one in force, the one to come, the one before; what changed.

Each stands at a name that stays, so that apps can ask for it by a permanent address. The realtime feeds speak of the
one in force, always: it changes together with the network they are made on. ``feeds.json`` tells what stands where,
``changes.json`` what each feed changed against the one before it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

from passinfo.gtfs.diff import diff_feeds
from passinfo.gtfs.members import feed_files_at
from passinfo.gtfs.rows import Row, read_rows, rows_of
from passinfo.stores.atomic import write_whole
from passinfo.times import to_iso

CURRENT, COMING, PREVIOUS = "schedule.zip", "coming.zip", "previous.zip"
LISTED, LOG = "feeds.json", "changes.json"
MOST_ENTRIES, MOST_CHANGES = 50, 1_000
"""A year of weekly feeds; a feed that changes more than a thousand things is told by how many."""
_DATED = ("feed_info.txt", "calendar.txt", "calendar_dates.txt")


def put(shelf: Path, feed: bytes, at: float) -> bool:
    """Make a feed the one in force; whether it is another than the one before.

    A feed that was announced and has taken over stays when the one it replaced is put: who starts the live loop with
    the words of yesterday does not turn the change of service back.
    """
    current = shelf / CURRENT
    if not current.is_file() or feed not in (current.read_bytes(), _replaced(shelf)):
        _replace(shelf, feed, at, announced=False)
        return True
    feeds = listed(shelf)
    if (feeds.get("current") or {}).get("sha256") != hashlib.sha256(current.read_bytes()).hexdigest():
        _write(shelf, feeds | {"current": {**_facts(current), "published_at": to_iso(at), "announced": False}})
    return False


def announce(shelf: Path, feed: bytes, takes_over: dt.date, at: float) -> None:
    """Put a feed where apps find the one to come; it takes over on its day."""
    write_whole(shelf / COMING, feed)
    told = {**_facts(shelf / COMING), "published_at": to_iso(at), "takes_over": takes_over.isoformat()}
    _write(shelf, listed(shelf) | {"coming": told})


def withdraw(shelf: Path) -> bool:
    """Take the feed to come back; whether there was one."""
    found = (shelf / COMING).is_file()
    (shelf / COMING).unlink(missing_ok=True)
    _write(shelf, listed(shelf) | {"coming": None})
    return found


def is_due(shelf: Path, day: dt.date) -> bool:
    """Whether the feed to come takes over on this service day, or should have."""
    coming = listed(shelf).get("coming") if (shelf / COMING).is_file() else None
    return coming is not None and str(coming["takes_over"]) <= day.isoformat()


def take_over(shelf: Path, at: float) -> None:
    """Make the feed to come the one in force."""
    _replace(shelf, (shelf / COMING).read_bytes(), at, announced=True)
    withdraw(shelf)


def listed(shelf: Path) -> dict[str, Any]:
    """What stands on the shelf, as ``feeds.json`` tells it."""
    return {"current": None, "coming": None, "previous": None, **_read(shelf / LISTED, {})}


def _replaced(shelf: Path) -> bytes | None:
    """The feed that an announced one took the place of."""
    current, previous = listed(shelf)["current"] or {}, shelf / PREVIOUS
    return previous.read_bytes() if current.get("announced") and previous.is_file() else None


def _replace(shelf: Path, feed: bytes, at: float, *, announced: bool) -> None:
    """Put a feed in the place of the one in force, which is kept, and write down what changed."""
    shelf.mkdir(parents=True, exist_ok=True)
    current, previous, feeds = shelf / CURRENT, shelf / PREVIOUS, listed(shelf)
    before = current.read_bytes() if current.is_file() else None
    if before is not None:
        write_whole(previous, before)
        feeds["previous"] = {**(feeds["current"] or {}), **_facts(previous)}
    write_whole(current, feed)
    feeds["current"] = {**_facts(current), "published_at": to_iso(at), "announced": announced}
    _write(shelf, feeds)
    if before is None:
        return
    changes = diff_feeds(read_rows(previous), read_rows(current))
    entry = {
        "published_at": to_iso(at),
        "feed_version": feeds["current"]["feed_version"],
        "before": feeds["previous"]["feed_version"],
        "total": len(changes),
        "changes": [dataclasses.asdict(change) for change in changes[:MOST_CHANGES]],
    }
    entries = [entry, *_read(shelf / LOG, {}).get("entries", ())][:MOST_ENTRIES]
    write_whole(shelf / LOG, json.dumps({"entries": entries}, ensure_ascii=False).encode())


def _write(shelf: Path, feeds: dict[str, Any]) -> None:
    write_whole(shelf / LISTED, json.dumps(feeds, ensure_ascii=False).encode())


def _facts(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    files = {name: rows_of(each) for name, each in feed_files_at(path, lambda name: name in _DATED).items()}
    info = next(iter(files.get("feed_info.txt", [])), {})
    first, last = _days(info, files.get("calendar.txt", []), files.get("calendar_dates.txt", []))
    return {
        "url": f"/gtfs/{path.name}",
        "feed_version": info.get("feed_version") or None,
        "first_day": first,
        "last_day": last,
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
    }


def _days(info: Row, weeks: list[Row], dates: list[Row]) -> tuple[str | None, str | None]:
    """First and last service day as feed_info has them, else as the calendars do; ISO 8601."""
    firsts = [row.get("start_date", "") for row in weeks] + [row.get("date", "") for row in dates]
    lasts = [row.get("end_date", "") for row in weeks] + [row.get("date", "") for row in dates]
    first = info.get("feed_start_date") or min(filter(None, firsts), default="")
    last = info.get("feed_end_date") or max(filter(None, lasts), default="")
    return _iso(first), _iso(last)


def _iso(date: str) -> str | None:
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 and date.isdecimal() else None


def _read(path: Path, none: Any) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return none
