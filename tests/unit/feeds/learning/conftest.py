"""A city that knows its stops and routes only, and two mornings of its buses."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from passinfo.times import service_day_zero_s
from tests.unit.network.learn.town import HERE, Town

ZONE = "Asia/Manila"
DAYS = (20260302, 20260303)
STREET = [(0.0, 0.0), (4000.0, 0.0), (4000.0, 2000.0)]
TOML = """
city_id = "town"
name = "Town"
timezone = "Asia/Manila"
[agency]
agency_id = "T"
name = "Town buses"
url = "https://example.org"
[publisher]
name = "Town buses"
url = "https://example.org"
contact_email = "info@example.org"
"""


def kerbs() -> list[tuple[str, float, float]]:
    """Stops of both ways, in the order of a list: out on the right-hand kerbs, and back."""
    out = [(f"o{k}", 100.0 + 380 * k, -7.0) for k in range(11)] + [
        (f"o{k + 11}", 4007.0, 300.0 + 400 * k) for k in range(5)
    ]
    back = [(f"b{k}", 3993.0, 1900.0 - 400 * k) for k in range(5)] + [
        (f"b{k + 5}", 3850.0 - 380 * k, 7.0) for k in range(11)
    ]
    return out + back


def town() -> Town:
    """A bus every ten minutes from six to nine, there and back, on two days."""
    made, number = Town(seed=7, noise_m=6.0), 0
    for day in DAYS:
        for start in range(6 * 3600, 9 * 3600, 600):
            for way, tag in ((STREET, "0"), (STREET[::-1], "1")):
                made.clock = service_day_zero_s(day, ZONE) + start
                made.drive(way, tag, vehicle=f"bus {number}", mps=7.0)
                number += 1
    return made


@pytest.fixture(scope="session")
def city_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``city.toml``, ``stops.csv``, ``routes.csv``, ``served_stops.csv`` and ``traces.csv``."""
    folder = tmp_path_factory.mktemp("town")
    (folder / "city.toml").write_text(TOML, encoding="utf-8")
    names, x, y = zip(*kerbs(), strict=True)
    lat, lon = HERE.to_lat_lon(np.array(x), np.array(y))
    _csv(folder / "stops.csv", ["stop_id", "stop_name", "lat_deg", "lon_deg"],
         [(name, f"Stop {name}", a, b) for name, a, b in zip(names, lat, lon, strict=True)])  # fmt: skip
    _csv(folder / "routes.csv", ["route_id", "short_name", "long_name"], [("R", "R", "There and back")])
    _csv(folder / "served_stops.csv", ["route_id", "stop_sequence", "stop_id"],
         [("R", number, name) for number, name in enumerate(names)])  # fmt: skip
    vehicle, at, x, y, route, tag = zip(*town().rows, strict=True)
    lat, lon = HERE.to_lat_lon(np.array(x), np.array(y))
    _csv(folder / "traces.csv", ["vehicle_id", "observed_at", "lat_deg", "lon_deg", "route_id", "direction_id"],
         list(zip(vehicle, at, lat, lon, route, tag, strict=True)))  # fmt: skip
    return folder


def _csv(path: Path, header: list[str], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
