"""VehiclePositions: who is shown, with what, and what is left out."""

import pytest
from google.transit import gtfs_realtime_pb2 as pb

from passinfo.realtime.decode import decode
from passinfo.realtime.encode import encode_feeds
from passinfo.snapshot import StopStatus
from tests.unit.realtime.builders import Bus, Run, ride, snapshot
from tests.unit.realtime.town import LAT, at, town

NOW = at("08:00", 4.0)


def test_how_the_road_flows_is_told_where_it_is_known():
    feeds = encode_feeds(snapshot(NOW, (), (Bus("a", congestion=3), Bus("b"))), town())
    one, other = (entity.vehicle for entity in pb.FeedMessage.FromString(feeds.vehicle_positions).entity)
    assert (one.congestion_level, other.HasField("congestion_level")) == (pb.VehiclePosition.CONGESTION, False)


def test_how_full_a_bus_is_in_percent_or_nothing():
    feeds = encode_feeds(snapshot(NOW, (), (Bus("a", percent=0), Bus("b", percent=110), Bus("c"))), town())
    shares = [
        entity.vehicle.occupancy_percentage if entity.vehicle.HasField("occupancy_percentage") else None
        for entity in pb.FeedMessage.FromString(feeds.vehicle_positions).entity
    ]
    assert shares == [0, 110, None]


def positions(*buses, runs=()):
    return decode(encode_feeds(snapshot(NOW, runs, buses), town()).vehicle_positions).positions


def test_a_bus_in_service_shows_run_and_next_stop():
    bus = Bus("bus", run=0, stop="B", sequence=2, status=StopStatus.IN_TRANSIT_TO, bearing=90.0, speed=8.0, occupancy=1)
    (row,) = positions(bus, runs=(Run("T1", ride()),))
    assert (row.entity_id, row.vehicle_id) == ("bus", "bus")
    assert (row.run.trip_id, row.run.start_time, row.run.relationship) == ("T1", "08:00:00", "SCHEDULED")
    assert (row.stop_id, row.stop_sequence, row.stop_status) == ("B", 2, "IN_TRANSIT_TO")
    assert (row.bearing_deg, row.speed_mps, row.occupancy) == (90.0, 8.0, "MANY_SEATS_AVAILABLE")
    assert row.timestamp == int(NOW) - 20
    assert row.lat_deg == pytest.approx(LAT, abs=1e-5)


def test_what_is_not_public_stays_out():
    assert positions(Bus("home", public=False)) == ()


@pytest.mark.parametrize("bus", [Bus("b", run=0, trip_public=False), Bus("b", run=-1), Bus("b", run=1)])
def test_a_run_that_may_not_be_said_takes_its_stop_with_it(bus):
    bus.stop, bus.sequence, bus.status = "B", 2, StopStatus.IN_TRANSIT_TO
    (row,) = positions(bus, runs=(Run("T1", ride()), Run(None, ride(), published=False)))
    assert row.run is None
    assert (row.stop_id, row.stop_sequence, row.stop_status) == ("", None, "")


def test_unknown_is_absent_and_zero_is_a_value():
    (row,) = positions(Bus("b"))
    assert (row.bearing_deg, row.speed_mps, row.occupancy) == (None, None, "")
    (row,) = positions(Bus("b", bearing=0.0, speed=0.0, occupancy=0))
    assert (row.bearing_deg, row.speed_mps, row.occupancy) == (0.0, 0.0, "EMPTY")


def test_a_full_turn_is_north():
    (row,) = positions(Bus("b", bearing=360.0))
    assert row.bearing_deg == 0.0


@pytest.mark.parametrize(("wheelchair", "name"), [(1, "WHEELCHAIR_ACCESSIBLE"), (0, "WHEELCHAIR_INACCESSIBLE")])
def test_plate_and_wheelchair_access_of_the_vehicle(wheelchair, name):
    feed = encode_feeds(snapshot(NOW, (), (Bus("b", plate="ABC 123", wheelchair=wheelchair),)), town())
    vehicle = pb.FeedMessage.FromString(feed.vehicle_positions).entity[0].vehicle.vehicle
    assert vehicle.license_plate == "ABC 123"
    assert pb.VehicleDescriptor.WheelchairAccessible.Name(vehicle.wheelchair_accessible) == name
