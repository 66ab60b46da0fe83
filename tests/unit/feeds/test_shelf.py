"""The shelf of static feeds, and the change of service."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from feeds import shelf
from feeds.cli import main
from feeds.live_loop import LiveLoop
from feeds.prepare import prepare_city, take_up_coming
from passinfo.errors import OperatorError
from passinfo.prediction.stack import default_predictor
from passinfo.realtime.decode import decode
from passinfo.stores.snapshots import FileSnapshots
from tests.unit.builders_feed import LINES, tiny_zip
from tests.unit.history.test_documented_names import documented
from tests.unit.tracking.drives import at

INFO = "feed_publisher_name,feed_publisher_url,feed_lang,feed_version,feed_start_date,feed_end_date\nA,https://example.org,en,{},{},{}"
OLD = INFO.format("v1", 20261101, 20261231)
MONDAY, TUESDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 24)


def renamed(path: Path) -> Path:
    return tiny_zip(
        path, feed_info=INFO.format("v2", 20261124, 20261231), stops=LINES["stops"].replace("Stop 3", "Harbour")
    )


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return tiny_zip(tmp_path / "old.zip", feed_info=OLD)


def test_the_first_feed_has_nothing_before_it(tmp_path: Path, old: Path) -> None:
    assert shelf.put(tmp_path / "gtfs", old.read_bytes(), 0.0)
    told = shelf.listed(tmp_path / "gtfs")
    assert (told["coming"], told["previous"]) == (None, None)
    assert told["current"]["feed_version"] == "v1"
    assert (told["current"]["first_day"], told["current"]["last_day"]) == ("2026-11-01", "2026-12-31")
    assert not shelf.put(tmp_path / "gtfs", old.read_bytes(), 9.0)
    assert shelf.listed(tmp_path / "gtfs") == told
    assert not (tmp_path / "gtfs" / "changes.json").exists()


def test_another_feed_keeps_the_one_before_and_tells_what_changed(tmp_path: Path, old: Path) -> None:
    place, new = tmp_path / "gtfs", renamed(tmp_path / "new.zip")
    shelf.put(place, old.read_bytes(), 0.0)
    assert shelf.put(place, new.read_bytes(), 60.0)
    assert (place / "previous.zip").read_bytes() == old.read_bytes()
    told = shelf.listed(place)
    assert (told["previous"]["feed_version"], told["previous"]["published_at"]) == ("v1", "1970-01-01T00:00:00Z")
    (entry,) = json.loads((place / "changes.json").read_text())["entries"]
    assert (entry["before"], entry["feed_version"], entry["published_at"]) == ("v1", "v2", "1970-01-01T00:01:00Z")
    assert {"table": "stops", "subject": "S3", "text": "stop_name: 'Stop 3' → 'Harbour'"} in entry["changes"]
    assert entry["total"] == len(entry["changes"])


def test_a_calendar_speaks_where_there_is_no_feed_info(tmp_path: Path) -> None:
    shelf.put(tmp_path / "gtfs", tiny_zip(tmp_path / "plain.zip").read_bytes(), 0.0)
    current = shelf.listed(tmp_path / "gtfs")["current"]
    assert (current["feed_version"], current["first_day"], current["last_day"]) == (None, "2026-11-01", "2026-12-31")


def test_an_announced_feed_takes_over_on_its_day_and_is_not_turned_back(tmp_path: Path, old: Path) -> None:
    place, new = tmp_path / "gtfs", renamed(tmp_path / "new.zip")
    shelf.put(place, old.read_bytes(), 0.0)
    shelf.announce(place, new.read_bytes(), TUESDAY, 1.0)
    assert not shelf.is_due(place, MONDAY)
    assert shelf.is_due(place, TUESDAY)
    shelf.take_over(place, 2.0)
    assert not shelf.is_due(place, TUESDAY)
    assert not (place / "coming.zip").exists()
    assert not shelf.put(place, old.read_bytes(), 3.0)
    assert (place / "schedule.zip").read_bytes() == new.read_bytes()
    assert shelf.listed(place)["current"]["announced"] is True


def test_announced_old_and_new_are_valid_side_by_side_and_realtime_changes_with_them(tmp_path: Path, old: Path) -> None:
    """Mutation: the zip is swapped and the live loop goes on with the old network."""
    state = tmp_path / "state"
    city = prepare_city(str(old), state, simulated=False)
    loop = LiveLoop(state, city.network, city.settings, default_predictor(city.network), None)
    monday = at(city.network, 10 * 3600)
    loop.tick(monday)
    words = ["announce", str(renamed(tmp_path / "new.zip")), "--valid-from", "2026-11-24", "--state", str(state)]
    assert main(words) == 0
    coming = shelf.listed(state / "gtfs")["coming"]
    assert (coming["first_day"], coming["last_day"], coming["takes_over"]) == ("2026-11-01", "2026-12-31", "2026-11-24")
    assert prepare_city(str(old), state, simulated=False).network.hash == city.network.hash
    after = take_up_coming(str(old), state, monday + 86_400, simulated=False)
    assert after.network.feed_version == coming["feed_version"]
    assert after.network.calendar.active_services(20261123).any()
    loop.change_service(after.network, default_predictor(after.network))
    loop.tick(monday + 86_400)
    loop.close()
    published = FileSnapshots(state / "snapshots").newest()
    assert published is not None
    assert published.snapshot.network_hash == after.network.hash
    assert decode(published.feeds["trip-updates.pb"]).feed_version == coming["feed_version"]
    told = shelf.listed(state / "gtfs")
    keys = {key for each in told.values() for key in each or ()} | {"takes_over"}
    assert keys == documented("Shelf")
    assert set(json.loads((state / "gtfs" / "changes.json").read_text())["entries"][0]) == documented("Changes")
    # a restart with the words of yesterday goes on with the feed that took over
    assert prepare_city(str(old), state, simulated=False).network.hash == after.network.hash


def test_an_announced_feed_that_cannot_be_used_changes_nothing(tmp_path: Path, old: Path) -> None:
    state = tmp_path / "state"
    prepare_city(str(old), state, simulated=False)
    shelf.announce(state / "gtfs", renamed(tmp_path / "new.zip").read_bytes(), MONDAY, 1.0)
    (state / "gtfs" / "coming.zip").write_bytes(b"torn")
    with pytest.raises(OperatorError, match=r"coming\.zip"):
        take_up_coming(str(old), state, 2.0, simulated=False)
    assert (state / "gtfs" / "schedule.zip").read_bytes() == old.read_bytes()
    assert shelf.withdraw(state / "gtfs")
    assert not shelf.is_due(state / "gtfs", TUESDAY)


def test_an_announcement_can_be_taken_back_and_needs_a_feed_in_force(
    tmp_path: Path, old: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    new = renamed(tmp_path / "new.zip")
    words = ["announce", str(new), "--valid-from", "2026-11-24", "--state", str(state)]
    assert main(words) == 2
    assert "start the live loop first" in capsys.readouterr().err
    assert main(["announce", str(new), "--state", str(state)]) == 2
    shelf.put(state / "gtfs", old.read_bytes(), 0.0)
    assert main(words) == 0
    assert main(["announce", "--withdraw", "--state", str(state)]) == 0
    assert shelf.listed(state / "gtfs")["coming"] is None
    assert "taken back" in capsys.readouterr().out
