"""A bus as a voice says it, in English, Filipino and Korean: routes and minutes in words, nothing to be spelt out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from api.displays.numbers import MOST, english, english_line, filipino, korean, linked
from api.displays.words import WORDS
from api.sentences import LANGUAGES

KEPT = 16_384
"""Sentences kept: those of a minute, of some thousand stops."""
_KO_LETTERS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        [
            "에이",
            "비",
            "시",
            "디",
            "이",
            "에프",
            "지",
            "에이치",
            "아이",
            "제이",
            "케이",
            "엘",
            "엠",
            "엔",
            "오",
            "피",
            "큐",
            "아르",
            "에스",
            "티",
            "유",
            "브이",
            "더블유",
            "엑스",
            "와이",
            "제트",
        ],
        strict=True,
    )
)


@lru_cache(maxsize=4_096)
def route_said(route: str, language: str) -> str:
    """A route's name as it is said; words stay words.

    Examples
    --------
    >>> route_said("P8", "en"), route_said("273", "en"), route_said("EDSA Carousel", "en")
    ('P eight', 'two seventy-three', 'EDSA Carousel')
    >>> route_said("N16", "ko"), route_said("1-2", "ko"), route_said("P12", "fil")
    ('엔 십육', '일 다시 이', 'P twelve')
    """
    if not re.fullmatch(r"[A-Za-z]{0,2}[- ]?\d{1,4}([-/ ]?\d{1,4})?[- ]?[A-Za-z]{0,2}", route):
        return route
    parts = re.findall(r"\d+|[A-Za-z]+|[-/]", route)
    if language == "ko":
        return " ".join(_korean_part(part) for part in parts)
    said = [
        english_line(int(part)) if part.isdigit() else " ".join(part.upper())
        for part in parts
        if part not in ("-", "/")
    ]
    return " ".join(said)


def _korean_part(part: str) -> str:
    if part.isdigit():
        return korean(int(part))
    return "다시" if part in "-/" else " ".join(_KO_LETTERS[letter] for letter in part.upper())


def spoken(arrival: dict[str, Any]) -> dict[str, str]:
    """An arrival of ``/v1`` as a voice says it, by language; what changes whether one can take it is added."""
    vehicle = arrival.get("vehicle") or {}
    return _said(
        arrival["route_short_name"] or arrival["route_id"],
        arrival["headsign"] or "",
        arrival["minutes"],
        arrival["basis"] == "TIMETABLE",
        arrival["relationship"],
        bool(arrival.get("last_of_day")),
        bool(vehicle.get("low_floor")),
    ).copy()


@lru_cache(maxsize=KEPT)
def _said(
    route: str, to: str, minutes: int | None, by_plan: bool, relationship: str, last: bool, low_floor: bool
) -> dict[str, str]:
    return {
        language: missing_said(route, to, relationship, language)
        if minutes is None or relationship in ("SKIPPED", "CANCELED")
        else bus_said(route, to, minutes, language, by_plan=by_plan, last=last, low_floor=low_floor)
        for language in LANGUAGES
    }


def bus_said(
    route: str,
    to: str,
    minutes: int,
    language: str,
    *,
    by_plan: bool = False,
    last: bool = False,
    low_floor: bool = False,
) -> str:
    """One bus in one sentence, and one each for the last bus and a low floor.

    Examples
    --------
    >>> bus_said("273", "Shaw", 12, "en")
    'Bus two seventy-three to Shaw arrives in twelve minutes.'
    """
    minutes, words, way = min(minutes, MOST), WORDS[language], way_said(route, to, language)
    if language == "fil":
        if minutes == 0:
            said = f"Paparating na ang {way}"
        else:
            said = f"Darating ang {way} sa loob ng {linked(filipino(minutes))} minuto"
            said = f"Ayon sa iskedyul, {said[0].lower()}{said[1:]}" if by_plan else said
    elif language == "ko":
        when = "곧 도착합니다" if minutes == 0 else f"{korean(minutes)} 분 후 도착합니다"
        said = f"{way}, {'시간표에 따르면 ' if by_plan and minutes else ''}{when}"
    else:
        unit = "minute" if minutes == 1 else "minutes"
        if minutes == 0:
            said = f"{way} is arriving"
        elif by_plan:
            said = f"{way} is due in {english(minutes)} {unit} by the timetable"
        else:
            said = f"{way} arrives in {english(minutes)} {unit}"
    added = [str(words[name]) for name, told in (("last", last), ("low", low_floor)) if told]
    return ". ".join((said, *added)) + "."


def missing_said(route: str, to: str, relationship: str, language: str) -> str:
    """A bus that does not come, or of which nothing is known."""
    way = way_said(route, to, language)
    said = {
        "en": {"SKIPPED": f"{way} does not stop here.", "CANCELED": f"{way} is cancelled."},
        "fil": {"SKIPPED": f"Hindi hihinto rito ang {way}.", "CANCELED": f"Kanselado ang {way}."},
        "ko": {
            "SKIPPED": f"{way}, 이 정류장에 서지 않습니다.",
            "CANCELED": f"{way}, 운행이 취소되었습니다.",
        },
    }[language]
    nothing = {
        "en": f"{way}: no prediction.",
        "fil": f"{way[0].upper()}{way[1:]}: walang hula ng dating.",
        "ko": f"{way}, 도착 정보가 없습니다.",
    }
    return said.get(relationship, nothing[language])


def way_said(route: str, to: str, language: str) -> str:
    """Which bus, and where to."""
    name = route_said(route, language)
    if language == "fil":
        return f"bus {name}" + (f" papuntang {to}" if to else "")
    if language == "ko":
        return f"{name} 번 버스" + (f", {to} 방면" if to else "")
    return f"Bus {name}" + (f" to {to}" if to else "")
