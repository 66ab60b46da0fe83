"""Which positions go out with their trip."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from passinfo.prediction.stack import default_predictor
from passinfo.settings import MATCHED, CitySettings
from passinfo.step import begin, step
from tests.unit.builders_feed import LINES, tiny
from tests.unit.tracking.drives import at, reports

M_PER_DEG = 111_195.0
JOINED = "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n" + "\n".join(
    f"east,14.56,{121.05 + 0.00928 * i:.5f},{i}" for i in range(5)
)
"""A shape whose points are the stops."""
DRAWN = "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n" + "\n".join(
    f"{shape},14.56,{121.05 + 0.00464 * i:.5f},{n}"
    for shape, way in (("East", range(9)), ("West", range(8, -1, -1)))
    for n, i in enumerate(way)
)
"""Shapes that say more than the stops do."""


@pytest.mark.parametrize(
    ("settings", "drawn", "beside_m", "shown_m"),
    [
        (CitySettings(), True, 40, 40),
        (CitySettings(positions=MATCHED), True, 40, 0),
        (CitySettings(positions=MATCHED), True, 80, 80),
        (CitySettings(positions=MATCHED), False, 40, 40),
    ],
    ids=["raw", "matched", "too far beside", "no line known"],
)
def test_a_bus_is_shown_on_its_line_by_setting(
    settings: CitySettings, drawn: bool, beside_m: float, shown_m: float
) -> None:
    header, *trips = LINES["trips"].split("\n")
    lines = "\n".join([f"{header},shape_id", *(f"{row},{row.split(',')[3] if drawn else ''}" for row in trips)])
    network = tiny(frequencies=None, trips=lines, shapes=DRAWN if drawn else None).network
    dist_m = np.arange(0, 1600, 1000 / 15)
    rows = reports(network, "bus", at(network, 8 * 3600) + 20.0 * np.arange(len(dist_m)), dist_m, "T1")
    rows = dataclasses.replace(rows, lat_deg=rows.lat_deg + beside_m / M_PER_DEG)
    _, result = step(begin(network, settings, default_predictor(network)), rows, float(rows.received_at[-1]))
    vehicles = result.snapshot.vehicles
    assert (vehicles.lat_deg[0] - 14.56) * M_PER_DEG == pytest.approx(shown_m, abs=3)
    assert vehicles.lon_deg[0] == pytest.approx(rows.lon_deg[-1], abs=1e-4)


@pytest.mark.parametrize(("shape", "beside_m", "named"), [("", 250, True), ("east", 250, False), ("east", 150, True)])
def test_a_position_far_from_the_shape_of_the_feed_goes_out_without_its_trip(
    shape: str, beside_m: float, named: bool
) -> None:
    header, *trips = LINES["trips"].split("\n")
    lines = "\n".join([f"{header},shape_id", *(f"{row},{shape if 'East' in row else ''}" for row in trips)])
    network = tiny(frequencies=None, trips=lines, shapes=JOINED if shape else None).network
    dist_m = np.arange(0, 1600, 1000 / 15)
    rows = reports(network, "bus", at(network, 8 * 3600) + 20.0 * np.arange(len(dist_m)), dist_m, "T1")
    rows = dataclasses.replace(rows, lat_deg=rows.lat_deg + beside_m / M_PER_DEG)
    _, result = step(begin(network, CitySettings(), default_predictor(network)), rows, float(rows.received_at[-1]))
    vehicles = result.snapshot.vehicles
    assert vehicles.offset_m[0] == pytest.approx(beside_m, abs=5)
    assert vehicles.trip_public.tolist() == [named]
