"""What the benchmark of serving takes for mixed, for older, and for a slip."""

import numpy as np
import pytest

from benchmarks.serving.arrival_times import Answer
from benchmarks.serving.city import BigCity
from benchmarks.serving.open import judge
from benchmarks.serving.slips import SLIPS
from passinfo.realtime.encoder import FeedEncoder


def answer(body, sent_at, received_at, path="/v1/stops/S/arrivals"):
    return Answer(path, 200, 0.0, sent_at, received_at, len(body), "", body)


def told(sequence, number, label):
    return f'{{"meta":{{"sequence":{sequence}}},"vehicle":{{"vehicle_id":"bus{number}","label":"{label}"}}}}'.encode()


def test_an_answer_of_one_tick_is_whole():
    # of five vehicles one reports at each tick: bus 3 reported at tick 8, bus 4 at tick 9
    assert judge([answer(told(9, 3, 8), 0, 1), answer(told(9, 4, 9), 0, 1)], {}) == (0, 0)


@pytest.mark.parametrize("body", [told(9, 3, 13), told(9, 4, 4), b"{}"])
def test_an_answer_of_two_ticks_is_mixed(body):
    assert judge([answer(body, 0, 1)], {})[0] == 1


def test_who_asks_later_must_not_be_told_what_is_older():
    first, second = answer(told(9, 4, 9), 0.0, 1.0), answer(told(8, 3, 8), 2.0, 3.0)
    assert judge([first, second], {}) == (0, 1)
    assert judge([first, answer(told(8, 3, 8), 0.5, 3.0)], {}) == (0, 0)  # asked before the first was received


def test_feeds_are_judged_by_their_labels():
    city = BigCity(500)
    encoder = FeedEncoder(city.network)
    for sequence in (1, 2, 3):
        feed = encoder.encode(city.tick(sequence, 1_800_000_000.0 + 5 * sequence))
    asked = answer(feed.vehicle_positions, 0, 1, "/gtfs-rt/vehicle-positions.pb")
    assert judge([asked], {1_800_000_015: 3}) == (0, 0)
    assert judge([asked], {1_800_000_015: 2})[0] == 1


@pytest.mark.parametrize("kind", sorted(SLIPS))
def test_a_slip_is_one_slip(kind):
    chance = np.random.default_rng(1)
    for name in ("Princess Street", "Main at 5th"):
        slipped = SLIPS[kind](name, chance)
        assert slipped != name and abs(len(slipped) - len(name)) <= 1
