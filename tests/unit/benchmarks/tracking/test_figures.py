"""Shares, precision at a coverage, vehicles wrong, intervals by vehicle, calibration."""

import numpy as np
import pytest

from benchmarks.tracking.confidence import area, calibration_error
from benchmarks.tracking.figures import UNASKED, mean, precision, quantile, share, statistic, value
from benchmarks.tracking.table import Table

VEHICLE = np.array(["a"] * 20 + ["b"] * 20, dtype=object)
ONES = np.ones(40)


def test_a_vehicle_is_wrong_with_more_than_a_tenth_of_its_rows_wrong():
    right = np.ones(40, dtype=bool)
    right[:2] = False  # a: a tenth
    right[20:23] = False  # b: more
    figure = share("city", "trip", "90 %", right, VEHICLE)
    assert figure.wrong_vehicles == 1 and figure.vehicles == 2 and figure.rows == 40
    assert figure.reached == pytest.approx(87.5) and figure.met is False


def test_the_interval_is_by_vehicle():
    figure = share("city", "trip", UNASKED, np.array([True] * 20 + [False] * 20), VEHICLE)
    assert (figure.low, figure.high) == (0, 100) and figure.met is None


def test_of_what_should_not_be_the_vehicles_where_it_is_are_wrong():
    inside = np.array([True] * 20 + [False] * 20)
    assert share("city", "moving inside", "≤ 5 %", inside, VEHICLE, wanted=False).wrong_vehicles == 1


def test_precision_takes_the_surest_rows():
    right = np.array([True] * 20 + [False] * 20)
    confidence = np.array([0.9] * 20 + [0.0] * 20)
    assert precision("city", UNASKED, 0.5, right, confidence, VEHICLE).reached == 100
    assert precision("city", UNASKED, 1.0, right, confidence, VEHICLE).reached == 50


def test_what_is_asked_is_at_least_or_at_most():
    assert value("city", "error", "≤ 7 s", 7.0, "s", 1, 1).met is True
    assert value("city", "error", "≤ 7 s", 7.1, "s", 1, 1).met is False
    assert value("city", "trip", "98 %", 98.0, "%", 1, 1).met is True


def test_no_rows_give_no_figure():
    none = np.array([], dtype=bool)
    figure = share("city", "trip", "98 %", none, none.astype(object))
    assert np.isnan(figure.reached) and figure.rows == 0 and figure.met is False


def test_quantile_and_mean_of_rows():
    values = np.array([4.0, 1.0, 3.0, 2.0] * 10)
    assert statistic("city", "error", UNASKED, quantile(values, 0.5), "s", VEHICLE).reached == 2
    assert statistic("city", "error", UNASKED, mean(values), "s", VEHICLE).reached == 2.5


def test_a_confidence_that_keeps_its_word_has_no_error():
    right = np.array([True, False] * 20)
    assert calibration_error(right, np.full(40, 0.5))(ONES) == pytest.approx(0)
    assert calibration_error(right, np.full(40, 0.9))(ONES) == pytest.approx(40)


def test_the_area_is_small_where_the_sure_ones_are_right():
    right = np.array([True] * 20 + [False] * 20)
    confidence = np.where(right, 0.9, 0.1)
    assert area(right, confidence)(ONES) < area(right, 1 - confidence)(ONES)


def test_the_table_counts_what_is_met_and_tells_failures():
    met = share("city", "trip", "50 %", np.ones(40, dtype=bool), VEHICLE, failures=["bus a"])
    table = Table((met, value("city", "error", "≤ 7 s", 9.0, "s", 1, 1)))
    assert "1 of 2 reached" in table.to_text() and "bus a" in table.failures()
    assert [each["met"] for each in table.to_json()["figures"]] == [True, False]
