"""Departures through the whole pipeline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.prediction.departure.layovers import no_layovers
from passinfo.prediction.departure.model import DepartureModel
from passinfo.prediction.departure.predictor import DeparturePredictor
from passinfo.prediction.stack import LivePredictor
from passinfo.settings import CitySettings, Hints
from passinfo.step import begin, stands_of, step
from tests.unit.builders_feed import LINES, tiny
from tests.unit.tracking.drives import at, reports

SETTINGS = CitySettings(hints=Hints(trip=False, block=False, route=False, direction=False))
EIGHT = 8 * 3_600
LATE_S = 90.0


class Same:
    """A regressor that always says the same."""

    def __init__(self, value: float) -> None:
        self.value = value

    def predict(self, X: Floats) -> Floats:  # noqa: N803  # scikit-learn's name
        return np.full(len(X), self.value)


@pytest.fixture
def network() -> Network:
    return tiny(frequencies=None, trips=LINES["trips"].replace("\nR2,wk,H1,East,0,", "")).network


def late() -> DepartureModel:
    """Every bus leaves a minute and a half after its plan, p10 and p90 half a unit of log 2 off."""
    usual = no_layovers()
    usual.late_s[:] = LATE_S
    edges = np.array([60.0, 600.0])
    return DepartureModel(usual, Same(0.0), Same(np.log(0.5)), 1.0, edges, np.full(2, -1.0), np.full(2, 1.0))


def test_a_bus_that_waits_leaves_as_late_as_usual(network: Network) -> None:
    world = begin(network, SETTINGS, DeparturePredictor(late(), LivePredictor()))
    when = at(network, EIGHT - 300) + 20.0 * np.arange(10)
    after, result = step(world, reports(network, "bus", when, np.zeros(10), "T1"), float(when[-1]))
    assert world.terminals is None
    assert after.terminals is not None and after.terminals.vehicle_id.tolist() == ["bus"]
    calls = result.snapshot.calls
    assert calls.p50_at[0] == pytest.approx(at(network, EIGHT + LATE_S))
    assert calls.p10_at[0] < calls.p50_at[0] < calls.p90_at[0]
    assert (np.diff(calls.p50_at) > 0).all()
    plain = step(begin(network, SETTINGS, LivePredictor()), reports(network, "bus", when, np.zeros(10), "T1"), when[-1])
    assert plain[1].snapshot.calls.p50_at[0] == pytest.approx(at(network, EIGHT))


def test_who_is_in_service_waits_until_it_has_left_its_first_stop(network: Network) -> None:
    world = begin(network, SETTINGS, LivePredictor())
    when = at(network, EIGHT - 300) + 20.0 * np.arange(4)
    found = step(world, reports(network, "bus", when, np.zeros(4), "T1"), float(when[-1]))[1].matches
    served = replace(found, phase=np.full(4, "IN_SERVICE", dtype=object), dist_m=np.array([0.0, 15.0, 15.1, np.nan]))
    assert stands_of(network, served).idle.tolist() == [True, True, False, False]
    resting = replace(served, phase=np.full(4, "LAYOVER", dtype=object))
    assert stands_of(network, resting).idle.all()
