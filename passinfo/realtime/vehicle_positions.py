"""VehiclePositions: every public vehicle of a snapshot, with its run where that may be said."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from google.transit import gtfs_realtime_pb2 as pb

from passinfo.network.network import Network
from passinfo.realtime.descriptors import describe_run, describe_vehicle
from passinfo.realtime.entity_ids import position_id
from passinfo.realtime.header import begin_message, posix_seconds
from passinfo.snapshot import Snapshot, StopStatus

Index = npt.NDArray[np.intp]


def vehicle_positions(snapshot: Snapshot, network: Network) -> pb.FeedMessage:
    """The VehiclePositions message of a snapshot.

    Entities are named by vehicle and stand in the order of their runs, as in TripUpdates: readers that keep one
    vehicle per trip_id then pair the same two in both feeds, however many buses run one headway trip. Absent, not
    zero, is what is unknown: bearing, speed, odometer, occupancy. A bearing of 0 is north.
    """
    message = begin_message(snapshot.made_at, network.feed_version)
    for row in public_rows(snapshot).tolist():
        entity = message.entity.add()
        entity.id = position_id(snapshot.vehicles.vehicle_id[row])
        fill_position(entity.vehicle, snapshot, network, row)
    return message


def public_rows(snapshot: Snapshot) -> Index:
    """Rows of the vehicles that are shown, in the order of their entities."""
    rows = np.flatnonzero(snapshot.vehicles.public)
    return rows[np.argsort(snapshot.vehicles.run_row[rows], kind="stable")]


def fill_position(position: pb.VehiclePosition, snapshot: Snapshot, network: Network, row: int) -> None:
    """All that is known of a vehicle."""
    vehicles = snapshot.vehicles
    describe_vehicle(position.vehicle, vehicles, row)
    place = position.position
    place.latitude = float(vehicles.lat_deg[row])
    place.longitude = float(vehicles.lon_deg[row])
    bearing_deg = float(vehicles.bearing_deg[row])
    if not math.isnan(bearing_deg):
        place.bearing = bearing_deg % 360.0
    speed_mps = float(vehicles.speed_mps[row])
    if not math.isnan(speed_mps):
        place.speed = speed_mps
    odometer_m = float(vehicles.odometer_m[row])
    if not math.isnan(odometer_m):
        place.odometer = odometer_m
    position.timestamp = posix_seconds(float(vehicles.observed_at[row]), snapshot.made_at)
    occupancy: Any = int(vehicles.occupancy[row])
    if occupancy >= 0:
        position.occupancy_status = occupancy
    if vehicles.occupancy_percent[row] >= 0:
        position.occupancy_percentage = int(vehicles.occupancy_percent[row])
    congestion: Any = int(vehicles.congestion[row])
    if congestion:
        position.congestion_level = congestion
    if _run_may_be_said(snapshot, row):
        describe_run(position.trip, network, snapshot.runs, int(vehicles.run_row[row]))
        _fill_stop(position, snapshot, network, row)


def _run_may_be_said(snapshot: Snapshot, row: int) -> bool:
    run_row = int(snapshot.vehicles.run_row[row])
    return bool(snapshot.vehicles.trip_public[row]) and run_row >= 0 and snapshot.runs.trip_id[run_row] is not None


def _fill_stop(position: pb.VehiclePosition, snapshot: Snapshot, network: Network, row: int) -> None:
    """The next or current stop means something only beside a run."""
    vehicles = snapshot.vehicles
    stop_ix = int(vehicles.stop_ix[row])
    status: Any = int(vehicles.stop_status[row])
    if stop_ix < 0 or status == StopStatus.NONE:
        return
    position.stop_id = network.stops.stop_id[stop_ix]
    if vehicles.stop_sequence[row] >= 0:
        position.current_stop_sequence = int(vehicles.stop_sequence[row])
    position.current_status = status
