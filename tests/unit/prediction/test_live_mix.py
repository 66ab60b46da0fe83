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
    """Buses that drove the whole pattern lately, one a minute after the other; seconds of each hop, or of all."""
    begin = int(NETWORK.patterns.stop_ptr[HEADWAY])
    rows = np.arange(begin, int(NETWORK.patterns.stop_ptr[HEADWAY + 1]))
    elapsed_s = np.concatenate(([0.0], np.cumsum(np.broadcast_to(hop_s, len(rows) - 1))))
    names = np.repeat([f"bus {n}" for n in range(buses)], len(rows)).astype(object)
    ends = NOW - 60.0 * (1.0 + np.repeat(np.arange(buses), len(rows)))
    instants = ends - elapsed_s[-1] + np.tile(elapsed_s, buses)
    return Reached(names, np.tile(rows, buses), instants, instants)


def predicted(reached, runs, learned=None):
    live = LivePredictor(learned)
    return live.informed(live.watched(NETWORK, None, reached, NOBODY, NOW)).predict(NETWORK, runs, NOW)


def bus(dist_m=250.0):
    return run(HEADWAY, "H_day", dist_m=dist_m, measured_at=NOW, first=1, start_at=at(10.99))


@pytest.mark.parametrize("learned", [None, artefact()])
@pytest.mark.parametrize("times", [0.6, 2.0])
def test_the_last_buses_stretch_the_pace_that_is_assumed_or_learned(learned, times):
    usual = HistoricPredictor(learned).predict(NETWORK, bus(), NOW)
    begins = HistoricPredictor(learned).predict(NETWORK, bus(0.0), NOW)
    said = predicted(drove(times * np.diff(begins.p50_at, prepend=NOW)), bus(), learned)
    share = (said.p50_at - NOW) / (usual.p50_at - NOW)
    assert (abs(share - times) < 0.4 * abs(1 - times)).all()
    assert set(said.method.tolist()) == {Method.LIVE_MIX}


def test_a_hop_is_stretched_by_what_it_took_itself():
    hops = np.diff(predicted(drove([PACE_S, 3 * PACE_S, PACE_S, PACE_S]), bus()).p50_at) / PACE_S
    assert hops[0] > 1.8 and hops[0] > 1.3 * hops[1:].max()


@pytest.mark.parametrize("learned", [None, artefact()])
def test_without_traffic_it_is_the_pace_itself(learned):
    nothing = Reached(np.empty(0, dtype=object), np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
    said, plain = predicted(nothing, bus(), learned), HistoricPredictor(learned).predict(NETWORK, bus(), NOW)
    np.testing.assert_allclose(said.p50_at, plain.p50_at)
    assert set(said.method.tolist()) == {Method.HISTORIC}


def test_a_run_of_which_nothing_is_known_disturbs_no_other():
    lost = run(-1, measured_at=NOW, first=1)
    alone, beside = predicted(drove(240.0), bus()), predicted(drove(240.0), together(lost, bus()))
    np.testing.assert_allclose(beside.p50_at[-len(alone.p50_at) :], alone.p50_at)
