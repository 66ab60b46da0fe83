"""What would break a rule is repaired, and counted."""

import numpy as np

from passinfo.realtime.checked import checked
from passinfo.realtime.decode import decode
from passinfo.realtime.encode import encode_feeds
from passinfo.snapshot import RunRelationship
from tests.unit.realtime.builders import Bus, Run, ride, snapshot
from tests.unit.realtime.town import LAT, at, town

NOW = at("08:00", 4.0)
TOWN = town()


def told(*buses, runs=None):
    gate = checked(TOWN, snapshot(NOW, runs or (Run("T1", ride()),), buses))
    assert dict(gate.snapshot.repaired) == gate.repaired
    return gate.repaired, decode(encode_feeds(gate.snapshot, TOWN).vehicle_positions).positions


def test_what_is_in_order_is_not_touched():
    snap = snapshot(NOW, (Run("T1", ride()),), (Bus("a", run=0),))
    gate = checked(TOWN, snap)
    assert gate.snapshot is snap
    assert gate.repaired == {}


def test_far_outside_the_network_a_bus_is_left_out():
    """Toronto's 8380 stood 20 km west of all lines. Mutation: no gate."""
    repaired, positions = told(Bus("far", run=0, lat=LAT + 0.05), Bus("near", run=0, lat=LAT + 0.005))
    assert repaired == {"E028": 1}
    assert [position.vehicle_id for position in positions] == ["near"]


def test_nowhere_is_no_place():
    repaired, positions = told(Bus("zero", run=0, lat=0.0, lon=0.0), Bus("none", run=0, lat=np.nan))
    assert (repaired, positions) == ({"E026": 2}, ())


def test_off_its_line_or_unsure_a_bus_goes_without_its_trip():
    repaired, positions = told(Bus("off", run=0, trip_public=False), Bus("unsure", run=-1))
    assert repaired == {"E029": 1, "unsure": 1}
    assert [position.run for position in positions] == [None, None]


def test_no_bus_is_that_fast():
    repaired, (position,) = told(Bus("fast", run=0, speed=40.0))
    assert (repaired, position.speed_mps) == ({"W004": 1}, None)


def test_a_stop_not_after_the_one_before_is_told_later():
    calls = ride()
    calls[2].arrival = calls[1].departure - 3
    repaired, _ = told(runs=(Run("T1", calls),))
    assert repaired == {"E022": 1}


def test_a_run_with_nothing_to_tell_has_no_update():
    repaired, _ = told(runs=(Run("H1", [], RunRelationship.UNSCHEDULED), Run("T1", [], RunRelationship.CANCELED)))
    assert repaired == {"E041": 1}
