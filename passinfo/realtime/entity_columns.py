"""What the entities of a tick are made from, beside their calls, as columns: equal rows give equal bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from passinfo.columns import Bools, Floats
from passinfo.realtime.event_times import Seconds
from passinfo.snapshot import RunRelationship, Snapshot, Vehicles

Column = npt.NDArray[Any]
Index = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Entities:
    """One row per entity of a tick."""

    ids: Mapping[str, Column]
    """Columns that together name an entity."""
    columns: Mapping[str, Column]
    """What else it is made from."""

    def places_in(self, before: Entities) -> Index:
        """Row of each entity a tick before, -1 where it is new. Mostly, the same entities come again."""
        mine, theirs = list(self.ids.values()), list(before.ids.values())
        if all(len(a) == len(b) and bool((a == b).all()) for a, b in zip(mine, theirs, strict=True)):
            return np.arange(len(mine[0]), dtype=np.int64)
        row_of = {key: row for row, key in enumerate(zip(*(column.tolist() for column in theirs), strict=True))}
        keys = zip(*(column.tolist() for column in mine), strict=True)
        return np.array([row_of.get(key, -1) for key in keys], dtype=np.int64)

    def unlike(self, before: Entities, old: Index) -> Bools:
        """Which entities differ from what they were in row ``old`` (that of new ones is -1)."""
        differs = old < 0
        for name, column in self.columns.items():
            was = before.columns[name]
            if len(was) == 0:
                continue
            was = was[old]
            other = np.asarray(column != was, dtype=bool)
            if column.dtype.kind == "f":
                other &= ~(np.isnan(column) & np.isnan(was))
            differs |= other
        return differs


def run_entities(snapshot: Snapshot, rows: npt.NDArray[np.int32]) -> Entities:
    """Trip updates: descriptor, and vehicle as far as it is said."""
    runs, vehicles = snapshot.runs, snapshot.vehicles
    vehicle = runs.vehicle_row[rows].astype(np.int64)
    headway = runs.relationship[rows] == RunRelationship.UNSCHEDULED
    shown = np.append(vehicles.public & vehicles.trip_public, False)
    vehicle = np.where(headway & ~shown[vehicle], -1, vehicle)
    return Entities(
        {name: getattr(runs, name)[rows] for name in ("trip_id", "start_date", "start_service_s")},
        {
            **{
                name: getattr(runs, name)[rows]
                for name in ("relationship", "route_ix", "direction_id", "trip_ix", "headsign")
            },
            **_descriptors(vehicles, vehicle),
        },
    )


def position_entities(snapshot: Snapshot, rows: npt.NDArray[np.intp]) -> Entities:
    """Vehicle positions: all that they say."""
    runs, vehicles = snapshot.runs, snapshot.vehicles
    run = np.where(vehicles.trip_public[rows], vehicles.run_row[rows], -1)
    said = run >= 0
    of_run = {
        name: _taken(getattr(runs, name), run)
        for name in ("trip_id", "start_date", "start_service_s", "relationship", "route_ix", "direction_id")
    }
    own = ("lat_deg", "lon_deg", "bearing_deg", "speed_mps", "odometer_m")
    words = ("occupancy", "occupancy_percent", "congestion", "stop_ix", "stop_sequence", "stop_status")
    return Entities(
        {"vehicle_id": vehicles.vehicle_id[rows]},
        {
            "said": said,
            **of_run,
            **{name: getattr(vehicles, name)[rows] for name in (*own, *words)},
            **_descriptors(vehicles, rows.astype(np.int64)),
            "timestamp": whole_seconds(vehicles.observed_at[rows], snapshot.made_at),
        },
    )


def measured_seconds(snapshot: Snapshot, rows: npt.NDArray[np.int32]) -> Seconds:
    """The ``timestamp`` of each of these runs, -1 without."""
    return whole_seconds(snapshot.runs.measured_at[rows], snapshot.made_at)


def whole_seconds(at: Floats, made_at: float) -> Seconds:
    """As :func:`passinfo.realtime.header.posix_seconds`; -1 where there is no instant."""
    none: Bools = np.isnan(at)
    return np.where(none, -1, np.minimum(np.where(none, 0.0, at), made_at)).astype(np.int64)


def _descriptors(vehicles: Vehicles, rows: Index) -> dict[str, Column]:
    names = ("vehicle_id", "label", "plate", "wheelchair")
    return {f"vehicle.{name}": _taken(getattr(vehicles, name), rows) for name in names}


def _taken(column: Column, rows: npt.NDArray[Any]) -> Column:
    """Values of these rows; the nothing of its kind where the row is -1."""
    nothing = np.empty(1, dtype=column.dtype)
    nothing[0] = None if column.dtype == object else 0
    taken: Column = np.concatenate((column, nothing))[rows]
    return taken
