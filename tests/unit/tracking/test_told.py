import numpy as np

from passinfo.settings import Hints
from passinfo.tracking.told import serves_none
from tests.unit.builders_feed import tiny
from tests.unit.tracking.drives import at, reports

ROUTE = Hints(trip=False, block=False, route=True, direction=False)


def test_a_report_without_route_tells_something_only_where_the_others_name_one():
    city = tiny().network
    rows = reports(city, "bus", at(city, 8 * 3600) + np.arange(40.0), np.zeros(40), "T1", route_id="R1")
    rows.route_id[3] = None
    assert np.flatnonzero(serves_none(ROUTE, rows)).tolist() == [3]
    assert not serves_none(Hints(trip=False, block=False, route=False, direction=False), rows).any()
    rows.route_id[10:30] = None
    assert not serves_none(ROUTE, rows).any()
