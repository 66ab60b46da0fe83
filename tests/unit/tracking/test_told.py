import numpy as np

from passinfo.network.network import Network
from passinfo.settings import Hints
from passinfo.tracking.candidates import Told
from passinfo.tracking.index import make_index
from passinfo.tracking.told import ON_NO_ROUTE, amid_run, says_nothing_new, serves_none
from passinfo.tracking.trip_prices import OTHER_DIRECTION, OTHER_ROUTE
from passinfo.tracking.vehicles import Vehicles, fresh
from tests.unit.builders_feed import tiny
from tests.unit.tracking.drives import at, pattern_of, reports

ROUTE = Hints(trip=False, block=False, route=True, direction=False)


def test_a_report_without_route_tells_something_only_where_the_others_name_one():
    city = tiny().network
    rows = reports(city, "bus", at(city, 8 * 3600) + np.arange(40.0), np.zeros(40), "T1", route_id="R1")
    rows.route_id[3] = None
    assert np.flatnonzero(serves_none(ROUTE, rows)).tolist() == [3]
    assert not serves_none(Hints(trip=False, block=False, route=False, direction=False), rows).any()
    rows.route_id[10:30] = None
    assert not serves_none(ROUTE, rows).any()


def amid(city: Network, n: int, **columns: object) -> Vehicles:
    """Vehicles on the line of H1."""
    vehicles = fresh([str(row) for row in range(n)])
    vehicles.pattern_ix[:] = pattern_of(city, "H1")
    for name, value in columns.items():
        getattr(vehicles, name)[:] = value
    return vehicles


def told(n: int, route: int, direction: int) -> Told:
    none = np.full(n, -1, dtype=np.int32)
    return Told(none, none, none + 1 + route, none + 1 + direction, none, np.full(n, OTHER_ROUTE), np.zeros(n))


def test_silence_of_the_bms_amid_a_run_is_no_news():
    """Mutation: a tag taken back ends runs."""
    city = tiny().network
    index, rows, at_s = make_index(city), np.array([0]), np.array([0.0])
    own = int(city.patterns.route_ix[pattern_of(city, "H1")])
    for vehicles in (amid(city, 1, begun=True), amid(city, 1, trip_ix=city.trip_rows["H1"])):
        assert amid_run(index, told(1, ON_NO_ROUTE, -1), vehicles, rows, at_s).route_ix.tolist() == [own]
    ended = amid(city, 1, begun=True, finished=True)
    assert amid_run(index, told(1, ON_NO_ROUTE, -1), ended, rows, at_s).route_ix.tolist() == [ON_NO_ROUTE]


def test_the_way_back_is_news_at_the_end_of_a_run_once_it_is_meant():
    """Mutation: believed at the first tag, which flips to and fro."""
    city = tiny().network
    index, rows = make_index(city), np.array([0])
    own = int(city.patterns.route_ix[pattern_of(city, "H1")])
    ended = amid(city, 1, begun=True, finished=True)
    weights = [
        float(amid_run(index, told(1, own, way), ended, rows, np.array([t])).other_direction[0])
        for t, way in ((0.0, 1), (20.0, 0), (40.0, 1), (60.0, 1), (80.0, 1))
    ]
    assert weights == [0.0, 0.0, 0.0, 0.0, OTHER_DIRECTION]


def test_a_bus_that_waits_for_its_run_waits_on_though_the_tag_is_of_the_way_back():
    city = tiny().network
    index, rows = make_index(city), np.array([0])
    own = int(city.patterns.route_ix[pattern_of(city, "H1")])
    waits = amid(city, 1, trip_ix=city.trip_rows["H1"])
    assert amid_run(index, told(1, own, 1), waits, rows, np.array([0.0])).direction_id.tolist() == [0]
    on_its_way = amid(city, 1, begun=True)
    assert amid_run(index, told(1, own, 1), on_its_way, rows, np.array([0.0])).direction_id.tolist() == [1]


def test_a_tag_of_its_own_direction_holds_a_bus_on_its_run():
    """Mutation: what the tag says counts only where it says otherwise."""
    city = tiny().network
    index, rows, at_s = make_index(city), np.array([0]), np.array([0.0])
    own = int(city.patterns.route_ix[pattern_of(city, "H1")])
    on_its_way = amid(city, 1, begun=True)
    weigh = [float(amid_run(index, told(1, own, way), on_its_way, rows, at_s).other_direction[0]) for way in (0, 1, -1)]
    assert weigh == [OTHER_DIRECTION, 0.0, 0.0]


def test_another_tag_of_the_branch_is_news_to_a_bus_on_its_run():
    """Mutation: a bus that drives on is not looked at though its branch is another one; a parked one each time."""
    city = tiny().network
    index = make_index(city)
    rows = reports(city, "bus", at(city, 8 * 3600) + np.arange(4.0), np.zeros(4), "T1")
    rows.variant[:] = ["A", "B", None, "B"]
    vehicles = amid(city, 4, begun=[True, True, True, False], variant="A")
    every = np.arange(4)
    told_new = ~says_nothing_new(index, vehicles, every, Hints(), rows, every, {})
    assert told_new.tolist() == [False, True, False, False]
    ignored = Hints(variant=False)
    assert says_nothing_new(index, vehicles, every, ignored, rows, every, {}).all()
