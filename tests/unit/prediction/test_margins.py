"""Untrained intervals: the day makes each side as wide as it has to be, and leaves a trained model's alone."""

from dataclasses import replace

import numpy as np
import pytest

from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.lessons import BINS
from passinfo.prediction.margins import GRACE_S, LEAST, MOST, SILENT_S, STEP, Margined, no_margins
from passinfo.prediction.order import settle
from passinfo.prediction.protocol import Method
from passinfo.prediction.rows import rows_ahead
from tests.unit.builders_network import HEADWAY, LOOP, at, city, run, together

NETWORK, NOW = city(), at(11)
FIRST_ROW = int(NETWORK.patterns.stop_ptr[HEADWAY])
NOBODY = Reached(np.empty(0, dtype=object), np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
AHEAD_S, EARLY_S, LATE_S = 300.0, 40.0, 80.0
WITHIN = 1
"""The bin of five minutes."""


class Says:
    """A predictor of stops ahead, all of them in five minutes (a second apart)."""

    def __init__(self, method=Method.HISTORIC):
        self.method = method

    def predict(self, network, runs, now):
        rows = rows_ahead(network, runs)
        p50 = np.full(len(rows.run), now + AHEAD_S)
        method = np.full(len(p50), self.method, dtype=np.uint8)
        return settle(rows, now, p50 - EARLY_S, p50, p50 + LATE_S, np.zeros(len(p50)), method)


def buses(count, now, pattern=HEADWAY, last=4, **given):
    """Buses ahead of the last stops of their pattern."""
    runs = together(*[run(pattern, dist_m=1900.0, measured_at=now, first=last, **given) for _ in range(count)])
    return replace(runs, vehicle_id=np.array([f"bus {n}" for n in range(count)], dtype=object))


def tick(margins, runs, now, reached=NOBODY, method=Method.HISTORIC):
    margined = Margined(Says(method), margins, reached)
    return margined.predict(NETWORK, runs, now), margined.margins


def came(errors_s, made_at):
    """Each bus so late."""
    at = made_at + AHEAD_S + np.asarray(errors_s, dtype=float)
    names = np.array([f"bus {n}" for n in range(len(at))], dtype=object)
    rows = FIRST_ROW + np.arange(1, 5)
    return Reached(np.repeat(names, 4), np.tile(rows, len(at)), np.repeat(at, 4), np.repeat(at, 4))


def day(error_s, ticks, method=Method.HISTORIC, count=80):
    """What is learned in so many quarters of an hour, of errors drawn by ``error_s``; and the share on each side."""
    margins, outside = no_margins(), []
    for quarter in range(ticks):
        now = NOW + 960.0 * quarter
        said, margins = tick(margins, buses(count, now, last=1), now, method=method)
        late_s = error_s(count)
        came_s = now + AHEAD_S + np.repeat(late_s, 4)
        outside.append((came_s < said.p10_at, came_s > said.p90_at))
        then = now + 900.0
        margins = tick(margins, buses(count, then), then, came(late_s, now), Method.MODEL)[1]
    return margins, np.array(outside)[ticks // 2 :].mean(axis=(0, 2))


@pytest.mark.parametrize("spread_s", [20.0, 60.0, 100.0])
@pytest.mark.parametrize("method", [Method.HISTORIC, Method.SCHEDULE])
def test_each_side_grows_or_shrinks_until_one_bus_in_ten_lies_outside(spread_s, method):
    draw = np.random.default_rng(11)
    learned, outside = day(lambda n: draw.normal(15.0, spread_s, n), 160, method)
    assert outside == pytest.approx(0.1, abs=0.025)
    other = learned.log.reshape(2, 4, BINS)[:, [0, 2, 3] if method == Method.HISTORIC else [1, 2, 3]]
    assert not other.any(), "timetable and pace learn apart, and who waits"


def test_a_trained_model_and_a_departure_are_left_alone():
    learned, _ = day(lambda n: np.full(n, 150.0), 40)
    learned = replace(learned, log=np.tile(learned.log.reshape(2, 4, BINS)[:, 1], (1, 4)))
    for runs in (buses(1, NOW), buses(1, NOW, departs_at=NOW + 60.0)):
        wide, _ = tick(learned, runs, NOW)
        assert wide.p90_at[0] - wide.p50_at[0] > 1.3 * LATE_S
    leaves = buses(1, NOW, last=0, departs_at=NOW + 60.0)
    for runs, method in ((buses(1, NOW), Method.MODEL), (leaves, Method.HISTORIC)):
        said, _ = tick(learned, runs, NOW, method=method)
        assert (said.p50_at - said.p10_at)[0] == EARLY_S and (said.p90_at - said.p50_at)[0] == LATE_S
    assert len(tick(learned, buses(1, NOW), NOW, method=Method.MODEL)[1].pending.made_at) == 0


def test_factors_have_bounds():
    _, known = tick(no_margins(), buses(1, NOW), NOW)
    late = replace(known, log=np.tile([[LEAST], [MOST]], known.log.shape[1]))
    judged = tick(late, buses(1, NOW + 600.0), NOW + 600.0)[1]
    assert judged.log.min() >= LEAST and judged.log.max() <= MOST


def learned_of_one(reached=NOBODY, later=None):
    """What one bus teaches that was told five minutes ahead, once both instants have passed."""
    _, known = tick(no_margins(), buses(1, NOW), NOW)
    then = NOW + AHEAD_S + LATE_S + GRACE_S + 1.0
    return tick(known, later(then) if later else buses(1, then), then, reached)[1].log.reshape(2, 4, BINS)[:, 1, WITHIN]


def test_each_quantile_counts_for_its_own_side():
    assert learned_of_one(came([-60.0], NOW)) == pytest.approx([0.9 * STEP, -0.1 * STEP])
    assert learned_of_one(came([10.0], NOW)) == pytest.approx([-0.1 * STEP, -0.1 * STEP])
    assert learned_of_one(came([79.0], NOW)) == pytest.approx([-0.1 * STEP, -0.1 * STEP])
    assert learned_of_one() == pytest.approx([-0.1 * STEP, 0.9 * STEP]), "it has not come yet"


def test_a_bus_that_waits_teaches_those_that_wait():
    _, known = tick(no_margins(), buses(1, NOW, departs_at=NOW + 60.0), NOW)
    then = NOW + AHEAD_S + LATE_S + GRACE_S + 1.0
    log = tick(known, buses(1, then), then)[1].log.reshape(2, 4, BINS)
    assert log[:, 3, WITHIN] == pytest.approx([-0.1 * STEP, 0.9 * STEP]) and not log[:, :3].any()


@pytest.mark.parametrize(
    "later",
    [
        lambda then: buses(1, then - SILENT_S - 1.0),
        lambda then: buses(1, then, LOOP, 3),
        lambda then: replace(buses(1, then), vehicle_id=np.array(["other"], dtype=object)),
        lambda then: replace(buses(1, then), vehicle_id=np.empty(0, dtype=object)),
    ],
    ids=["silent", "on another pattern", "gone", "nameless"],
)
def test_a_bus_that_is_followed_no_longer_proves_nothing(later):
    assert not learned_of_one(later=later).any()
    assert learned_of_one(came([90.0], NOW), later)[1] == pytest.approx(0.9 * STEP), "one that came was seen"


def test_a_bus_that_had_been_there_before_it_was_told_is_not_counted():
    assert not learned_of_one(came([-AHEAD_S - 5.0], NOW)).any()


def test_nothing_given_is_changed():
    _, known = tick(no_margins(), buses(3, NOW), NOW)
    before = known.log.copy(), known.pending.due_at.copy()
    tick(known, buses(3, NOW + 900.0), NOW + 900.0, came([0.0, -90.0, 200.0], NOW))
    assert (known.log == before[0]).all() and (known.pending.due_at == before[1]).all()
