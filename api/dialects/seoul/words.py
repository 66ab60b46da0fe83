"""Values as Seoul writes them: sentences in Korean, times by the local clock, codes."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any
from zoneinfo import ZoneInfo

CROWDING = {
    "EMPTY": "3",
    "MANY_SEATS_AVAILABLE": "3",
    "FEW_SEATS_AVAILABLE": "4",
    "STANDING_ROOM_ONLY": "5",
    "CRUSHED_STANDING_ROOM_ONLY": "6",
    "FULL": "6",
    "NOT_ACCEPTING_PASSENGERS": "6",
}
"""3 free, 4 normal, 5 crowded, 6 very crowded; 0 unknown."""
WAITING, OVER, SOON = "출발대기", "운행종료", "곧 도착"
SOON_S = 60


def flag(given: object) -> str:
    """1 or 0."""
    return "1" if given else "0"


def clock(at: float, zone: str, pattern: str) -> str:
    """An instant by the local clock; a blank for none."""
    return " " if math.isnan(at) else dt.datetime.fromtimestamp(at, ZoneInfo(zone)).strftime(pattern)


def stamp(at: float, zone: str) -> str:
    """An instant as a database of theirs prints it."""
    return clock(at, zone, "%Y-%m-%d %H:%M:%S.0")


def seconds(at: float, now: float) -> str:
    """Whole seconds from now, 0 for none and for what is past."""
    return "0" if math.isnan(at) else str(max(round(at - now), 0))


def kilometres(metres: float) -> str:
    """Kilometres."""
    return "0" if math.isnan(metres) else f"{max(metres, 0) / 1000:.3f}"


def arrival_words(told: Any, shown_at: float, now: float) -> str:
    """``arrmsg``: when the bus comes, as displays should say it, and how many stops it is away."""
    if told["waiting"]:
        return WAITING
    left_s = max(round(shown_at - now), 0)
    away = "" if told["stops_away"] is None else f"[{told['stops_away'] + 1}번째 전]"
    if left_s < SOON_S:
        return f"{SOON}{away}"
    return f"{left_s // 60}분{left_s % 60}초후{away}"
