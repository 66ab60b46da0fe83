"""What the benchmark adds to the scoreboard: counts by route, and what raw positions say of a stop."""

import numpy as np
import pytest

from benchmarks.promises.counted import ASKED, by_route
from benchmarks.promises.passed import passed
from passinfo.columns import from_rows, take
from passinfo.prediction.accuracy.availability import availability
from passinfo.prediction.accuracy.heard import Heard
from passinfo.prediction.accuracy.keys import keys_of
from passinfo.prediction.accuracy.truth import truth_of
from passinfo.prediction.protocol import Predictions
from passinfo.settings import CitySettings
from passinfo.tracking.track import begin, track
from tests.unit.builders_feed import tiny
from tests.unit.prediction.accuracy.builders import NOON, predictions, visits
from tests.unit.tracking.drives import at, reports


def test_the_counts_of_routes_sum_to_the_whole():
    """Mutation: moments at which only other routes were predicted forgotten, so that a hole is none."""
    seen = visits()
    said = predictions(seen)
    hole = (said.trip_id == "T2") & (np.abs(said.made_at - NOON - 900) < 61)
    said = take(said, ~hole)
    truth = truth_of(take(seen, seen.trip_id != "T1"))
    heard = Heard(
        np.repeat(np.unique(seen.vehicle_id.astype(str)), 200), np.tile(NOON - 1800 + 30.0 * np.arange(200), 4)
    )
    keys = keys_of(said, truth)
    whole, parts = availability(said, truth, keys, heard), by_route(said, truth, keys, heard)
    assert whole.vanished.count > 0 and whole.broken.count > 0
    for field in ASKED:
        assert sum(getattr(part, field).count for part in parts) == getattr(whole, field).count
        assert sum(getattr(part, field).of for part in parts) == getattr(whole, field).of


@pytest.mark.parametrize(("forth", "came_by"), [(True, True), (False, False)])
def test_a_bus_that_drives_the_other_way_does_not_come_by(forth: bool, came_by: bool):
    city = tiny().network
    start = at(city, 10 * 3600.0)
    dist = np.arange(0.0, 4_000.0, 80.0) if forth else np.arange(4_000.0, 0.0, -80.0)
    rows = reports(city, "bus", start + 20.0 * np.arange(len(dist)), dist, "H1")
    matches = track(CitySettings(), begin(city), rows, (), float(rows.received_at[-1]))[1].matches
    ids = ("bus", "R2", 0, "H1", 20261123, 36_000, "S2", 10)
    row = (start + 200.0, *ids, start + 400, start + 500, start + 600, "MODEL", "TRACKED", None)
    late = (start + 1_900.0, *ids, start + 1_950, start + 1_960, start + 1_970, "MODEL", "TRACKED", None)
    said = from_rows(Predictions, [row, late])
    assert passed(city, said, matches).tolist() == [came_by, False]
