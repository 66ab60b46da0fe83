"""Who and which run: the descriptors that positions, trip updates and alerts share.

A run is named by (trip_id, start_date, start_time) of its service day, 25:10:00 stays 25:10:00, and always says its
schedule relationship.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from google.transit import gtfs_realtime_pb2 as pb

from passinfo.network.network import Network
from passinfo.snapshot import RunRelationship, Runs, Snapshot, Vehicles
from passinfo.times import format_service_time

_WHEELCHAIR = {
    1: pb.VehicleDescriptor.WHEELCHAIR_ACCESSIBLE,
    0: pb.VehicleDescriptor.WHEELCHAIR_INACCESSIBLE,
}

start_time_text = lru_cache(maxsize=100_000)(format_service_time)
"""``HH:MM:SS`` of a run's start; the same few thousand come every tick."""


def run_id(snapshot: Snapshot, row: int) -> str:
    """Entity id of a run: the same at every tick, another for every run."""
    runs = snapshot.runs
    return f"{runs.trip_id[row]}_{runs.start_date[row]}_{start_time_text(int(runs.start_service_s[row]))}"


def describe_run(trip: pb.TripDescriptor, network: Network, runs: Runs, row: int) -> None:
    """Fill the descriptor of a run as VehiclePositions and Alerts name it.

    A duplicated run is named by its own new id here; only its TripUpdate names the original
    (:func:`describe_updated_run`).
    """
    trip.trip_id = runs.trip_id[row]
    trip.start_date = str(runs.start_date[row])
    trip.start_time = start_time_text(int(runs.start_service_s[row]))
    relationship: Any = int(runs.relationship[row])  # the stubs know enum members only
    trip.schedule_relationship = relationship
    route_ix = int(runs.route_ix[row])
    if route_ix >= 0:
        trip.route_id = network.routes.route_id[route_ix]
    direction_id = int(runs.direction_id[row])
    if direction_id >= 0:
        trip.direction_id = direction_id


def describe_updated_run(update: pb.TripUpdate, network: Network, runs: Runs, row: int) -> None:
    """Fill trip and trip properties of a TripUpdate.

    Source: GTFS-Realtime reference, *TripProperties*: a DUPLICATED trip's descriptor names the trip it copies; the
    new id, date and time stand in the properties. A NEW trip is in no static feed, so it brings its headsign.
    """
    describe_run(update.trip, network, runs, row)
    relationship = int(runs.relationship[row])
    if relationship == RunRelationship.DUPLICATED:
        properties = update.trip_properties
        properties.trip_id = update.trip.trip_id
        properties.start_date = update.trip.start_date
        properties.start_time = update.trip.start_time
        original = int(runs.trip_ix[row])
        update.trip.trip_id = network.trips.trip_id[original]
        update.trip.start_time = start_time_text(int(network.trips.start_service_s[original]))
    elif relationship == RunRelationship.NEW and runs.headsign[row]:
        update.trip_properties.trip_headsign = runs.headsign[row]


def describe_vehicle(vehicle: pb.VehicleDescriptor, vehicles: Vehicles, row: int) -> None:
    """Fill the descriptor of a vehicle: id, label, plate, wheelchair access where known. Never the driver."""
    vehicle.id = vehicles.vehicle_id[row]
    if vehicles.label[row]:
        vehicle.label = vehicles.label[row]
    if vehicles.plate[row]:
        vehicle.license_plate = vehicles.plate[row]
    wheelchair = _WHEELCHAIR.get(int(vehicles.wheelchair[row]))
    if wheelchair is not None:
        vehicle.wheelchair_accessible = wheelchair
