"""Hops, drives, usual times, traffic and the road ahead, on the made-up city of five stops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passinfo.prediction.arrival.driven import Driven, Reached, driven_of
from passinfo.prediction.arrival.earlier import COLUMNS
from passinfo.prediction.arrival.feature_names import NAMES
from passinfo.prediction.arrival.features import Moment, ask, features
from passinfo.prediction.arrival.hops import hop_table
from passinfo.prediction.arrival.traffic import LAST, NEVER, Sights, no_traffic, with_reached, with_sights
from passinfo.prediction.arrival.usual import learn_usual
from tests.unit.builders_network import HEADWAY, LOOP, TIMETABLE, at, city

NETWORK = city()
TABLE = hop_table(NETWORK)


def rows(pattern: int) -> np.ndarray:
    return np.arange(NETWORK.patterns.stop_ptr[pattern], NETWORK.patterns.stop_ptr[pattern + 1])


def drive(vehicle: str, start: float, pace_s: float, pattern: int = HEADWAY) -> Reached:
    """A bus that reaches a stop every ``pace_s``, told 20 s later."""
    stop_row = rows(pattern)
    reached = start + np.arange(len(stop_row)) * pace_s
    return Reached(np.full(len(stop_row), vehicle, dtype=object), stop_row, reached, reached + 20)


def joined(*parts: Reached) -> Reached:
    return Reached(*(np.concatenate([getattr(part, name) for part in parts]) for name in Reached.__slots__))


def usual(*paces: float, hour: float = 10.0):
    """Learned from ten drives of each pace."""
    found = driven_of(
        NETWORK, TABLE, joined(*(drive(f"{p}-{k}", at(hour, k * 600), p) for p in paces for k in range(10)))
    )
    kind = np.zeros(len(found.hop), dtype=np.int64)
    return learn_usual(TABLE, found, found.ended_at - at(0), kind, 2)


def moment(now: float, dist_m: float = 0.0, pattern: int = HEADWAY, vehicle: str = "x") -> Moment:
    first = int(dist_m // 500) + 1
    return Moment(
        np.array([vehicle], dtype=object), np.array([pattern]), np.array([first]), np.array([dist_m]),
        np.array([now]), now, now - at(0), 0,
    )  # fmt: skip


def test_patterns_that_drive_the_same_two_stops_share_a_hop() -> None:
    there, ring = rows(TIMETABLE), rows(LOOP)
    assert TABLE.of_row[there[1]] == TABLE.of_row[ring[1]] and TABLE.of_row[there[0]] == -1
    assert len(TABLE) == 4 + 4 + 1  # A-E, E-A, and C-A of the ring
    assert (TABLE.metres == 500).all()


def test_drives_are_between_neighbouring_stops_only() -> None:
    found = driven_of(NETWORK, TABLE, drive("a", at(9), 100))
    assert found.seconds.tolist() == [100.0] * 4 and found.known_at.tolist() == (found.ended_at + 20).tolist()
    gap = drive("a", at(9), 100)
    hole = Reached(*(np.delete(getattr(gap, name), 2) for name in Reached.__slots__))
    assert len(driven_of(NETWORK, TABLE, hole).hop) == 2
    assert len(driven_of(NETWORK, TABLE, drive("a", at(9), 3)).hop) == 0  # 600 km/h


def test_usual_times_are_means_by_hour_and_lean_on_the_day() -> None:
    learned = usual(100.0, 140.0)
    hop = TABLE.of_row[rows(HEADWAY)[1]]
    assert learned.at(0, np.array([hop]), np.array([10.5 * 3600]))[0] == pytest.approx(120, rel=0.05)
    assert learned.at(0, np.array([hop]), np.array([3 * 3600.0]))[0] == pytest.approx(120, rel=0.1)
    unseen = TABLE.of_row[rows(LOOP)[3]]
    assert learned.at(0, np.array([unseen]), np.array([10.5 * 3600]))[0] == pytest.approx(120, rel=0.15)
    assert learned.count[unseen] == 0


def test_traffic_keeps_the_last_drives_of_each_hop_and_changes_nothing_given() -> None:
    before = no_traffic(TABLE)
    paces = [100.0 + 10 * k for k in range(LAST + 2)]
    told = joined(*(drive(f"v{k}", at(9, k * 300), pace) for k, pace in enumerate(paces)))
    after = with_reached(NETWORK, TABLE, before, told, at(10))
    assert (before.hop_at == NEVER).all() and not len(before.vehicle_id)
    hop = TABLE.of_row[rows(HEADWAY)[1]]
    assert after.hop_s[hop].tolist() == paces[:1:-1] and len(after.hop_s[hop]) == LAST
    assert after.vehicle_id.tolist() == sorted(f"v{k}" for k in range(LAST + 2))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=20), st.integers(0, 20))
def test_traffic_told_in_two_parts_is_the_same(which: list[tuple[int, int]], cut: int) -> None:
    told = joined(*(drive(f"v{bus}", at(9, 7000 * bus), 100 + bus) for bus in range(4)))
    order = sorted({5 * bus + stop for bus, stop in which}, key=lambda k: (told.known_at[k], k))

    def part(chosen: list[int]) -> Reached:
        rows_ = np.array(chosen, dtype=np.int64)
        return Reached(*(getattr(told, name)[rows_] for name in Reached.__slots__))

    now = at(16)
    whole = with_reached(NETWORK, TABLE, no_traffic(TABLE), part(order), now - 1e5)
    first = with_reached(NETWORK, TABLE, no_traffic(TABLE), part(order[:cut]), now - 1e5)
    both = with_reached(NETWORK, TABLE, first, part(order[cut:]), now - 1e5)
    assert (whole.hop_at == both.hop_at).all()
    assert (whole.hop_s[whole.hop_at > NEVER] == both.hop_s[both.hop_at > NEVER]).all()


def test_without_traffic_the_mix_is_the_usual_time() -> None:
    asked = ask(NETWORK, TABLE, usual(120.0), no_traffic(TABLE), moment(at(10), 500.0))
    assert asked.mix_s == pytest.approx(asked.usual_s)
    assert asked.usual_s == pytest.approx([120, 240, 360], rel=0.05)


def test_buses_that_needed_twice_as_long_slow_the_road_ahead() -> None:
    learned = usual(100.0)
    slow = joined(*(drive(f"v{k}", at(10, 3600 - 900 + 100 * k), 200) for k in range(5)))
    traffic = with_reached(NETWORK, TABLE, no_traffic(TABLE), slow, at(11))
    asked = ask(NETWORK, TABLE, learned, traffic, moment(at(11), 500.0))
    assert (asked.mix_s > 1.25 * asked.usual_s).all()
    assert asked.mix_s[-1] < 2.1 * asked.usual_s[-1]


def test_what_has_gone_since_the_report_is_taken_off_but_never_all() -> None:
    one = moment(at(10), 500.0)
    old = Moment(one.vehicle_id, one.pattern_ix, one.first_position, one.dist_m, one.measured_at - 100, *_rest(one))
    fresh, aged = (ask(NETWORK, TABLE, usual(120.0), no_traffic(TABLE), each).usual_s for each in (one, old))
    assert aged[-1] == pytest.approx(fresh[-1] - 100) and (aged > 0).all()


def _rest(one: Moment) -> tuple[float, float, int]:
    return one.now, one.service_s, one.kind


def test_features_know_how_long_a_bus_has_stood() -> None:
    now = at(10)
    traffic = no_traffic(TABLE)
    for ago in (90, 60, 30, 0):
        sight = Sights(np.array(["x"], dtype=object), np.array([HEADWAY]), np.array([700.0]), np.array([now - ago]))
        traffic = with_sights(traffic, sight, now - ago)
    one = moment(now, 700.0)
    learned = usual(120.0)
    asked = ask(NETWORK, TABLE, learned, traffic, one)
    found = features(NETWORK, TABLE, learned, traffic, one, asked, np.arange(len(asked.mix_s)))
    assert found.shape == (3, len(NAMES))
    known = [name not in COLUMNS for name in NAMES]
    assert np.isfinite(found[:, known]).all() and np.isnan(found[:, ~np.array(known)]).all()
    row = dict(zip(NAMES, found[0].tolist(), strict=True))
    assert row["stands_s"] == 90 and row["speed_short"] == 0 and row["share"] == pytest.approx(0.6)


def test_features_know_its_speed_from_report_to_report() -> None:
    now = at(10)
    traffic = no_traffic(TABLE)
    for ago, metres in ((60, 500.0), (40, 620.0), (20, 700.0), (0, 700.0)):
        sight = Sights(np.array(["x"], dtype=object), np.array([HEADWAY]), np.array([metres]), np.array([now - ago]))
        traffic = with_sights(traffic, sight, now - ago)
    learned, one = usual(120.0), moment(now, 700.0)
    asked = ask(NETWORK, TABLE, learned, traffic, one)
    row = dict(
        zip(NAMES, features(NETWORK, TABLE, learned, traffic, one, asked, np.arange(1))[0].tolist(), strict=True)
    )
    assert [row[f"step_{k}"] for k in (1, 2, 3, 4)] == [0.0, 4.0, 6.0, -1.0]  # there is no report before the first


def test_a_vehicle_not_seen_for_two_hours_is_forgotten() -> None:
    sight = Sights(np.array(["x"], dtype=object), np.array([HEADWAY]), np.array([700.0]), np.array([at(10)]))
    traffic = with_sights(no_traffic(TABLE), sight, at(10))
    later = Sights(np.array(["y"], dtype=object), np.array([HEADWAY]), np.array([100.0]), np.array([at(13)]))
    assert with_sights(traffic, later, at(13)).vehicle_id.tolist() == ["y"]


def test_no_drives_teach_nothing_and_break_nothing() -> None:
    none = Driven(np.empty(0, dtype=object), np.empty(0, dtype=np.int64), np.empty(0), np.empty(0), np.empty(0))
    learned = learn_usual(TABLE, none, np.empty(0), np.empty(0, dtype=np.int64), 2)
    assert (learned.seconds > 0).all() and np.isfinite(learned.seconds).all()
