"""Earlier runs: the bus of yesterday that was here at this time stands in for a plan."""

import numpy as np
import pytest

from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.earlier import COLUMNS, against_plan, earlier_of, joined, no_runs, runs_driven
from tests.unit.builders_network import HEADWAY, at, city

NETWORK = city()
BEGIN = int(NETWORK.patterns.stop_ptr[HEADWAY])
ZERO = at(0)


def reached(*runs):
    """Runs of (vehicle, [(position, service second)])."""
    rows = [(name, BEGIN + position, ZERO + second) for name, stops in runs for position, second in stops]
    names = np.array([row[0] for row in rows], dtype=object)
    instants = np.array([row[2] for row in rows], dtype=float)
    return Reached(names, np.array([row[1] for row in rows], dtype=np.int64), instants, instants)


def day(*runs, kind=0):
    return runs_driven(NETWORK, reached(*runs), ZERO, kind)


def steadily(start_s, hop_s, stops=range(5)):
    return [(position, start_s + hop_s * position) for position in stops]


def asked(days, service_s, next_s=30.0, mix_s=(30.0, 130.0, 230.0)):
    rows = BEGIN + np.array([2, 3, 4])
    earlier = earlier_of(NETWORK, joined(days), 2)[0]
    return dict(
        zip(
            COLUMNS,
            against_plan(earlier, service_s, rows[:1], np.array([next_s]), np.zeros(3, int), rows, np.array(mix_s)),
            strict=True,
        )
    )


def test_a_bus_is_late_by_how_much_later_it_comes_than_the_runs_of_other_days():
    days = [day(("a", steadily(28_800, 100))), day(("b", steadily(28_820, 100))), day(("c", steadily(28_840, 100)))]
    told = asked(days, 28_800 + 290.0)  # due at the third stop at 320 s; they were there at 200, 220, 240
    np.testing.assert_allclose(told["plan_dev_s"], 100.0)
    np.testing.assert_allclose(told["plan_dev_range_s"], 40.0)
    np.testing.assert_allclose(told["plan_days"], 3)
    np.testing.assert_allclose(told["plan_log"], 0.0, atol=1e-6)
    np.testing.assert_allclose(told["plan_late_s"], 100.0)


def test_what_an_earlier_run_needed_from_here_on_is_told_against_the_live_mix():
    told = asked([day(("a", steadily(28_800, 200)))], 28_800 + 370.0)
    np.testing.assert_allclose(
        np.exp(told["plan_log"]) * (np.array([30.0, 130, 230]) + 30) - 30, [30, 230, 430], rtol=1e-5
    )


def test_the_nearest_run_counts_and_none_that_is_far():
    days = [day(("a", steadily(28_800, 100)), ("b", steadily(29_400, 100)))]
    assert asked(days, 29_400 + 190.0)["plan_dev_s"][0] == pytest.approx(20.0)
    assert np.isnan(asked(days, 40_000.0)["plan_dev_s"]).all() and (asked(days, 40_000.0)["plan_days"] == 0).all()


def test_a_stop_not_seen_lies_between_its_neighbours_and_one_beyond_the_run_is_unknown():
    told = asked([day(("a", [(0, 28_800), (1, 28_900), (3, 29_100)]))], 28_800 + 170.0)
    assert told["plan_dev_s"][0] == pytest.approx(0.0) and told["plan_late_s"][:2] == pytest.approx(0.0)
    assert np.isnan(told["plan_late_s"][2]) and told["plan_days"].tolist() == [1, 1, 0]


def test_only_the_newest_days_of_a_kind_are_kept():
    days = [day(("a", steadily(28_800 + n, 100))) for n in range(8)]
    kept = joined([*days, day(("w", steadily(28_800, 100)), kind=1), no_runs()])
    assert len(kept.day) == 6 and (kept.kind == [0] * 5 + [1]).all()
    assert kept.service_s[kept.ptr[0]] == 28_803


def test_nothing_known_tells_nothing():
    assert not len(day().ptr[1:])
    assert np.isnan(asked([no_runs()], 28_800.0)["plan_dev_s"]).all()
