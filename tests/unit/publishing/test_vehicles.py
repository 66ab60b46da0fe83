"""Which positions go out with their trip."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from passinfo.prediction.stack import default_predictor
from passinfo.settings import CitySettings
from passinfo.step import begin, step
from tests.unit.builders_feed import LINES, tiny
from tests.unit.tracking.drives import at, reports

M_PER_DEG = 111_195.0
JOINED = "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\n" + "\n".join(
    f"east,14.56,{121.05 + 0.00928 * i:.5f},{i}" for i in range(5)
)
"""A shape whose points are the stops."""


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
