"""Steady predictions: what was told stays told while the evidence allows, and leaves at once when it does not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passinfo.prediction.order import settle
from passinfo.prediction.protocol import Method
from passinfo.prediction.rows import rows_ahead
from passinfo.prediction.steady import Steady, nothing_told, steadied, told_of
from tests.unit.builders_network import HEADWAY, LOOP, at, city, run, together

NETWORK = city()
NOW = at(8)
HALF_S = 40.0
"""Half of the made-up interval: a quarter of it is a band of ten seconds."""


class Says:
    """A predictor that says what it was made with: three minutes, two more to each stop, moved by some seconds."""

    def __init__(self, moved_s: float) -> None:
        self.moved_s = moved_s

    def predict(self, network, runs, now):
        rows = rows_ahead(network, runs)
        p50 = NOW + 180.0 + 120.0 * rows.position + self.moved_s
        none = np.zeros(len(p50))
        return settle(rows, now, p50 - HALF_S, p50, p50 + HALF_S, none, np.full(len(p50), Method.MODEL, dtype=np.uint8))


def bus(name="7", pattern=HEADWAY, first=1):
    return replace(run(pattern, first=first, measured_at=NOW), vehicle_id=np.array([name], dtype=object))


def two_ticks(first_s, second_s, later=None, share=0.25):
    runs = bus()
    before = Steady(Says(first_s), nothing_told(), share)
    before.predict(NETWORK, runs, NOW)
    steady = Steady(Says(second_s), before.told, share)
    return steady.predict(NETWORK, later or runs, NOW + 20.0).p50_at - NOW


def test_what_moves_within_the_band_does_not_move():
    np.testing.assert_allclose(two_ticks(0.0, 8.0), [300.0, 420.0, 540.0, 660.0], atol=0.002)


def test_what_leaves_the_band_is_drawn_to_its_edge():
    np.testing.assert_allclose(two_ticks(0.0, 60.0), [350.0, 470.0, 590.0, 710.0], atol=0.002)
    np.testing.assert_allclose(two_ticks(0.0, -40.0), [270.0, 390.0, 510.0, 630.0], atol=0.002)


def test_the_band_narrows_to_nothing_two_minutes_ahead():
    np.testing.assert_allclose(two_ticks(-200.0, -192.0)[:2], [108.0, 228.0 - 10.0 * (208 - 120) / 120], atol=0.01)


def test_no_band_changes_nothing():
    np.testing.assert_allclose(two_ticks(0.0, 8.0, share=0.0), [308.0, 428.0, 548.0, 668.0], atol=0.002)


def test_a_bus_that_has_passed_a_stop_keeps_what_was_told_of_the_next():
    np.testing.assert_allclose(two_ticks(0.0, 8.0, bus(first=2)), [420.0, 540.0, 660.0], atol=0.002)


@pytest.mark.parametrize(
    "other", [bus("8"), bus(pattern=LOOP), replace(bus(), vehicle_id=np.array([""], dtype=object))]
)
def test_another_bus_or_another_pattern_begins_anew(other):
    assert two_ticks(0.0, 8.0, other)[0] == pytest.approx(308.0, abs=0.002)


def test_a_bus_that_waits_is_not_held_to_what_was_told():
    waits = replace(bus(), departs_at=np.array([NOW + 60.0]))
    assert two_ticks(0.0, 8.0, waits)[0] == pytest.approx(308.0, abs=0.002)
    assert not len(told_of(waits, Says(0.0).predict(NETWORK, waits, NOW)).vehicle_id)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=8), st.floats(0, 1))
def test_never_outside_the_band_and_promises_are_kept(moves, share):
    runs, told = together_named("7", "3"), nothing_told()
    for tick, moved in enumerate(moves):
        now = NOW + 5.0 * tick
        plain = Says(moved).predict(NETWORK, runs, now)
        made = steadied(NETWORK, runs, plain, told, now, share)
        told = told_of(runs, made)
        assert (made.p10_at <= made.p50_at).all() and (made.p50_at <= made.p90_at).all()
        assert (np.diff(made.p50_at[:4]) >= 0.999).all()
        band = share * HALF_S + 0.01
        far = np.abs(made.p50_at - plain.p50_at)
        assert (far[plain.p10_at > now + 5] <= band).all()


def together_named(*names):
    return together(*[bus(name) for name in names])
