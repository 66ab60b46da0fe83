"""A tick's runs shared out among the processors."""

import numpy as np
import pytest

from passinfo.prediction.arrival import shared
from passinfo.prediction.arrival.artefact import MEDIANS
from passinfo.prediction.arrival.feature_names import NAMES
from passinfo.prediction.arrival.features import Moment, ask
from passinfo.prediction.arrival.hops import hop_table
from passinfo.prediction.arrival.model import ArrivalModel, corrected
from passinfo.prediction.arrival.planned import planned_usual
from passinfo.prediction.arrival.shared import told_of_all
from passinfo.prediction.arrival.traffic import no_traffic
from tests.unit.builders_network import HEADWAY, TIMETABLE, at, city

NETWORK = city()
TABLE = hop_table(NETWORK)
USUAL = planned_usual(NETWORK, TABLE)
RUNS = 23


class Leaning:
    """A regressor that says a twentieth of how far it is."""

    def predict(self, columns):
        return 0.05 * columns[:, NAMES.index("log_mix")]


def model():
    stop_id, none = NETWORK.stops.stop_id, np.zeros((2, 48))
    edges = np.array([60.0, 600.0])
    each = (Leaning(),) * len(MEDIANS), Leaning(), edges, np.array([-1.3, -1.3]), np.array([1.3, 1.3])
    return ArrivalModel(stop_id[TABLE.from_ix], stop_id[TABLE.to_ix], USUAL, none, *each)


def moment(n=RUNS):
    names = np.array([f"bus{k}" for k in range(n)], dtype=object)
    pattern = np.where(np.arange(n) % 2, HEADWAY, TIMETABLE)
    ones = np.ones(n, dtype=np.int64)
    return Moment(names, pattern, ones, np.linspace(1.0, 90.0, n), np.full(n, at(10)), at(10), 36_000.0, 0)


@pytest.mark.parametrize("runs", [1, 7, 22, RUNS, 100])
def test_parts_of_any_size_tell_what_the_whole_tells_in_the_same_order(monkeypatch, runs):
    monkeypatch.setattr(shared, "RUNS", runs)
    asked = ask(NETWORK, TABLE, USUAL, no_traffic(TABLE), moment())
    whole = corrected(NETWORK, TABLE, USUAL, no_traffic(TABLE), moment(), asked, model())
    parts = told_of_all(NETWORK, TABLE, USUAL, no_traffic(TABLE), moment(), model())
    for one, other in zip(whole, parts, strict=True):
        assert other == pytest.approx(one) and len(np.unique(one)) > RUNS


def test_a_tick_without_runs_is_answered():
    assert [len(each) for each in told_of_all(NETWORK, TABLE, USUAL, no_traffic(TABLE), moment(0), model())] == [0] * 3
