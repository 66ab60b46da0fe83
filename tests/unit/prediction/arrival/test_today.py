"""What a day teaches of the model's median."""

from __future__ import annotations

import numpy as np
import pytest

from passinfo.prediction.arrival.feature_names import NAMES
from passinfo.prediction.arrival.spots import PLACES, SPOTS, errors_at
from passinfo.prediction.arrival.today import (
    BOUND,
    EVERY_S,
    EVERYWHERE,
    MIDDLES,
    MOST,
    WINDOW_S,
    Cases,
    Today,
    correction,
    learned,
    no_cases,
    nothing_of_today,
    terms_of,
)

NOW = 1_000_000.0
STANDS = NAMES.index("stands_s")


def columns(n: int, seed: int = 3) -> np.ndarray:
    """Buses of which some stand; all else is as usual."""
    made = np.zeros((n, len(NAMES)))
    made[:, STANDS] = np.random.default_rng(seed).uniform(0.0, 300.0, n)
    return made


def nothing(n: int) -> np.ndarray:
    """No error is known of any place."""
    return np.zeros((n, SPOTS))


def terms(of: np.ndarray, said: float) -> np.ndarray:
    """When nothing has been learned yet."""
    return terms_of(of, np.full(len(of), said), nothing(len(of)))


def somewhere(n: int) -> np.ndarray:
    """All at one place."""
    return np.zeros((n, PLACES), dtype=np.int64)


def cases(slope: float, n: int = 2_000, at: float = NOW, noise: float = 0.3) -> Cases:
    """A bus that has stood for five minutes is late by ``slope``, one that moves is not, as a rule."""
    draw, found = np.random.default_rng(5), columns(n)
    residual = slope * found[:, STANDS] / 300.0 + draw.laplace(0.0, noise, n)
    return Cases(np.full(n, at), terms(found, 5.0), somewhere(n), residual)


def test_what_standing_means_today_is_learned():
    today = learned(nothing_of_today(), cases(0.4), NOW)
    told = correction(today, columns(500), np.full(500, 5.0), nothing(500))
    assert told == pytest.approx(0.4 * columns(500)[:, STANDS] / 300.0, abs=0.09)  # it leans on nought


def test_an_ordinary_day_changes_next_to_nothing():
    today = learned(nothing_of_today(), cases(0.0), NOW)
    assert np.abs(correction(today, columns(500), np.full(500, 5.0), nothing(500))).max() < 0.03


def test_few_cases_teach_nothing_and_hundreds_less_than_thousands():
    few, some, many = (learned(nothing_of_today(), cases(0.4, n, noise=0.05), NOW) for n in (40, 200, 5_000))
    assert not few.weights.any()
    assert 0 < np.abs(some.weights).max() < np.abs(many.weights).max()


def test_a_level_of_all_takes_thousands_of_cases_to_be_believed():
    plain = terms(np.zeros((1_000, len(NAMES))), 6.0)
    late = Cases(np.full(1_000, NOW), plain, somewhere(1_000), np.full(1_000, 0.3))
    told = correction(learned(nothing_of_today(), late, NOW), np.zeros((1, len(NAMES))), np.array([6.0]), nothing(1))
    assert 0.0 < told[0] < 0.15


def test_what_was_two_hours_ago_is_forgotten():
    today = learned(nothing_of_today(), cases(0.4), NOW)
    later = NOW + WINDOW_S + 1.0
    after = learned(today, no_cases(), later)
    assert not after.weights.any() and not len(after.cases.residual)


def test_weights_are_found_once_a_minute_and_no_case_is_lost():
    today = learned(nothing_of_today(), cases(0.4), NOW)
    soon = learned(today, cases(-0.4, at=NOW + 20.0), NOW + 20.0)
    assert soon.weights.tolist() == today.weights.tolist() and len(soon.cases.residual) == 4_000
    then = learned(soon, cases(-0.4, 1, at=NOW + EVERY_S), NOW + EVERY_S)
    assert then.weights.tolist() != today.weights.tolist() and len(then.cases.residual) == 4_001


def test_terms_are_bounded_and_levels_share_a_horizon_among_them():
    wild = np.full((7, len(NAMES)), 1e6)
    wild[:, NAMES.index("plan_log")] = np.nan
    found = terms_of(wild, np.linspace(3.0, 9.0, 7), nothing(7))
    assert np.isfinite(found).all() and np.abs(found).max() <= BOUND
    assert found[:, : len(MIDDLES)].sum(axis=1) == pytest.approx(np.ones(7))


def test_no_correction_is_larger_than_any_case():
    today = learned(nothing_of_today(), cases(50.0), NOW)
    assert np.abs(correction(today, columns(100), np.full(100, 5.0), nothing(100))).max() <= MOST
    assert np.abs(today.cases.residual).max() <= MOST


def errors(today: Today, places: np.ndarray) -> np.ndarray:
    """Of places, nothing being known of the hops ahead."""
    return np.column_stack((errors_at(today.spots, places), np.zeros(len(places))))


def storm(at_place: float, minutes: int = 90) -> Today:
    """Buses of one pattern are late by ``at_place``, those of another are not; a hundred of each a minute."""
    today, draw = nothing_of_today(), np.random.default_rng(7)
    places = np.repeat(np.array([[4, 9, 2], [5, 8, 1]]), 100, axis=0)
    for minute in range(minutes):
        now = NOW + 60.0 * minute
        found = terms_of(np.zeros((200, len(NAMES))), np.full(200, 6.0), errors(today, places))
        residual = np.where(places[:, 0] == 4, at_place, 0.0) + draw.laplace(0.0, 0.1, 200)
        today = learned(today, Cases(np.full(200, now), found, places, residual), now)
    return today


def test_a_storm_over_one_part_of_the_city_is_told_there_and_not_elsewhere():
    plain, said = np.zeros((3, len(NAMES))), np.full(3, 6.0)
    today, asked = storm(0.4), np.array([[4, 9, 2], [5, 8, 1], [70, 80, 90]])
    wet, dry, unknown = correction(today, plain, said, errors(today, asked))
    assert wet > 0.3
    assert abs(dry) < 0.08 and abs(unknown) < 0.08


def test_where_chance_alone_decides_places_count_for_nothing():
    assert np.abs(storm(0.0).weights[EVERYWHERE:]).max() < 0.1
