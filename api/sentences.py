"""An arrival as people say it: English, Filipino, Korean."""

from __future__ import annotations

from typing import Any

LANGUAGES = ("en", "fil", "ko")
DUE = 0
"""Minutes below one: it is coming."""


def sentences(arrival: dict[str, Any]) -> dict[str, str]:
    """One short sentence per language; of what is cancelled or skipped, that."""
    route, sign = arrival["route_short_name"] or arrival["route_id"], arrival["headsign"]
    way = {
        "en": f"Bus {route}" + (f" to {sign}" if sign else ""),
        "fil": f"bus {route}" + (f" papuntang {sign}" if sign else ""),
        "ko": f"{route}번 버스" + (f" ({sign} 방면)" if sign else ""),
    }
    minutes = arrival["minutes"]
    if arrival["relationship"] == "SKIPPED":
        return {
            "en": f"{way['en']} does not stop here.",
            "fil": f"Hindi hihinto rito ang {way['fil']}.",
            "ko": f"{way['ko']}는 이 정류장에 서지 않습니다.",
        }
    if arrival["relationship"] == "CANCELED":
        return {
            "en": f"{way['en']} is cancelled.",
            "fil": f"Kanselado ang {way['fil']}.",
            "ko": f"{way['ko']}는 운행이 취소되었습니다.",
        }
    if minutes is None:
        return {
            "en": f"{way['en']}: no prediction.",
            "fil": f"{way['fil'].capitalize()}: walang hula ng dating.",
            "ko": f"{way['ko']}: 도착 정보가 없습니다.",
        }
    if minutes <= DUE:
        return {
            "en": f"{way['en']} is arriving.",
            "fil": f"Paparating na ang {way['fil']}.",
            "ko": f"{way['ko']}가 곧 도착합니다.",
        }
    if arrival["basis"] == "TIMETABLE":
        return {
            "en": f"{way['en']} is due in {minutes} {'minute' if minutes == 1 else 'minutes'} by the timetable.",
            "fil": f"Ayon sa iskedyul, darating ang {way['fil']} sa loob ng {minutes} minuto.",
            "ko": f"{way['ko']}는 시간표에 따르면 {minutes}분 후 도착합니다.",
        }
    return {
        "en": f"{way['en']} arrives in {minutes} {'minute' if minutes == 1 else 'minutes'}.",
        "fil": f"Darating ang {way['fil']} sa loob ng {minutes} minuto.",
        "ko": f"{way['ko']}가 {minutes}분 후 도착합니다.",
    }
