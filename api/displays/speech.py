"""What a stop says aloud: a sentence a bus, with numbers and routes as people say them; plain text or SSML 1.1."""

from __future__ import annotations

import re
from html import escape

from api.displays.numbers import MOST, english, english_line, filipino, korean, linked
from api.displays.sign import How, Row, Sign
from api.displays.words import WORDS
from api.freshness import Source

VOICES = {"en": "en", "fil": "fil-PH", "ko": "ko-KR"}
PAUSE_MS = 400
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


def sentence_of(row: Row, language: str) -> str:
    """One bus in one sentence."""
    route, to, minutes = route_said(row.route, language), row.towards, min(row.minutes, MOST)
    if language == "fil":
        way = f"bus {route}" + (f" papuntang {to}" if to else "")
        if minutes == 0:
            said = f"Paparating na ang {way}"
        else:
            said = f"Darating ang {way} sa loob ng {linked(filipino(minutes))} minuto"
            said = f"Ayon sa iskedyul, {said[0].lower()}{said[1:]}" if row.how is How.TIMETABLE else said
    elif language == "ko":
        way = f"{route} 번 버스" + (f", {to} 방면" if to else "")
        when = "곧 도착합니다" if minutes == 0 else f"{korean(minutes)} 분 후 도착합니다"
        said = f"{way}, {'시간표에 따르면 ' if row.how is How.TIMETABLE and minutes else ''}{when}"
    else:
        way = f"Bus {route}" + (f" to {to}" if to else "")
        unit = "minute" if minutes == 1 else "minutes"
        if minutes == 0:
            said = f"{way} is arriving"
        elif row.how is How.TIMETABLE:
            said = f"{way} is due in {english(minutes)} {unit} by the timetable"
        else:
            said = f"{way} arrives in {english(minutes)} {unit}"
    return ". ".join((said, *_added(row, language))) + "."


def said_of(sign: Sign, language: str, most: int) -> list[str]:
    """All that is said of a stop, sentence by sentence: name, age, buses, headways, alerts."""
    words = WORDS[language]
    said = [sign.name + "."]
    if sign.source is Source.LAST_KNOWN:
        said.append(_old(sign.age_min, language))
    elif sign.source is Source.TIMETABLE:
        said.append(str(words["by_plan"]).rstrip(":") + ".")
    said += [sentence_of(row, language) for row in sign.rows[:most]]
    if not sign.rows:
        said.append(f"{words['none']}.")
        said += [_every(each.route, each.towards, each.minutes, language) for each in sign.every[:most]]
    said += [notice.said(language) for notice in sign.notices]
    if sign.simulated:
        said.append(f"{words['simulated']}.")
    return said


def to_ssml(sign: Sign, language: str, most: int) -> bytes:
    """An SSML 1.1 document: one paragraph, a sentence each."""
    sentences = f'<break time="{PAUSE_MS}ms"/>'.join(f"<s>{escape(each)}</s>" for each in said_of(sign, language, most))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="{VOICES[language]}">'
        f"<p>{sentences}</p></speak>\n"
    ).encode()


def _added(row: Row, language: str) -> list[str]:
    """The last bus, and a low floor: what changes whether one can take it."""
    words = WORDS[language]
    return [str(words[name]) for name, told in (("last", row.last), ("low", bool(row.low_floor))) if told]


def _old(minutes: int, language: str) -> str:
    if language == "fil":
        return f"Ang huling balita ay {linked(filipino(minutes))} minuto na ang nakalipas."
    if language == "ko":
        return f"{korean(minutes)} 분 전 정보입니다."
    return f"This was last heard {english(minutes)} {'minute' if minutes == 1 else 'minutes'} ago."


def _every(route: str, to: str, minutes: int, language: str) -> str:
    name = route_said(route, language)
    if language == "fil":
        return f"Bus {name} papuntang {to}, tuwing {linked(filipino(minutes))} minuto."
    if language == "ko":
        return f"{name} 번 버스, {to} 방면, {korean(minutes)} 분 간격."
    return f"Bus {name} to {to}, every {english(minutes)} {'minute' if minutes == 1 else 'minutes'}."
