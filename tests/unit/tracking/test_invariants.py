"""Whatever is reported, tracking stays total and its answers stay in order."""

import itertools
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passinfo.bms.intake import accept
from passinfo.bms.reports import Reports
from passinfo.columns import from_rows, specs, take
from passinfo.network.area import area_of
from passinfo.network.network import Network
from passinfo.prediction.stack import default_predictor
from passinfo.settings import CitySettings, Hints
from passinfo.step import TickResult, World, begin, step
from passinfo.tracking.hindsight.day import hindsight
from passinfo.tracking.state_json import state_from_json, state_to_json
from passinfo.tracking.track import begin as begin_tracking
from passinfo.tracking.track import track
from tests.unit.builders_feed import tiny
from tests.unit.tracking.drives import at

T = TypeVar("T", bound=Any)
NONE = Hints(trip=False, block=False, route=False, direction=False)
LINE_M = 4_000.0


def without_service(network: Network) -> Network:
    """The network with not a single pattern or trip."""
    nothing = np.zeros(1, dtype=np.int32)
    return replace(
        network,
        patterns=replace(_none_of(network.patterns), stop_ptr=nothing, shape_ptr=nothing),
        profiles=replace(_none_of(network.profiles), profile_ptr=nothing),
        trips=_none_of(network.trips),
        headways=_none_of(network.headways),
    )


def _none_of(table: T) -> T:
    return replace(table, **{each.name: getattr(table, each.name)[:0] for each in fields(table)})


NETWORKS = {
    "empty": without_service(tiny().network),
    "both": tiny().network,
    "timetable": tiny(frequencies=None).network,
    "one stop": tiny(
        stops="stop_id,stop_name,stop_lat,stop_lon\nS0,A,14.56,121.05",
        stop_times="trip_id,arrival_time,departure_time,stop_id,stop_sequence\nT1,08:00:00,08:00:00,S0,1",
        frequencies=None,
    ).network,
}

report = st.fixed_dictionaries(
    {
        "vehicle_id": st.sampled_from("aaab"),
        "wait_s": st.sampled_from([0.0, 1.0, 15.0, 30.0, 30.0, 30.0, 30.0, 30.0, 400.0, 2_000.0]),
        "early_s": st.sampled_from([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 45.0, 600.0]),
        "go_m": st.sampled_from([0.0, 3.0, 100.0, 150.0, 200.0, 200.0, 300.0, 300.0, -30.0, -300.0, 1_200.0]),
        "aside_m": st.sampled_from([0.0, 0.0, 0.0, 0.0, 0.0, 5.0, -20.0, 80.0, 700.0, 2_000_000.0]),
        "speed_mps": st.sampled_from([0.0, 0.2, 6.0, 25.0, float("nan")]),
        "heading_deg": st.sampled_from([0.0, 90.0, 270.0, float("nan")]),
        "trip_id": st.sampled_from([None, None, None, None, None, "T1", "T2", "T3", "H1", "no such trip"]),
        "start_date": st.sampled_from([0, 20261123, 19990101]),
        "door": st.sampled_from([None, None, None, "OPEN", "CLOSED"]),
        "stop_event": st.sampled_from([None, None, None, "ARRIVED", "DEPARTED"]),
        "stop_id": st.sampled_from([None, "S1", "S2", "S4", "no such stop"]),
        "route_id": st.sampled_from([None, "R1", "R2", "no such route"]),
    }
)
streams = st.lists(report, min_size=1, max_size=6) | st.lists(report, min_size=25, max_size=60)
hints = st.sampled_from([NONE, Hints()])


