"""Does the confidence keep its word on a city it was not fitted on?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sklearn.isotonic import IsotonicRegression

from benchmarks.tracking.answers import Answers, answers
from benchmarks.tracking.cities import live
from benchmarks.tracking.figures import UNASKED, Figure, Statistic, statistic
from passinfo.columns import Bools, Floats

BINS = 10
CITIES = ("wmata", "kingston")


def confidence() -> Iterator[Figure]:
    """Expected calibration error over ten equal-count bins; area under risk against coverage. Named trips, live."""
    of = {name: answers(name, live(name)) for name in CITIES}
    for name, other in zip(CITIES, reversed(CITIES), strict=True):
        right, said = _named(of[name])
        who = of[name].vehicle_id[_rows(of[name])]
        measure = "expected calibration error of named trips, live"
        yield statistic(name, f"{measure}, as told", "≤ 3 points", calibration_error(right, said), "points", who)
        fitted = IsotonicRegression(out_of_bounds="clip").fit(_named(of[other])[1], _named(of[other])[0].astype(float))
        mended = np.asarray(fitted.predict(said), dtype=float)
        measure = f"{measure}, isotonic as fitted on {other}"
        yield statistic(name, measure, "≤ 3 points", calibration_error(right, mended), "points", who)
        yield statistic(name, "area under risk–coverage", UNASKED, area(right, said), "%", who)


def _rows(found: Answers) -> Bools:
    return found.in_service & found.trip_named


def _named(found: Answers) -> tuple[Bools, Floats]:
    """Of the named trips: which are right, and the confidence told."""
    rows = _rows(found)
    return found.trip[rows], found.confidence[rows]


def calibration_error(right: Bools, said: Floats) -> Statistic:
    """The statistic: mean distance of share right and confidence told over equal-count bins, in points."""
    order = np.argsort(said, kind="stable")
    good, told = right[order].astype(float), said[order]

    def of(weights: Floats) -> float:
        drawn = weights[order]
        before = np.cumsum(drawn) - drawn / 2
        place = np.minimum((BINS * before / drawn.sum()).astype(np.intp), BINS - 1)
        gap = np.bincount(place, weights=drawn * (good - told), minlength=BINS)
        return 100 * float(np.abs(gap).sum() / drawn.sum())

    return of


def area(right: Bools, said: Floats) -> Statistic:
    """The statistic: mean share wrong among the surest, over all coverages, in percent."""
    order = np.argsort(-said, kind="stable")
    bad = 1.0 - right[order]

    def of(weights: Floats) -> float:
        drawn = weights[order]
        covered = np.cumsum(drawn)
        risk = np.cumsum(drawn * bad) / np.maximum(covered, 1.0)
        return 100 * float(np.dot(drawn, risk) / drawn.sum())

    return of
