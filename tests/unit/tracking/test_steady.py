"""Vehicles that drive on are looked up on their own line only, and nothing of what is said changes."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from passinfo.columns import concat
from passinfo.network.network import Network
from passinfo.settings import CitySettings, Hints
from passinfo.tracking import steady
from passinfo.tracking.state import TrackingState
from passinfo.tracking.track import Tracking, begin, track
from tests.unit.builders_feed import LINES, tiny
from tests.unit.tracking.drives import at, reports

NO_HINTS = CitySettings(hints=Hints(trip=False, block=False, route=False, direction=False))


@pytest.fixture
def network() -> Network:
    return tiny(frequencies=None, trips=LINES["trips"].replace("\nR2,wk,H1,East,0,", "")).network


def drive(network: Network) -> list[tuple[TrackingState, Tracking]]:
    """A bus on T1, a report every 10 s at 10 m/s; the state after each."""
    dist = np.arange(0.0, 3_900.0, 100.0)
    rows = reports(network, "bus", at(network, 8 * 3600) + 10.0 * np.arange(len(dist)), dist, "T1", speed_mps=10.0)
    state, found = begin(network), []
    for number in range(len(dist)):
        one = dataclasses.replace(
            rows, **{each.name: getattr(rows, each.name)[number : number + 1] for each in dataclasses.fields(rows)}
        )
        state, said = track(NO_HINTS, state, one, (), float(one.received_at[0]))
        found.append((state, said))
    return found


def test_most_reports_of_a_bus_on_its_way_are_not_weighed_and_its_place_is_right(network: Network) -> None:
    """Mutation: every report weighed, or a steady bus left where it was."""
    ways = drive(network)
    unweighed = np.array([int(state.vehicles.unweighed[0]) for state, _ in ways])
    assert (unweighed[12:28] > 0).mean() > 0.7
    places = np.array([float(said.matches.dist_m[0]) for _, said in ways])
    assert np.abs(places[8:] - 100.0 * np.arange(8, len(ways))).max() < 5.0
    belief = ways[25][0].belief
    assert np.isclose(belief.dist_m[np.argmax(belief.log_weight)], 2_500.0, atol=5.0)


def test_what_is_said_is_the_same_as_if_each_report_were_weighed(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_ = [said for _, said in drive(network)]
    monkeypatch.setattr(steady, "MOST_UNWEIGHED_S", -1.0)
    without = [said for _, said in drive(network)]
    for name in ("trip_id", "route_id", "direction_id", "phase"):
        assert [getattr(each.matches, name)[0] for each in with_] == [
            getattr(each.matches, name)[0] for each in without
        ]
    visits = [concat(type(each[0].visits), [part.visits for part in each]) for each in (with_, without)]
    assert visits[0].stop_id.tolist() == visits[1].stop_id.tolist()
    assert np.nanmax(np.abs(visits[0].departed_at - visits[1].departed_at)) < 1.0


def test_a_bus_that_leaves_its_line_is_weighed_at_once(network: Network) -> None:
    state = drive(network)[25][0]
    away = reports(network, "bus", at(network, 8 * 3600) + np.array([260.0]), np.array([2_600.0]), "T1", speed_mps=10.0)
    aside = dataclasses.replace(away, lat_deg=away.lat_deg + 0.003)
    after, said = track(NO_HINTS, state, aside, (), float(aside.received_at[0]))
    assert after.vehicles.unweighed[0] == 0
    assert said.matches.offset_m[0] > 300 or np.isnan(said.matches.offset_m[0])
