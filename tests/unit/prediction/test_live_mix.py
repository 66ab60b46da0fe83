"""Headway service without an arrival model: the last buses stretch the pace that the network assumes."""

import numpy as np
import pytest

from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.traffic import Sights
from passinfo.prediction.historic import HistoricPredictor
from passinfo.prediction.protocol import Method
from passinfo.prediction.stack import LivePredictor
from tests.unit.builders_network import HEADWAY, at, city, run, together
from tests.unit.prediction.test_artefact import artefact

NETWORK, NOW = city(), at(11)
PACE_S = 120.0
"""Assumed of each hop."""
NOBODY = Sights(np.empty(0, dtype=object), np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))


def drove(hop_s, buses=6):
    """Buses that drove the whole pattern lately, one a minute after the other."""
    begin = int(NETWORK.patterns.stop_ptr[HEADWAY])
    rows = np.arange(begin, int(NETWORK.patterns.stop_ptr[HEADWAY + 1]))
    names = np.repeat([f"bus {n}" for n in range(buses)], len(rows)).astype(object)
    ends = NOW - 60.0 * (1.0 + np.repeat(np.arange(buses), len(rows)))
    instants = ends - hop_s * np.tile(np.arange(len(rows))[::-1], buses)
    return Reached(names, np.tile(rows, buses), instants, instants)


def predicted(reached, runs, learned=None):
    live = LivePredictor(learned)
    return live.informed(live.watched(NETWORK, None, reached, NOBODY, NOW)).predict(NETWORK, runs, NOW)


def bus():
    return run(HEADWAY, "H_day", dist_m=250.0, measured_at=NOW, first=1, start_at=at(10.99))


@pytest.mark.parametrize("times", [0.6, 2.0])
def test_the_last_buses_stretch_the_pace_that_is_assumed(times):
    plain, said = predicted(drove(PACE_S), bus()), predicted(drove(times * PACE_S), bus())
    share = (said.p50_at - NOW) / (plain.p50_at - NOW)
    assert (abs(share - times) < 0.35 * abs(1 - times)).all()
    assert set(said.method.tolist()) == {Method.LIVE_MIX}


def test_without_traffic_it_is_the_pace_itself():
    nothing = Reached(np.empty(0, dtype=object), np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
    said, plain = predicted(nothing, bus()), HistoricPredictor().predict(NETWORK, bus(), NOW)
    np.testing.assert_allclose(said.p50_at, plain.p50_at)
    assert set(said.method.tolist()) == {Method.HISTORIC}


def test_a_run_of_which_nothing_is_known_disturbs_no_other():
    lost = run(-1, measured_at=NOW, first=1)
    alone, beside = predicted(drove(240.0), bus()), predicted(drove(240.0), together(lost, bus()))
    np.testing.assert_allclose(beside.p50_at[-len(alone.p50_at) :], alone.p50_at)


def test_a_learned_pace_is_left_as_it_is():
    said, plain = predicted(drove(240.0), bus(), artefact()), predicted(drove(120.0), bus(), artefact())
    np.testing.assert_allclose(said.p50_at, plain.p50_at)
