"""The live loop on a state directory, ticked by hand."""

from pathlib import Path

import numpy as np

from feeds.live_loop import LiveLoop
from feeds.tail import Tail
from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.bms.presets import load_mapping
from passinfo.columns import take
from passinfo.prediction.stack import default_predictor
from passinfo.realtime.decode import decode
from passinfo.settings import CitySettings, Hints
from passinfo.stores.report_json import from_payloads, to_payloads
from passinfo.stores.report_log import SqliteReportLog
from passinfo.stores.snapshots import FileSnapshots
from passinfo.stores.state import StateStore
from tests.contracts.test_snapshot_store import same
from tests.unit.builders_feed import LINES, tiny
from tests.unit.tracking.drives import at, reports

HEADWAY = tiny(trips=LINES["trips"].split("\n")[0] + "\nR2,wk,H1,East,0,").network
SETTINGS = CitySettings(hints=Hints(trip=False, block=False, route=False, direction=False))
START = at(HEADWAY, 10 * 3600)


def drive():
    return reports(HEADWAY, "bus", START + 20.0 * np.arange(30), 66.7 * np.arange(30), "H1")


def loop(state: Path, source: Tail | None = None) -> LiveLoop:
    return LiveLoop(state, HEADWAY, SETTINGS, default_predictor(HEADWAY), source)


def instances(state: Path) -> set[tuple[str, str, str]]:
    published = FileSnapshots(state / "snapshots").newest()
    assert published is not None
    feed = decode(published.feeds["trip-updates.pb"])
    return {(row.run.trip_id, row.run.start_date, row.run.start_time) for row in feed.trip_updates}


def test_logged_reports_become_feeds_and_a_restart_keeps_the_instance(tmp_path: Path) -> None:
    rows = drive()
    log = SqliteReportLog(tmp_path / "reports.sqlite")
    log.append(to_payloads(take(rows, slice(0, 15))))
    live = loop(tmp_path)
    live.tick(START + 300)
    live.close()
    before = instances(tmp_path)
    assert len(before) == 1
    log.append(to_payloads(take(rows, slice(15, 30))))
    again = loop(tmp_path)
    assert again.vehicles == 1
    result = again.tick(START + 600)
    again.close()
    log.close()
    assert instances(tmp_path) == before
    assert result.status["reports"] == 15
    assert result.snapshot.sequence == 2


def test_orders_of_the_state_store_are_in_force_at_the_next_tick(tmp_path: Path) -> None:
    live = loop(tmp_path)
    store = StateStore(tmp_path / "state.sqlite")
    store.put_change(ServiceChange("c", ChangeKind.DETOUR, 1.0, route_id="R2"))
    assert [alert.effect for alert in live.tick(START).snapshot.alerts] == ["DETOUR"]
    store.withdraw_change("c")
    assert live.tick(START + 5).snapshot.alerts == ()
    live.close()
    store.close()


def test_a_growing_file_is_followed_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "positions.csv"
    source = Tail(path, load_mapping("passinfo"))
    live = loop(tmp_path / "state", source)
    assert live.tick(START).status["reports"] == 0
    path.write_text(f"vehicle_id,observed_at,lat,lon\nbus,{START:.0f},14.56,121.05\nbus,{START + 9:.0f},14.5")
    assert live.tick(START + 10).status["reports"] == 1
    with path.open("a") as file:
        file.write("6,121.051\nbus,text,14.56,121.05\n")
    assert live.tick(START + 20).status["reports"] == 1
    live.close()
    again = loop(tmp_path / "state", Tail(path, load_mapping("passinfo")))
    assert again.tick(START + 30).status["reports"] == 0
    again.close()


def test_a_growing_file_begun_anew_loses_nothing_over_a_restart(tmp_path: Path) -> None:
    """The old, farther place was kept and the lines before it were skipped. Mutation: offsets that only grow."""
    path = tmp_path / "positions.csv"
    header, line = "vehicle_id,observed_at,lat,lon\n", "bus,{:.0f},14.56,121.05\n"
    path.write_text(header + "".join(line.format(START + i) for i in range(4)))
    live = loop(tmp_path / "state", Tail(path, load_mapping("passinfo")))
    assert live.tick(START + 10).status["reports"] == 4
    path.write_text(header + line.format(START + 11))
    assert live.tick(START + 12).status["reports"] == 1
    live.close()
    with path.open("a") as file:
        file.write("".join(line.format(START + 13 + i) for i in range(5)))
    again = loop(tmp_path / "state", Tail(path, load_mapping("passinfo")))
    assert again.tick(START + 30).status["reports"] == 5
    again.close()


def test_reports_come_out_of_the_log_as_they_went_in() -> None:
    rows = drive()
    rows.route_id[3], rows.direction_id[3], rows.start_date[3] = "R2", 0, 20261123
    assert same(from_payloads(to_payloads(rows)), rows)
