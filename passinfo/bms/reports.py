"""Reports: what a bus management system says of its buses, as columns."""

from __future__ import annotations

from dataclasses import dataclass

from passinfo.columns import Floats, Ints, Texts, column


@dataclass(frozen=True, slots=True)
class Reports:
    """Position reports, one row each. Required: vehicle_id, observed_at, received_at, lat_deg, lon_deg.

    Everything else may be none (NaN, ``None``, -1). ``driver_id`` never leaves the archive.
    """

    vehicle_id: Texts = column("text", "vehicle that reports")
    observed_at: Floats = column("instant", "when the position was measured")
    received_at: Floats = column(
        "instant", "when we could know it; running maximum of observed_at if the source has none"
    )
    lat_deg: Floats = column("f8", "WGS 84 latitude", unit="deg")
    lon_deg: Floats = column("f8", "WGS 84 longitude", unit="deg")
    speed_mps: Floats = column("f8", "speed over ground", unit="m/s")
    heading_deg: Floats = column("f8", "heading of the device, 0 = north, clockwise", unit="deg")
    odometer_m: Floats = column("f8", "odometer", unit="m")
    accuracy_m: Floats = column("f8", "horizontal accuracy as the device states it", unit="m")
    route_id: Texts = column("text", "hint: route")
    direction_id: Ints = column("i4", "hint: GTFS direction, 0 or 1")
    variant: Texts = column("text", "hint: the BMS's own tag of a branch or direction")
    trip_id: Texts = column("text", "hint: trip")
    start_date: Ints = column("service_date", "hint: service day of the trip")
    start_service_s: Ints = column("service_time", "hint: start time of the trip", file_name="start_time")
    block_id: Texts = column("text", "hint: block")
    door: Texts = column("text", "OPEN or CLOSED")
    occupancy: Texts = column("text", "GTFS-Realtime OccupancyStatus name")
    passengers: Ints = column("i4", "passengers on board")
    occupancy_percent: Ints = column("i4", "occupancy in percent of the capacity, as the BMS says", unit="%")
    stop_event: Texts = column("text", "ARRIVED or DEPARTED at a stop, as the BMS says")
    stop_id: Texts = column("text", "stop of the stop event, or the next stop as the BMS says")
    device_id: Texts = column("text", "device that sent the report")
    driver_id: Texts = column("text", "driver; never leaves the archive")
