"""What the benchmark adds to the scoreboard: counts by route, and what raw positions say of a stop."""

import numpy as np
import pytest

from benchmarks.promises.counted import ASKED, by_route
from benchmarks.promises.gone import DRAWN, Gaps, causes, gaps, others
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


def test_the_arrivals_that_vanished_are_those_of_the_scoreboard():
    seen = visits()
    said = predictions(seen)
    said = take(said, ~((said.trip_id == "T2") & (np.abs(said.made_at - NOON - 900) < 61)))
    truth = truth_of(seen)
    keys = keys_of(said, truth)
    gone = gaps(said, truth, keys)
    assert len(gone.row) == availability(said, truth, keys).vanished.count > 0
    assert set(said.trip_id[gone.row]) == {"T2"}
    assert (gone.since < NOON + 900).all() and (gone.until > NOON + 900).all()
    beside = others(said, keys, gone)
    assert len(beside.row) == DRAWN and not set(keys.prediction[beside.row]) & set(keys.prediction[gone.row])
    assert set((beside.until - beside.since).tolist()) <= set((gone.until - gone.since).tolist())


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        (lambda rows: rows, "on its line"),
        (lambda rows: take(rows, np.r_[0:3, 34:50]), "silent"),
        (lambda rows: take(rows, np.r_[0:3, 32:50]), "on its line"),
    ],
)
def test_the_cause_is_what_raw_positions_say(changed, cause):
    assert cause_of(np.arange(0.0, 4_000.0, 80.0), changed) == cause


def test_a_bus_off_its_line_or_on_the_way_back_is_not_on_it():
    forth = np.arange(0.0, 4_000.0, 80.0)

    def off(rows):
        rows.lat_deg[20] += 0.002  # 220 m
        return rows

    assert cause_of(forth, off) == "off its line"
    assert cause_of(np.where(forth > 1_600, 3_200.0 - forth, forth), lambda rows: rows) == "drove back"


def cause_of(dist, changed):
    """Why a bus of H1 vanished for five minutes that was at these places, 20 s apart."""
    city = tiny().network
    start = at(city, 10 * 3600.0)
    rows = changed(reports(city, "bus", start + 20.0 * np.arange(len(dist)), dist, "H1"))
    matches = track(CitySettings(), begin(city), rows, (), float(rows.received_at[-1]))[1].matches
    ids = ("bus", "R2", 0, "H1", 20261123, 36_000, "S2", 10)
    row = (start + 400.0, *ids, start + 800, start + 900, start + 1_000, "MODEL", "TRACKED", None)
    gone = Gaps(np.array([0]), np.array([start + 400.0]), np.array([start + 700.0]))
    counts = causes(city, from_rows(Predictions, [row]), matches, gone)
    return next(name for name, count in counts.items() if count)
