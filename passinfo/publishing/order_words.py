"""What an order means, in words: what a passenger reads under the headline of its alert."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.network.network import Network
from passinfo.times import service_day_zero_s

Texts = tuple[tuple[str, str], ...]
_HEADERS = {
    ChangeKind.CANCEL: {"en": "A bus does not run", "fil": "May bus na hindi bibiyahe", "ko": "운행 취소"},
    ChangeKind.SHORT_TURN: {"en": "A bus ends early", "fil": "May bus na hindi aabot sa dulo", "ko": "단축 운행"},
    ChangeKind.SKIP: {
        "en": "A bus does not call at a stop",
        "fil": "May bus na hindi hihinto sa isang hintuan",
        "ko": "무정차 통과",
    },
    ChangeKind.DETOUR: {"en": "Detour", "fil": "Paglihis ng ruta", "ko": "우회 운행"},
}
_DETAILS = {
    ChangeKind.CANCEL: {
        "en": "{bus} does not run.",
        "fil": "Hindi bibiyahe ang {bus}.",
        "ko": "{bus}는 운행하지 않습니다.",
    },
    ChangeKind.SHORT_TURN: {
        "en": "{bus} goes to {stops} only.",
        "fil": "Hanggang {stops} lamang ang {bus}.",
        "ko": "{bus}는 {stops}까지만 운행합니다.",
    },
    ChangeKind.SKIP: {
        "en": "{bus} does not call at {stops}.",
        "fil": "Hindi hihinto sa {stops} ang {bus}.",
        "ko": "{bus}는 {stops}에 서지 않습니다.",
    },
    ChangeKind.DETOUR: {
        "en": "{bus} leaves its usual way and may miss stops there.",
        "fil": "Lilihis sa karaniwang daan ang {bus} at maaaring may malampasang hintuan.",
        "ko": "{bus}는 우회하여 운행하며 일부 정류장에 서지 않을 수 있습니다.",
    },
}
_BUS = {"en": "Bus {route}", "fil": "bus {route}", "ko": "{route}번 버스"}
_RUN = {
    "en": "Bus {route} to {sign} at {clock}",
    "fil": "bus {route} papuntang {sign} nang {clock}",
    "ko": "{clock} 출발 {route}번 버스({sign} 방면)",
}


def header_of(change: ServiceChange, route: str) -> Texts:
    """What the dispatcher wrote, else the kind of order and its route."""
    return change.text or tuple((lang, f"{text}: {route}".rstrip(": ")) for lang, text in _HEADERS[change.kind].items())


def description_of(
    network: Network, change: ServiceChange, route: str, header: Texts, stop_ids: Sequence[str] = ()
) -> Texts:
    """Which bus, when and where, in the languages of the header that we speak (none of them: in English)."""
    if change.kind is ChangeKind.SHORT_TURN and change.last_stop_id:
        stop_ids = (change.last_stop_id,)
    names = {str(network.stops.name[network.stop_rows[each]]): None for each in stop_ids if each in network.stop_rows}
    details = _DETAILS[change.kind]
    languages = [language for language, _ in header if language in details] or ["en"]
    bus = {language: _bus(network, change, route, language) for language in languages}
    return tuple((each, details[each].format(bus=bus[each], stops=", ".join(names))) for each in languages)


def _bus(network: Network, change: ServiceChange, route: str, language: str) -> str:
    trip_ix = network.trip_rows.get(change.trip_id or "", -1)
    if trip_ix < 0 or change.start_date is None or change.start_service_s is None:
        return _BUS[language].format(route=route)
    sign = network.trips.headsign[trip_ix] or network.patterns.headsign[network.trips.pattern_ix[trip_ix]]
    at = service_day_zero_s(change.start_date, network.timezone) + change.start_service_s
    clock = dt.datetime.fromtimestamp(at, ZoneInfo(network.timezone)).strftime("%H:%M")
    return _RUN[language].format(route=route, sign=sign or route, clock=clock)
