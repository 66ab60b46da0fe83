"""An arrival as a voice says it."""

from typing import Any

import pytest

from api.spoken import route_said, spoken

ARRIVAL: dict[str, Any] = {
    **{"route_id": "R1", "route_short_name": "N16", "headsign": "Shaw", "minutes": 12, "basis": "TRACKED"},
    **{"relationship": "UNSCHEDULED", "last_of_day": None, "vehicle": None},
}


@pytest.mark.parametrize(
    ("changed", "en", "fil", "ko"),
    [
        (
            {},
            "Bus N sixteen to Shaw arrives in twelve minutes.",
            "Darating ang bus N sixteen papuntang Shaw sa loob ng labindalawang minuto.",
            "엔 십육 번 버스, Shaw 방면, 십이 분 후 도착합니다.",
        ),
        (
            {"minutes": 0, "vehicle": {"low_floor": True}},
            "Bus N sixteen to Shaw is arriving. Low floor.",
            "Paparating na ang bus N sixteen papuntang Shaw. Mababang sahig.",
            "엔 십육 번 버스, Shaw 방면, 곧 도착합니다. 저상.",
        ),
        (
            {"minutes": 1, "basis": "TIMETABLE", "last_of_day": True},
            "Bus N sixteen to Shaw is due in one minute by the timetable. Last bus.",
            "Ayon sa iskedyul, darating ang bus N sixteen papuntang Shaw sa loob ng isang minuto. Huling biyahe.",
            "엔 십육 번 버스, Shaw 방면, 시간표에 따르면 일 분 후 도착합니다. 막차.",
        ),
        (
            {"relationship": "CANCELED"},
            "Bus N sixteen to Shaw is cancelled.",
            "Kanselado ang bus N sixteen papuntang Shaw.",
            "엔 십육 번 버스, Shaw 방면, 운행이 취소되었습니다.",
        ),
        (
            {"relationship": "SKIPPED", "headsign": None},
            "Bus N sixteen does not stop here.",
            "Hindi hihinto rito ang bus N sixteen.",
            "엔 십육 번 버스, 이 정류장에 서지 않습니다.",
        ),
        (
            {"minutes": None},
            "Bus N sixteen to Shaw: no prediction.",
            "Bus N sixteen papuntang Shaw: walang hula ng dating.",
            "엔 십육 번 버스, Shaw 방면, 도착 정보가 없습니다.",
        ),
    ],
)
def test_as_people_say_it(changed: dict[str, Any], en: str, fil: str, ko: str) -> None:
    assert spoken(ARRIVAL | changed) == {"en": en, "fil": fil, "ko": ko}


def test_a_name_in_words_stays_as_it_is() -> None:
    assert route_said("EDSA Carousel", "fil") == "EDSA Carousel"


def test_who_changes_what_was_said_changes_only_that() -> None:
    spoken(ARRIVAL)["en"] = "changed"
    assert spoken(ARRIVAL)["en"] != "changed"
