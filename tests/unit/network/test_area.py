from dataclasses import replace

import numpy as np

from passinfo.network.area import area_of
from passinfo.settings import CitySettings
from tests.unit.builders_feed import tiny


def test_a_network_without_stops_has_the_earth_for_area() -> None:
    """Mutation: the smallest of no latitudes."""
    network = tiny().network
    nowhere = replace(network, stops=replace(network.stops, lat_deg=np.empty(0), lon_deg=np.empty(0)))
    assert area_of(nowhere, CitySettings()).contains(-33.9, 151.2)
