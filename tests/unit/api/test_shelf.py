"""The static feeds over a change of service."""

import datetime as dt
from pathlib import Path

from flask.testing import FlaskClient

from feeds import shelf
from tests.unit.builders_feed import LINES, tiny_zip

PATHS = ("coming.zip", "previous.zip", "feeds.json", "changes.json", "changes.md")


def test_what_is_not_there_is_told(client: FlaskClient) -> None:
    assert client.get("/gtfs/coming.zip").get_json()["detail"] == "no change of service is announced"
    assert client.get("/gtfs/previous.zip").status_code == 404
    assert client.get("/gtfs/changes.json").get_json() == {"entries": []}
    assert b"None yet." in client.get("/gtfs/changes.md").data


def test_all_feeds_have_permanent_addresses_with_etag_and_last_modified(client: FlaskClient, state: Path) -> None:
    place = state / "gtfs"
    new = tiny_zip(state / "new.zip", stops=LINES["stops"].replace("Stop 3", "Harbour")).read_bytes()
    before = (place / "schedule.zip").read_bytes()
    shelf.put(place, before, 0.0)
    shelf.put(place, new, 60.0)
    shelf.announce(place, before, dt.date(2026, 12, 1), 90.0)
    for name in PATHS:
        answer = client.get(f"/gtfs/{name}")
        assert answer.status_code == 200, name
        assert answer.headers["Last-Modified"]
        assert client.get(f"/gtfs/{name}", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get("/gtfs/previous.zip").data == client.get("/gtfs/coming.zip").data == before
    told = client.get("/gtfs/feeds.json").get_json()
    assert [client.get(told[name]["url"]).status_code for name in ("current", "coming", "previous")] == [200] * 3
    assert "- **stops** S3: stop_name: 'Stop 3' → 'Harbour'" in client.get("/gtfs/changes.md").text
