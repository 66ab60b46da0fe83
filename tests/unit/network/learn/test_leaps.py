"""Stretches that passes leap over go; those they drive stay."""

import numpy as np
import pytest

from passinfo.geo import along, point_at
from passinfo.network.learn.follow import following
from passinfo.network.learn.leaps import without_leaps
from passinfo.network.learn.line import resampled
from passinfo.network.learn.passes import Passes, directions

STREET = [(0, 0), (4000, 0)]
SPUR = [(0, 0), (2000, 0), (2000, 800), (2030, 800), (2030, 0), (4000, 0)]


def passes_on(*ways):
    """One pass a way, a place each 160 m."""
    x, y, end = [], [], []
    for number, way in enumerate(ways):
        wx, wy = np.array(way, dtype=float).T
        dist = along(wx, wy)
        px, py = point_at(np.arange(10.0 * number, dist[-1], 160.0), dist, wx, wy)
        x, y = [*x, *px], [*y, *py]
        end.append(len(x))
    x, y, end = np.array(x), np.array(y), np.array(end)
    start = np.concatenate(([0], end[:-1]))
    time, which = np.arange(float(len(x))), np.arange(len(ways))
    return Passes(x, y, *directions(x, y, start, end), time, time, start, end, which, start)


def length_after(*ways):
    line, passes = resampled(*np.array(SPUR, dtype=float).T), passes_on(*ways)
    made = without_leaps(*line, following(*line, passes), np.arange(len(passes)), passes)
    return along(*made)[-1]


def test_a_spur_that_most_passes_leap_over_goes():
    assert length_after(SPUR, STREET, STREET, STREET) == pytest.approx(4000, abs=60)


def test_a_spur_that_most_passes_drive_stays():
    assert length_after(SPUR, SPUR, SPUR, STREET) == pytest.approx(5600, abs=30)
