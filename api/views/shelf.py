"""The static feeds over a change of service: the one to come, the one before, and what changed between them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from apiflask import APIBlueprint
from flask import Response

from api.answers import pack, respond
from api.errors import NotFound
from api.state import counter

bp = APIBlueprint("shelf", __name__, url_prefix="/gtfs", tag="Feeds")

STATIC_S = 300
"""Seconds an app may keep them before it asks again; unchanged, it is 304."""
MARKDOWN = "text/markdown"


@bp.get("/coming.zip")
@bp.doc(
    summary="The static feed to come",
    description="Announced for a change of service: the service of today until then, the new one from then on. 404 "
    "while no change is announced. On its day it becomes `/gtfs/schedule.zip`, together with the ids of the realtime "
    "feeds.",
    responses={200: "a zip"},
)
def coming() -> Response:
    """The feed that was announced."""
    return _file("coming.zip", "application/zip", "no change of service is announced")


@bp.get("/previous.zip")
@bp.doc(summary="The static feed before", description="The one that `schedule.zip` replaced.", responses={200: "a zip"})
def previous() -> Response:
    """The feed before."""
    return _file("previous.zip", "application/zip", "there was no other feed before the one in force")


@bp.get("/feeds.json")
@bp.doc(
    summary="Which static feeds there are",
    description="`current`, `coming`, `previous`: address, `feed_version` (the realtime feeds name that of `current`), "
    "first and last service day, SHA-256, and when each was published; null where there is none.",
)
def feeds() -> Response:
    """What stands on the shelf."""
    return _file("feeds.json", "application/json", "this city publishes no static feed yet")


@bp.get("/changes.json")
@bp.doc(
    summary="What changed from static feed to static feed",
    description="`entries`, newest first: `feed_version` and that of the feed `before`, when it was published, how "
    "many changes in `total`, and up to 1,000 of them.",
)
def changes() -> Response:
    """The change log."""
    path = _shelf() / "changes.json"
    if path.is_file():
        return _file(path.name, "application/json", "")
    return respond(pack(b'{"entries": []}', "application/json"), 0.0, STATIC_S)


@bp.get("/changes.md")
@bp.doc(summary="The same to read", description="Markdown.", responses={200: "a text"})
def changes_to_read() -> Response:
    """The change log as a text."""
    path = _shelf() / "changes.json"
    log: list[dict[str, Any]] = json.loads(path.read_bytes())["entries"] if path.is_file() else []
    text = "# Changes of the static feed\n\n" + ("\n".join(map(_told, log)) if log else "None yet.\n")
    return respond(pack(text.encode(), MARKDOWN), path.stat().st_mtime if path.is_file() else 0.0, STATIC_S)


def _told(entry: dict[str, Any]) -> str:
    """One feed's changes."""
    lines = [f"## {entry['published_at']}: {entry['before'] or 'unnamed'} → {entry['feed_version'] or 'unnamed'}", ""]
    for change in entry["changes"]:
        subject = f" {change['subject']}" if change["subject"] else ""
        lines.append(f"- **{change['table']}**{subject}: {change['text']}")
    more = entry["total"] - len(entry["changes"])
    if more:
        lines.append(f"- … and {more} more")
    return "\n".join([*lines, ""])


def _shelf() -> Path:
    return counter().folder / "gtfs"


def _file(name: str, mimetype: str, none: str) -> Response:
    """A file of the shelf, by its own age; what it says if there is none."""
    path = _shelf() / name
    try:
        data, changed_at = path.read_bytes(), path.stat().st_mtime
    except FileNotFoundError:
        raise NotFound(none) from None
    return respond(pack(data, mimetype), changed_at, STATIC_S)
