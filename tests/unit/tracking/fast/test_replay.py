"""A recorded day tracked by compiled code and by numpy alone: the same is said."""

from pathlib import Path

import pytest

from feeds.recorded import read_recorded
from feeds.replay import tick_rows
from passinfo.bms.intake import Last, accept
from passinfo.bms.presets import load_mapping
from passinfo.columns import concat, take
from passinfo.network.area import area_of
from passinfo.settings import CitySettings, Hints
from passinfo.stores.networks import network_from_gtfs
from passinfo.tracking import fast
from passinfo.tracking.columns import Matches, Visits
from passinfo.tracking.track import begin, track
from tests.unit.tracking.fast.same import assert_same

B63 = Path(__file__).parents[3] / "data" / "nyc-b63"
NO_HINTS = Hints(trip=False, block=False, route=False, direction=False)


@pytest.mark.slow
def test_compiled_and_numpy_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    compare(NO_HINTS, 1_200, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("hints", [NO_HINTS, Hints()], ids=["none", "all"])
def test_compiled_and_numpy_say_the_same_all_day(hints: Hints, monkeypatch: pytest.MonkeyPatch) -> None:
    compare(hints, 1_000_000, monkeypatch)


def compare(hints: Hints, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = said(hints, rows)
    monkeypatch.setattr(fast, "AVAILABLE", False)
    by_numpy = said(hints, rows)
    for one, other in zip(compiled, by_numpy, strict=True):
        assert_same(one, other)
    assert len(compiled[0].vehicle_id) > 500
    assert any(compiled[0].trip_id.tolist())


def said(hints: Hints, rows: int) -> tuple[Matches, Visits]:
    network = network_from_gtfs(B63 / "gtfs.zip")
    reports = read_recorded(B63 / "traces", load_mapping("nyc-b63"), None, None).reports
    reports = take(reports, slice(0, rows))
    area = area_of(network, CitySettings())
    settings = CitySettings(hints=hints, area=area)
    state, last = begin(network), dict[str, Last]()
    matches, visits = [], []
    for now, part in tick_rows(reports, 60.0, settings.max_report_age_s):
        taken = accept(take(reports, part), now, area=area, settings=settings, fleet_ids=None, last=last)
        last = dict(taken.last)
        state, told = track(settings, state, taken.reports, (), now)
        matches.append(told.matches)
        visits.append(told.visits)
    return concat(Matches, matches), concat(Visits, visits)
