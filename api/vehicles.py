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


def vehicle_record(view: View, row: int, now: float) -> dict[str, Any]:
    """One vehicle. Its driver is in no snapshot."""
    kept = view.vehicles.get(row)
    if kept is None or kept[0] != now:
        kept = view.vehicles[row] = (now, _record(view, row, now))
    return dict(kept[1])


def _record(view: View, row: int, now: float) -> dict[str, Any]:
    vehicles, network, runs = view.snapshot.vehicles, view.network, view.snapshot.runs
    run, route, stop = int(vehicles.run_row[row]), int(vehicles.route_ix[row]), int(vehicles.stop_ix[row])
    said = bool(vehicles.trip_public[row]) and run >= 0
    occupancy = int(vehicles.occupancy[row])
    return {
        "vehicle_id": vehicles.vehicle_id[row],
        "label": vehicles.label[row],
        "plate": vehicles.plate[row],
        "lat": number(vehicles.lat_deg[row], 6),
        "lon": number(vehicles.lon_deg[row], 6),
        "bearing_deg": number(vehicles.bearing_deg[row], 0),
        "speed_mps": number(vehicles.speed_mps[row], 1),
        "observed_at": instant(vehicles.observed_at[row]),
        "age_s": round(now - float(vehicles.observed_at[row])),
        "phase": PhaseCode(int(vehicles.phase[row])).name,
        "route_id": network.routes.route_id[route] if route >= 0 else None,
        "direction_id": whole(vehicles.direction_id[row]),
        "trip_id": runs.trip_id[run] if said else None,
        "next_stop_id": network.stops.stop_id[stop] if stop >= 0 else None,
        "occupancy": _OCCUPANCY[occupancy] if 0 <= occupancy < len(_OCCUPANCY) else None,
        "wheelchair": {1: True, 0: False}.get(int(vehicles.wheelchair[row])),
        "low_floor": _low_floor(network, vehicles.vehicle_id[row]),
        "confidence": number(vehicles.confidence[row], 2),
        "unknown_vehicle": bool(vehicles.flagged[row]),
    }


def _low_floor(network: Network, vehicle_id: str) -> bool | None:
    """As the fleet list says; null where it says nothing."""
    row = network.fleet_rows.get(vehicle_id)
    return None if row is None else {1: True, 0: False}.get(int(network.fleet.low_floor[row]))
