"""An arrival as people say it: English, Filipino, Korean."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

LANGUAGES = ("en", "fil", "ko")
DUE = 0
"""Minutes below one: it is coming."""


def sentences(arrival: dict[str, Any]) -> dict[str, str]:
    """One short sentence per language; of what is cancelled or skipped, that."""
    en, fil, ko = _ways(arrival["route_short_name"] or arrival["route_id"], arrival["headsign"])
    minutes = arrival["minutes"]
    if arrival["relationship"] == "SKIPPED":
        return {
            "en": f"{en} does not stop here.",
            "fil": f"Hindi hihinto rito ang {fil}.",
            "ko": f"{ko}는 이 정류장에 서지 않습니다.",
        }
    if arrival["relationship"] == "CANCELED":
        return {
            "en": f"{en} is cancelled.",
            "fil": f"Kanselado ang {fil}.",
            "ko": f"{ko}는 운행이 취소되었습니다.",
        }
    if minutes is None:
        return {
            "en": f"{en}: no prediction.",
            "fil": f"{fil.capitalize()}: walang hula ng dating.",
            "ko": f"{ko}: 도착 정보가 없습니다.",
        }
    if minutes <= DUE:
        return {
            "en": f"{en} is arriving.",
            "fil": f"Paparating na ang {fil}.",
            "ko": f"{ko}가 곧 도착합니다.",
        }
    if arrival["basis"] == "TIMETABLE":
        return {
            "en": f"{en} is due in {minutes} {'minute' if minutes == 1 else 'minutes'} by the timetable.",
            "fil": f"Ayon sa iskedyul, darating ang {fil} sa loob ng {minutes} minuto.",
            "ko": f"{ko}는 시간표에 따르면 {minutes}분 후 도착합니다.",
        }
    return {
        "en": f"{en} arrives in {minutes} {'minute' if minutes == 1 else 'minutes'}.",
        "fil": f"Darating ang {fil} sa loob ng {minutes} minuto.",
        "ko": f"{ko}가 {minutes}분 후 도착합니다.",
    }


@lru_cache(maxsize=4_096)
def _ways(route: str, sign: str | None) -> tuple[str, str, str]:
    """The bus, by route and where it goes."""
    return (
        f"Bus {route}" + (f" to {sign}" if sign else ""),
        f"bus {route}" + (f" papuntang {sign}" if sign else ""),
        f"{route}번 버스" + (f" ({sign} 방면)" if sign else ""),
    )
