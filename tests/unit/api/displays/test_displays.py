"""Displays: what a screen shows, in few bytes, changing on the whole minute only."""

import dataclasses
import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.__main__ import main
from api.app import create_app
from api.displays.seen import SeenDisplays
from api.displays.sign import How, Row, Sign, held_rows
from api.displays.text import MOST_BYTES, Wish, to_json, to_text
from api.displays.words import WORDS
from api.freshness import Source
from tests.unit.api.conftest import NOW, TOKEN, publish
from tests.unit.history.test_documented_names import columns_of, documented

MINUTE = int(NOW // 60) * 60


def counter_at(state: Path, at: float) -> FlaskClient:
    return create_app(state, clock=lambda: at).test_client()


def sign(**changes: object) -> Sign:
    row = Row("R1", "Ñ1", "FF0000", "Parañaque", 3, How.LIVE, 2, low_floor=True, last=True, stop_id="S4", key=("T1",))
    plain = Sign(MINUTE, "Plaza", (0,), Source.LIVE, 0, (row,), (), (), simulated=False)
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


def test_a_display_says_what_v1_says(client: FlaskClient) -> None:
    told = client.get("/v1/stops/S4/arrivals").get_json()["arrivals"]
    (state, *rows) = client.get("/display/S4.txt?rows=12").get_data(as_text=True).splitlines()
    assert state == "live poll 20"
    live = [row.split("\t") for row in rows if row.split("\t")[3].startswith("L")]
    assert [row[0] for row in live] == [each["route_short_name"] or each["route_id"] for each in told]
    # a display counts from the whole minute, /v1 from the snapshot
    assert all(0 <= int(row[1]) - each["minutes"] <= 1 for row, each in zip(live, told, strict=True))
    little = client.get("/display/S4.json?rows=12").get_json()
    assert [row[:3] for row in little["r"] if row[3].startswith("L")] == [
        [route, int(minutes), to] for route, minutes, to, _ in live
    ]


def test_nothing_changes_but_on_the_whole_minute(state: Path) -> None:
    """A new snapshot within the minute, seen by another worker. Mutation: answer from the newest snapshot."""
    first = counter_at(state, MINUTE + 5).get("/display/S4.txt")
    publish(state, sequence_ticks=3)
    for second in (20, 40, 59):
        again = counter_at(state, MINUTE + second).get(
            "/display/S4.txt", headers={"If-None-Match": first.headers["ETag"]}
        )
        assert again.status_code == 304
    assert counter_at(state, MINUTE + 59).get("/display/S4.full.json").get_json()["rows"]
    assert len(list((state / "minutes").iterdir())) == 1
    for minute in range(1, 5):
        counter_at(state, MINUTE + 60 * minute).get("/display/S4.txt")
    assert len(list((state / "minutes").iterdir())) <= 2


def test_a_state_that_cannot_be_written_to_is_read(state: Path) -> None:
    (state / "minutes").write_text("in the way")
    assert counter_at(state, MINUTE + 5).get("/display/S4.txt").status_code == 200


def test_few_headers_for_a_thin_line(client: FlaskClient) -> None:
    for form in ("txt", "json", "full.json"):
        asked = client.get(f"/display/S4.{form}", headers={"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in asked.headers
        again = client.get(f"/display/S4.{form}", headers={"If-None-Match": asked.headers["ETag"]})
        assert again.status_code == 304
        assert {name.lower() for name, _ in again.headers} <= {
            *("date", "etag", "cache-control", "access-control-allow-origin", "vary")
        }
    small = client.get("/display/S4.txt", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in small.headers


def test_the_poll_hint_ends_with_the_minute(state: Path) -> None:
    for second, left in ((0, 61), (30, 31), (59, 2)):
        answer = counter_at(state, MINUTE + second).get("/display/S4.txt")
        assert answer.headers["Cache-Control"] == f"max-age={left}"


@pytest.mark.parametrize(("age_s", "said", "flag"), [(200, "old", "K"), (3_000, "plan", "T")])
def test_an_old_display_says_so(state: Path, age_s: int, said: str, flag: str) -> None:
    client = counter_at(state, NOW + age_s)
    head, *rows = client.get("/display/S4.txt?rows=12").get_data(as_text=True).splitlines()
    assert head.startswith(said)
    flags = [row.split("\t")[3][:1] for row in rows]
    assert flag in flags and "L" not in flags
    full = client.get("/display/S4.full.json").get_json()
    assert full["heard"] == int(NOW // 60)
    assert [route for route, _, _ in full["plan"]]


def test_any_sign_fits_into_512_bytes() -> None:
    """Mutation: cut characters instead of bytes."""
    (row,) = sign().rows
    rows = tuple(
        dataclasses.replace(row, route=f"노선{k}", towards="여의도환승센터 " * 9, minutes=k) for k in range(12)
    )
    crowded = sign(rows=rows, name="서울역버스환승센터" * 9)
    for wish in (Wish(12, "en"), Wish(12, "ko", cols=40), Wish(12, "en", ascii=True)):
        for data in (to_text(crowded, wish), to_json(crowded, wish)):
            assert len(data) <= MOST_BYTES
            data.decode()
    assert json.loads(to_json(crowded, Wish(12, "en")))["r"]


def test_a_sign_holds_what_an_outage_counts_down() -> None:
    """Mutation: hold a dozen, where a dozen buses come in four minutes."""
    (row,) = sign().rows
    for every_min, held in ((4, 12), (1, 12), (0.5, 22), (0.2, 36)):
        rows = [dataclasses.replace(row, minutes=int(k * every_min)) for k in range(60)]
        assert len(held_rows(rows)) == held


def test_lines_fit_a_matrix() -> None:
    for cols in (8, 16, 24):
        lines = to_text(sign(), Wish(5, "en", cols=cols)).decode().splitlines()
        assert {len(line) for line in lines} == {cols}
        assert lines[0].endswith("3")
    assert to_text(sign(), Wish(5, "en", ascii=True)).decode().splitlines()[1] == "N1\t3\tParanaque\tLF2E"
    assert to_text(sign(rows=()), Wish(5, "fil", cols=12)).decode() == "Walang inaas\n"


def test_several_stops_and_groups(client: FlaskClient, state: Path) -> None:
    both = client.get("/display/S2,S4.full.json").get_json()
    assert both["name"].count(" · ") == 1
    known = [(row["route"], row["to"], row["at"]) for row in both["rows"]]
    assert len(known) == len(set(known))
    (state / "city.json").write_text(json.dumps({"stop_groups": {"school": ["S4", "S2"]}}))
    grouped = counter_at(state, NOW).get("/display/groups/school.full.json").get_json()
    assert grouped["name"] == "school"
    assert grouped["rows"] == both["rows"]
    for unknown in ("none", "groups/none", "S4,none"):
        assert client.get(f"/display/{unknown}.txt").status_code == 404
    assert client.get(f"/display/{','.join(f'x{k}' for k in range(30))}.txt").status_code == 400


def test_the_page_is_light_filled_and_names_no_host(client: FlaskClient) -> None:
    page = client.get("/display/S4?lang=en,fil,ko")
    html = page.get_data(as_text=True)
    assert "http://" not in html and "https://" not in html
    assert "<b>R1</b>" in html or "<b>1</b>" in html
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert client.get("/display/S4?theme=pink").status_code == 400
    assert client.get("/display/none").status_code == 404


def test_the_operator_sees_who_lives(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    client = counter_at(state, NOW)
    client.get("/display/S4.txt?id=gate-2", headers={"User-Agent": "matrix/1"})
    client.get("/display/S4.txt")
    (row,) = SeenDisplays(state / "displays.sqlite").all()
    assert (row.display_id, row.shows, row.form, row.polls, row.agent) == ("gate-2", "S4", "txt", 1, "matrix/1")
    assert not row.silent(NOW + 60) and row.silent(NOW + 600)
    assert client.get("/display/S4.txt?id=<b>").status_code == 400
    assert client.get("/bms/v1/displays").status_code == 401
    listed = client.get("/bms/v1/displays", headers={"Authorization": f"Bearer {TOKEN}"}).get_json()["displays"]
    assert [each["display_id"] for each in listed] == ["gate-2"]
    client.application.extensions["passinfo"].state_store().close()
    assert main(["displays", "--state", str(state)]) in (0, 1)
    assert "gate-2" in capsys.readouterr().out


def test_every_language_says_everything() -> None:
    (english, *others) = WORDS.values()
    for other in others:
        assert other.keys() == english.keys()
        assert len(other["crowd"]) == len(english["crowd"]) == 4
        for name in ("every", "until", "old"):
            assert {part for part in ("{n}", "{t}") if part in other[name]} == {
                part for part in ("{n}", "{t}") if part in english[name]
            }


def test_the_list_of_displays_is_documented(state: Path) -> None:
    counter_at(state, NOW).get("/display/S4.txt?id=gate-2")
    assert columns_of(state / "displays.sqlite") == documented("Displays")
