"""A change of service in a running city: live loop, announcement and counter, each a process or worker of its own."""

import datetime as dt
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.app import create_app
from feeds.build import running_day
from feeds.cli import main
from passinfo.realtime.decode import decode
from passinfo.stores.snapshots import FileSnapshots
from tests.e2e.test_killed import started
from tests.unit.builders_feed import LINES, tiny_zip

PATIENCE_S = 60.0


def wait_for(network: str | None, snapshots: FileSnapshots) -> str:
    """Hash of the network of the newest snapshot, once it is another than ``network``."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        published = snapshots.newest()
        if published is not None and published.snapshot.network_hash != network:
            return published.snapshot.network_hash
        time.sleep(0.2)
    raise AssertionError(f"no snapshot of another network within {PATIENCE_S:.0f} s")


@pytest.mark.slow
def test_static_feed_ids_and_version_change_together_while_the_city_runs(tmp_path: Path) -> None:
    state = tmp_path / "state"
    today = running_day(dt.datetime.now(ZoneInfo("Asia/Manila")))
    span = f"{today - dt.timedelta(days=9):%Y%m%d},{today + dt.timedelta(days=90):%Y%m%d}"
    calendar = LINES["calendar"].rpartition("wk,")[0] + f"wk,1,1,1,1,1,1,1,{span}"
    old = tiny_zip(tmp_path / "old.zip", calendar=calendar)
    new = tiny_zip(tmp_path / "new.zip", calendar=calendar, stops=LINES["stops"].replace("Stop 3", "Harbour"))
    snapshots = FileSnapshots(state / "snapshots")
    with started(["feeds", "live", str(old), "--tick", "0.5"], state):
        before = wait_for(None, snapshots)
        tomorrow = (today + dt.timedelta(days=1)).isoformat()
        assert main(["announce", str(new), "--valid-from", tomorrow, "--state", str(state)]) == 0
        client = create_app(state).test_client()
        assert client.get("/gtfs/coming.zip").status_code == 200
        assert client.get("/gtfs/schedule.zip").data == old.read_bytes()
        assert main(["announce", str(new), "--valid-from", today.isoformat(), "--state", str(state)]) == 0
        wait_for(before, snapshots)
    told = client.get("/gtfs/feeds.json").get_json()
    published = snapshots.newest()
    assert published is not None
    assert decode(published.feeds["vehicle-positions.pb"]).feed_version == told["current"]["feed_version"] is not None
    assert client.get("/gtfs/coming.zip").status_code == 404
    assert client.get("/gtfs/previous.zip").data == old.read_bytes()
    assert "Harbour" in client.get("/gtfs/changes.md").text
