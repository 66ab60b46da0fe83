"""Distances of places to the nearest line of a network."""

from __future__ import annotations

import numpy as np
import pytest

from passinfo.network.nearness import distance_to_lines_m
from tests.unit.builders_network import city


def test_a_place_beside_a_line_is_measured_and_one_beyond_reach_is_not() -> None:
    network = city()
    x_m, y_m = np.array([250.0, 1_250.0, 250.0]), np.array([0.0, 40.0, 500.0])

    distance_m = distance_to_lines_m(network, *network.projection.to_lat_lon(x_m, y_m), reach_m=60.0)

    assert distance_m[:2].tolist() == pytest.approx([0.0, 40.0], abs=0.01)
    assert np.isinf(distance_m[2])


def test_no_places_have_no_distances() -> None:
    assert len(distance_to_lines_m(city(), np.zeros(0), np.zeros(0), reach_m=60.0)) == 0
