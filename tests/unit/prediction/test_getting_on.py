import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from passinfo.prediction.arrival.planned import planned_standing
from passinfo.prediction.getting_on import HELD, LEAST_STAND_S, PlanAhead, getting_on, hold_shares
from passinfo.prediction.rows import RowsAhead
from tests.unit.builders_network import city


def rows(*lengths):
    ptr = np.concatenate(([0], np.cumsum(lengths)))
    run = np.repeat(np.arange(len(lengths)), lengths)
    position = np.arange(ptr[-1]) - ptr[run] + 1
    return RowsAhead(ptr, run, position, position, np.diff(np.append(run, -1)) != 0)


def plan(drive, stand, arrive, hold=None):
    drive, stand, arrive = (np.asarray(each, dtype=float) for each in (drive, stand, arrive))
    return PlanAhead(drive, stand, arrive, arrive + stand, np.zeros(len(drive)) if hold is None else hold)


def test_a_late_bus_uses_up_the_standing_that_is_planned():
    # three stops 100 s apart, three minutes of standing at the second; the bus is 150 s late
    said = getting_on(
        rows(3), plan([100, 100, 100], [0, 180, 0], [100, 200, 480]), np.array([150.0]), np.array([False])
    )
    assert said.tolist() == [250.0, 350.0, 350.0 + LEAST_STAND_S + 100.0]


def test_an_early_bus_is_held_at_a_timepoint():
    early = np.array([-60.0])
    free = getting_on(rows(2), plan([100, 100], [0, 0], [100, 200]), early, np.array([False]))
    held = getting_on(rows(2), plan([100, 100], [0, 0], [100, 200], np.array([HELD, 0.0])), early, np.array([False]))
    assert free.tolist() == [40.0, 140.0]
    assert held.tolist() == [40.0, 140.0 + HELD * 60.0]


def test_a_bus_that_waits_leaves_first():
    said = getting_on(rows(2), plan([0, 100], [0, 0], [0, 100]), np.array([30.0]), np.array([True]))
    assert said.tolist() == [30.0, 130.0]


def test_without_a_plan_it_drives_on():
    nothing = np.full(2, np.nan)
    said = getting_on(
        rows(2),
        PlanAhead(np.array([50.0, 60.0]), np.zeros(2), nothing, nothing, np.ones(2)),
        np.array([0.0]),
        np.array([False]),
    )
    assert said.tolist() == [50.0, 110.0]


def test_timepoints_tell_only_where_not_all_stops_are_some():
    some, every = np.array([True, False, False]), np.ones(3, dtype=bool)
    waits = np.array([True])
    assert hold_shares(some, np.zeros(3), rows(3), waits).tolist() == [HELD, 0.0, 0.0]
    assert hold_shares(every, np.zeros(3), rows(3), waits).tolist() == [0.0, 0.0, 0.0]


def test_where_no_standing_is_planned_nobody_waits_at_a_timepoint():
    some = np.array([True, False, False])
    assert hold_shares(some, np.zeros(3), rows(3), np.array([False])).tolist() == [0.0, 0.0, 0.0]
    assert planned_standing(city()).tolist() == [True, False, False]


@given(st.lists(st.integers(0, 6), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_several_runs_get_on_as_each_alone(lengths, random):
    n = sum(lengths)
    drive, stand = (np.array([random.uniform(0, 300) for _ in range(n)]) for _ in range(2))
    arrive = np.array([random.uniform(0, 3000) for _ in range(n)])
    whole = PlanAhead(drive, stand, arrive, arrive + stand, np.full(n, 0.5))
    start = np.array([random.uniform(-300, 300) for _ in lengths])
    together = getting_on(rows(*lengths), whole, start, np.zeros(len(lengths), dtype=bool))
    ends = np.cumsum(lengths)
    for number, (end, length) in enumerate(zip(ends, lengths, strict=True)):
        part = slice(end - length, end)
        mine = PlanAhead(*(getattr(whole, name)[part] for name in PlanAhead.__slots__))
        alone = getting_on(rows(length), mine, start[[number]], np.array([False]))
        np.testing.assert_allclose(together[part], alone)
        assert np.isfinite(alone).all()
