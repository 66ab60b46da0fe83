"""Parameters of SIRI-Lite, by SIRI's names."""

from __future__ import annotations

import datetime as dt
import re

from flask import request

from api.board import View
from api.dialects.siri.errors import InvalidRef
from api.dialects.siri.refs import from_ref
from api.errors import BadRequest

LONGEST_S = 4 * 3_600
_DURATION = re.compile(r"^P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,7})(?:\.\d+)?S)?)?$")


def ref(name: str) -> str | None:
    """The id that a reference names."""
    given = request.args.get(name)
    if given is None or given == "":
        return None
    if len(given) > 1_000:
        raise BadRequest(f"{name}: too long")
    return from_ref(given)


def route_ref(view: View) -> str | None:
    """``LineRef``, if there is such a line."""
    given = ref("LineRef")
    if given is not None and given not in view.network.route_rows:
        raise InvalidRef("LineRef", given)
    return given


def most(name: str, default: int, limit: int = 500) -> int:
    """A number of rows."""
    given = request.args.get(name)
    if not given:
        return default
    if not given.isdigit() or not given.isascii() or len(given) > 9:
        raise BadRequest(f"{name}: a whole number")
    return min(int(given), limit)


def interval_s(default_s: int) -> int:
    """``PreviewInterval``, e.g. PT30M."""
    given = request.args.get("PreviewInterval")
    if not given:
        return default_s
    found = _DURATION.match(given)
    if found is None or not any(found.groups()):
        raise BadRequest("PreviewInterval: a duration of ISO 8601, e.g. PT30M")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return min(days * 86_400 + hours * 3_600 + minutes * 60 + seconds, LONGEST_S)


def start_of(now: float) -> float:
    """``StartTime``; now, if there is none."""
    given = request.args.get("StartTime")
    if not given:
        return now
    try:
        at = dt.datetime.fromisoformat(given)
    except ValueError:
        raise BadRequest("StartTime: an instant of ISO 8601") from None
    if not 2000 <= at.year <= 2100:
        raise BadRequest("StartTime: a year from 2000 to 2100")
    return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).timestamp()


def one_of(name: str, words: tuple[str, ...]) -> str:
    """One of some words; the first if none is given."""
    given = request.args.get(name, words[0])
    if given not in words:
        raise BadRequest(f"{name}: one of {', '.join(words)}")
    return given
