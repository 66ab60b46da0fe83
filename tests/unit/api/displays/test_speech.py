"""What a stop says aloud."""

import dataclasses
import xml.etree.ElementTree as ET

import pytest
from flask.testing import FlaskClient

from api.displays.numbers import english, filipino, korean
from api.displays.sign import Every, How
from api.displays.speech import said_of, sentence_of, to_ssml
from api.freshness import Source
from tests.unit.api.displays.test_displays import sign

(ROW,) = sign().rows
PLAIN = dataclasses.replace(ROW, route="P8", towards="Taytay", minutes=3, last=False, low_floor=False)


@pytest.mark.parametrize(
    ("language", "minutes", "said"),
    [
        ("en", 3, "Bus P eight to Taytay arrives in three minutes."),
        ("en", 1, "Bus P eight to Taytay arrives in one minute."),
        ("en", 0, "Bus P eight to Taytay is arriving."),
        ("fil", 3, "Darating ang bus P eight papuntang Taytay sa loob ng tatlong minuto."),
        ("fil", 4, "Darating ang bus P eight papuntang Taytay sa loob ng apat na minuto."),
        ("fil", 0, "Paparating na ang bus P eight papuntang Taytay."),
        ("ko", 3, "피 팔 번 버스, Taytay 방면, 삼 분 후 도착합니다."),
        ("ko", 0, "피 팔 번 버스, Taytay 방면, 곧 도착합니다."),
    ],
)
def test_a_bus_is_said_as_people_say_it(language: str, minutes: int, said: str) -> None:
    assert sentence_of(dataclasses.replace(PLAIN, minutes=minutes), language) == said


def test_the_timetable_is_said_to_be_one() -> None:
    by_plan = dataclasses.replace(PLAIN, how=How.TIMETABLE)
    assert "timetable" in sentence_of(by_plan, "en")
    assert sentence_of(by_plan, "fil").startswith("Ayon sa iskedyul, darating")
    assert "시간표" in sentence_of(by_plan, "ko")


def test_age_and_last_bus_are_said() -> None:
    said = said_of(sign(source=Source.LAST_KNOWN, age_min=4), "en", 5)
    assert said[1] == "This was last heard four minutes ago."
    assert said[2].endswith("Last bus. Low floor.")
    nothing = said_of(sign(rows=(), every=(Every("P7", "Pasig", 8, 0.0),)), "en", 5)
    assert nothing[-1] == "Bus P seven to Pasig, every eight minutes."


@pytest.mark.parametrize("language", ["en", "fil", "ko"])
def test_speech_is_xml_without_digits_of_minutes(client: FlaskClient, language: str) -> None:
    answer = client.get(f"/display/S4.ssml?lang={language}")
    assert answer.mimetype == "application/ssml+xml"
    root = ET.fromstring(answer.data)
    assert root.tag.endswith("speak")
    assert len(root.findall(".//{*}s")) >= 2
    odd = to_ssml(sign(name='<Plaza> & "Niño"'), language, 5)
    assert "Plaza" in "".join(ET.fromstring(odd).itertext())


def test_every_minute_has_its_own_words() -> None:
    for say in (english, filipino, korean):
        said = [say(n) for n in range(100)]
        assert len(set(said)) == 100
        assert not any(letter.isdigit() for words in said for letter in words)
