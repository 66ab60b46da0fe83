"""Progress along the true shape, and noise on positions."""

from dataclasses import replace

import numpy as np

from benchmarks.big_city import big_city
from benchmarks.tracking.noise import noisy
from benchmarks.tracking.progress import nearest_places, progress
from passinfo.bms.reports import Reports
from passinfo.columns import from_rows, specs
from passinfo.geo import Projection


def reports(*rows):
    filler = [None] * (len(specs(Reports)) - 5)
    return from_rows(Reports, [(vehicle, at, at, 14.5, 121.0, *filler) for vehicle, at in rows])


def out_and_back():
    network = big_city()
    line = replace(
        network.patterns,
        shape_ptr=np.array([0, 3], dtype=np.int32),
        shape_x_m=np.array([0.0, 1000.0, 0.0]),
        shape_y_m=np.zeros(3),
        shape_dist_m=np.array([0.0, 1000.0, 2000.0]),
    )
    return replace(network, patterns=line)


def test_on_a_road_met_twice_the_bus_runs_forward():
    dist, beside = progress(out_and_back(), 0, np.array([10.0, 400.0, 1000.0, 600.0, 50.0]), np.full(5, 3.0))
    assert np.allclose(dist, [10, 400, 1000, 1400, 1950]) and np.allclose(beside, 3)


def test_both_passes_of_a_road_are_places():
    assert nearest_places(out_and_back(), 0, 300.0, 5.0)[0].tolist() == [300, 1700]


def test_noise_belongs_to_vehicle_and_time():
    both, alone = noisy(reports(("a", 0.0), ("b", 30.0)), 20.0, 1), noisy(reports(("b", 30.0)), 20.0, 1)
    assert both.lat_deg[1] == alone.lat_deg[0] and both.lat_deg[0] != both.lat_deg[1]
    assert noisy(reports(("b", 30.0)), 20.0, 2).lat_deg[0] != alone.lat_deg[0]


def test_noise_is_as_wide_as_asked_on_each_axis():
    rows = reports(*(("a", 30.0 * number) for number in range(2000)))
    moved = noisy(rows, 20.0, 1)
    x_m, y_m = Projection(14.5, 121.0).to_xy(moved.lat_deg, moved.lon_deg)
    assert abs(np.std(x_m) - 20) < 1.5 and abs(np.std(y_m) - 20) < 1.5
