"""What displays say beside the data, by language. A test holds the three against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

WORDS: Mapping[str, Mapping[str, Any]] = {
    "en": {
        "route": "Route",
        "to": "To",
        "minutes": "Minutes",
        "min": "min",
        "now": "Now",
        "low": "Low floor",
        "last": "Last bus",
        "plan": "Timetable",
        "crowd": ["Seats free", "Few seats", "Standing", "Full"],
        "every": "every {n} min",
        "until": "until {t}",
        "old": "Last heard {n} min ago",
        "by_plan": "No live times now. By the timetable:",
        "none": "No bus expected soon",
        "simulated": "Simulated buses",
        "live": "Live",
        "trying": "No connection to the server. Trying again …",
    },
    "fil": {
        "route": "Ruta",
        "to": "Papunta sa",
        "minutes": "Minuto",
        "min": "min",
        "now": "Ngayon",
        "low": "Mababang sahig",
        "last": "Huling biyahe",
        "plan": "Iskedyul",
        "crowd": ["Maluwag", "Kaunti ang upuan", "Nakatayo", "Puno"],
        "every": "tuwing {n} min",
        "until": "hanggang {t}",
        "old": "Huling balita {n} min na ang nakalipas",
        "by_plan": "Walang aktuwal na oras ngayon. Ayon sa iskedyul:",
        "none": "Walang inaasahang bus sa ngayon",
        "simulated": "Kunwaring mga bus",
        "live": "Aktuwal",
        "trying": "Walang koneksyon sa server. Sinusubukang muli …",
    },
    "ko": {
        "route": "노선",
        "to": "방면",
        "minutes": "도착까지",
        "min": "분",
        "now": "곧",
        "low": "저상",
        "last": "막차",
        "plan": "시간표",
        "crowd": ["여유", "보통", "혼잡", "만차"],
        "every": "{n}분 간격",
        "until": "{t}까지",
        "old": "{n}분 전 정보",
        "by_plan": "지금은 실시간 정보가 없습니다. 시간표 기준:",
        "none": "곧 도착할 버스가 없습니다",
        "simulated": "모의 버스",
        "live": "실시간",
        "trying": "서버에 연결할 수 없습니다. 다시 시도 중 …",
    },
}


def languages_of(asked: str, city: Sequence[str]) -> tuple[str, ...]:
    """Languages to show, in turn: those asked for, else the city's, of those we speak; English if none.

    Examples
    --------
    >>> languages_of("", ["en", "fil", "xx"])
    ('en', 'fil')
    >>> languages_of("ko", ["en"])
    ('ko',)
    """
    wanted = [word.strip() for word in asked.split(",") if word.strip()] or list(city)
    return tuple(dict.fromkeys(word for word in wanted if word in WORDS)) or ("en",)
