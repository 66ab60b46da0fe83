"""What a stop says aloud: a sentence a bus, with numbers and routes as people say them; plain text or SSML 1.1."""

from __future__ import annotations

from html import escape

from api.displays.numbers import english, filipino, korean, linked
from api.displays.sign import How, Row, Sign
from api.displays.words import WORDS
from api.freshness import Source
from api.spoken import bus_said, route_said

VOICES = {"en": "en", "fil": "fil-PH", "ko": "ko-KR"}
PAUSE_MS = 400


def sentence_of(row: Row, language: str) -> str:
    """One bus in one sentence."""
    return bus_said(
        row.route,
        row.towards,
        row.minutes,
        language,
        by_plan=row.how is How.TIMETABLE,
        last=row.last,
        low_floor=bool(row.low_floor),
    )


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
    said += [notice.spoken(language) for notice in sign.notices]
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