def stream(network: Network, rows: list[dict]) -> Reports:
    """Reports in order of reception; observed instants may jump back."""
    now = at(network, 8 * 3600)
    place = dict.fromkeys("ab", -100.0)
    table = []
    for row in rows:
        now += row["wait_s"]
        place[row["vehicle_id"]] = dist = (place[row["vehicle_id"]] + row["go_m"] + 500.0) % (LINE_M + 1_000.0) - 500.0
        x, y = np.array([dist]), np.array([row["aside_m"]])
        origin = network.projection.to_xy(np.array([14.56]), np.array([121.05]))
        lat, lon = network.projection.to_lat_lon(origin[0] + x, origin[1] + y)
        known = {
            **{key: value for key, value in row.items() if not key.endswith(("_s", "_m"))},
            "observed_at": now - row["early_s"],
            "received_at": now,
            "lat_deg": float(lat[0]),
            "lon_deg": float(lon[0]),
        }
        table.append([known.get(spec.name) for spec in specs(Reports)])
    return from_rows(Reports, table)


def in_order(result: TickResult, world: World) -> None:
    visits, matches = result.visits, result.matches
    assert ((matches.confidence >= 0) & (matches.confidence <= 1)).all()
    both = ~np.isnan(visits.arrived_at) & ~np.isnan(visits.departed_at)
    assert (visits.arrived_at[both] <= visits.departed_at[both]).all()
    assert not (visits.earliest_at > visits.latest_at).any()
    runs, calls = result.snapshot.runs, result.snapshot.calls
    for first, last in itertools.pairwise(runs.call_ptr.tolist()):
        assert (np.diff(calls.stop_sequence[first:last]) > 0).all(), "a stop is told twice"
    held = [
        (trip, date, start)
        for trip, date, start, vehicle in zip(
            runs.trip_id,
            runs.start_date.tolist(),
            runs.start_service_s.tolist(),
            runs.vehicle_row.tolist(),
            strict=True,
        )
        if trip is not None and vehicle >= 0
    ]
    assert len(held) == len(set(held)), "two vehicles on one instance"
    passed = world.tracking.passed
    for row in np.unique(passed.row):
        mine = passed.row == row
        assert (np.diff(passed.position[mine]) > 0).all()
        came = np.fmax(passed.arrived_at[mine], np.nan_to_num(passed.departed_at[mine], nan=-np.inf))
        assert (np.diff(came) >= 0).all()


@pytest.mark.parametrize("name", sorted(NETWORKS))
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(rows=streams, hint=hints, cut=st.integers(1, 5))
def test_any_stream_of_reports_is_survived(name: str, rows: list[dict], hint: Hints, cut: int) -> None:
    network = NETWORKS[name]
    reports = stream(network, rows)
    world = begin(network, CitySettings(hints=hint), default_predictor(network))
    for part in np.array_split(np.arange(len(rows)), cut):
        now = float(reports.received_at[part[-1] if len(part) else -1])
        world, result = step(world, take(reports, part), now)
        assert len(result.matches.vehicle_id) + len(result.rejections) == len(part), "nothing is lost"
        in_order(result, world)
    state = world.tracking
    assert state_to_json(state_from_json(state_to_json(state), state.index)) == state_to_json(state)


@pytest.mark.parametrize("name", sorted(NETWORKS))
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(rows=streams, hint=hints)
def test_any_day_has_its_hindsight(name: str, rows: list[dict], hint: Hints) -> None:
    network = NETWORKS[name]
    reports = stream(network, rows)
    chosen = CitySettings(hints=hint)
    now = float(reports.received_at[-1])
    area = area_of(network, chosen)
    reports = accept(reports, now, area=area, settings=chosen, fleet_ids=None, last={}).reports
    _, found = track(chosen, begin_tracking(network), reports, (), now)
    matches, visits = hindsight(chosen, network, reports, found.matches)
    assert len(matches.vehicle_id) == len(reports.vehicle_id)
    both = ~np.isnan(visits.arrived_at) & ~np.isnan(visits.departed_at)
    assert (visits.arrived_at[both] <= visits.departed_at[both]).all()
    assert not (visits.earliest_at > visits.latest_at).any()
