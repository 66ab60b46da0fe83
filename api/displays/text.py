"""The display in at most 512 bytes, for LED matrices and microcontrollers: lines, or a little JSON."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import orjson

from api.displays.sign import Every, Row, Sign
from api.displays.words import WORDS
from api.freshness import Source

MOST_BYTES = 512
POLL_S = 20
"""Seconds between two polls that a small display does well with: no minute is late by more than a third."""
_STATE = {Source.LIVE: "live", Source.LAST_KNOWN: "old", Source.TIMETABLE: "plan"}


@dataclass(frozen=True, slots=True)
class Wish:
    """How a small display wants its text."""

    rows: int
    language: str
    cols: int = 0
    """Characters of a line; 0: fields with a tab between."""
    ascii: bool = False
    """True: no accents, what a plain LED font has."""


def to_text(sign: Sign, wish: Wish) -> bytes:
    """Lines: state first (``live``, ``old 4`` minutes, ``plan``; ``poll`` seconds), then a row per bus.

    A row is route, minutes, where to, flags (L live, K last known, T timetable; F low floor; 0 to 3 how full; E last
    bus), tabs between; of headway service without a bus in sight ``/`` and its headway. With ``cols``, no flags: lines
    to be shown as they are.
    """
    if wish.cols:
        lines = [_fitted(row, wish) for row in sign.rows[: wish.rows]] or [
            str(WORDS[wish.language]["none"])[: wish.cols]
        ]
        if sign.source is not Source.LIVE:
            lines.insert(0, _age_line(sign, wish.language)[: wish.cols])
    else:
        age = f" {sign.age_min}" if sign.source is Source.LAST_KNOWN else ""
        lines = [f"{_STATE[sign.source]}{age} poll {POLL_S}"]
        lines += [
            f"{_line(row.route)}\t{row.minutes}\t{_line(row.towards)}\t{_flags(row)}" for row in sign.rows[: wish.rows]
        ]
        lines += [f"{_line(each.route)}\t/{each.minutes}\t{_line(each.towards)}\t" for each in _unseen(sign)]
    kept, size = [], 0
    for line in lines:
        data = (_plain(line) if wish.ascii else line).encode() + b"\n"
        if size + len(data) > MOST_BYTES:
            break
        kept.append(data)
        size += len(data)
    return b"".join(kept)


def to_json(sign: Sign, wish: Wish) -> bytes:
    """``{"s": state, "age": minutes, "poll": seconds, "n": name, "r": [[route, minutes, where to, flags], …]}``."""
    said = _plain if wish.ascii else str
    head = {"s": _STATE[sign.source], "age": sign.age_min, "poll": POLL_S, "n": _cut(said(sign.name), 60)}
    rows = [[said(row.route), row.minutes, _cut(said(row.towards), 40), _flags(row)] for row in sign.rows[: wish.rows]]
    while True:
        data = orjson.dumps(head | {"r": rows})
        if len(data) <= MOST_BYTES or not rows:
            return data
        rows.pop()


def _unseen(sign: Sign) -> list[Every]:
    """Headway service of which no bus is in sight: how often it comes."""
    seen = {(row.route, row.towards) for row in sign.rows}
    return [each for each in sign.every if (each.route, each.towards) not in seen]


def _flags(row: Row) -> str:
    crowd = "" if row.crowd is None else str(row.crowd)
    return f"{row.how.value}{'F' if row.low_floor else ''}{crowd}{'E' if row.last else ''}"


def _age_line(sign: Sign, language: str) -> str:
    words = WORDS[language]
    return str(words["by_plan"] if sign.source is Source.TIMETABLE else words["old"]).replace("{n}", str(sign.age_min))


def _fitted(row: Row, wish: Wish) -> str:
    """Route, where to, minutes at the right edge."""
    words = WORDS[wish.language]
    minutes = str(words["now"]) if row.minutes == 0 else str(row.minutes)
    left = f"{_line(row.route)} {_line(row.towards)}"[: max(wish.cols - len(minutes) - 1, 0)]
    return f"{left.ljust(wish.cols - len(minutes))}{minutes}"[-wish.cols :]


def _line(text: str) -> str:
    """One field: no tabs or line ends within."""
    return " ".join(text.split())


def _cut(text: str, most: int) -> str:
    """At most so many bytes, never through a letter."""
    return text.encode()[:most].decode(errors="ignore")


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text)
    return "".join(each if each.isascii() else "-" if each in "–—" else "" for each in folded)
