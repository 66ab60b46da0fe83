"""Vehicles as plain records. Their drivers are in no snapshot."""

from __future__ import annotations

from typing import Any

from api.board import View
from api.values import instant, number, whole
from passinfo.network.network import Network
from passinfo.tracking.columns import PhaseCode

_OCCUPANCY = (
    "EMPTY",
    "MANY_SEATS_AVAILABLE",
    "FEW_SEATS_AVAILABLE",
    "STANDING_ROOM_ONLY",
    "CRUSHED_STANDING_ROOM_ONLY",
    "FULL",
    "NOT_ACCEPTING_PASSENGERS",
    "NO_DATA_AVAILABLE",
    "NOT_BOARDABLE",
)


_CONGESTION = {1: "RUNNING_SMOOTHLY", 2: "STOP_AND_GO", 3: "CONGESTION", 4: "SEVERE_CONGESTION"}
"""Of the road the vehicle is on, in the words of GTFS-Realtime; what is not there is not known."""
_PHASES = {int(code): code.name for code in PhaseCode}
_YES = {1: True, 0: False}


def vehicle_record(view: View, row: int, now: float) -> dict[str, Any]:
    """One vehicle. Its driver is in no snapshot."""
    kept = view.vehicles.get(row)
    if kept is None or kept[0] != now:
        kept = view.vehicles[row] = (now, _record(view, row, now))
    return dict(kept[1])


def _record(view: View, row: int, now: float) -> dict[str, Any]:
    vehicles, network, runs = view.snapshot.vehicles, view.network, view.snapshot.runs
    # item() gives Python's own numbers, several times faster than indexing
    run, route, stop = vehicles.run_row.item(row), vehicles.route_ix.item(row), vehicles.stop_ix.item(row)
    said = run >= 0 and vehicles.trip_public.item(row)
    occupancy, observed_at = vehicles.occupancy.item(row), vehicles.observed_at.item(row)
    vehicle_id = vehicles.vehicle_id[row]
    return {
        "vehicle_id": vehicle_id,
        "label": vehicles.label[row],
        "plate": vehicles.plate[row],
        "lat": number(vehicles.lat_deg.item(row), 6),
        "lon": number(vehicles.lon_deg.item(row), 6),
        "bearing_deg": number(vehicles.bearing_deg.item(row), 0),
        "speed_mps": number(vehicles.speed_mps.item(row), 1),
        "observed_at": instant(observed_at),
        "age_s": round(now - observed_at),
        "phase": _PHASES[vehicles.phase.item(row)],
        "route_id": network.routes.route_id[route] if route >= 0 else None,
        "direction_id": whole(vehicles.direction_id.item(row)),
        "trip_id": runs.trip_id[run] if said else None,
        "next_stop_id": network.stops.stop_id[stop] if stop >= 0 else None,
        "occupancy": _OCCUPANCY[occupancy] if 0 <= occupancy < len(_OCCUPANCY) else None,
        "occupancy_percent": whole(vehicles.occupancy_percent.item(row)),
        "congestion": _CONGESTION.get(vehicles.congestion.item(row)),
        "wheelchair": _YES.get(vehicles.wheelchair.item(row)),
        "low_floor": _low_floor(network, vehicle_id),
        "confidence": number(vehicles.confidence.item(row), 2),
        "unknown_vehicle": vehicles.flagged.item(row),
    }


def _low_floor(network: Network, vehicle_id: str) -> bool | None:
    """As the fleet list says; null where it says nothing."""
    row = network.fleet_rows.get(vehicle_id)
    return None if row is None else _YES.get(network.fleet.low_floor.item(row))
