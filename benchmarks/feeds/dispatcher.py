"""A dispatcher for the simulated hour: orders of every kind that headway service allows, about runs then under way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.network.network import Network
from passinfo.snapshot import Snapshot
from passinfo.times import service_date_of, service_day_zero_s

EVERY_S = 300.0
"""A new order of each kind every five minutes: twelve in the hour."""


@dataclass(slots=True)
class Dispatcher:
    """Gives orders about the runs of the snapshot before; remembers those it gave."""

    network: Network
    given: list[ServiceChange] = field(default_factory=list)
    _next_at: float = -np.inf

    def orders(self, snapshot: Snapshot | None, now: float) -> tuple[ServiceChange, ...]:
        """All orders given by now."""
        if snapshot is not None and now >= self._next_at:
            self._next_at = now + EVERY_S
            self._give(snapshot, now)
        return tuple(self.given)

    def _give(self, snapshot: Snapshot, now: float) -> None:
        runs = snapshot.runs
        under_way = np.flatnonzero(runs.published & ~runs.look_ahead & (runs.vehicle_row >= 0)).tolist()
        number = len(self.given)
        kinds = (ChangeKind.CANCEL, ChangeKind.SHORT_TURN, ChangeKind.SKIP, ChangeKind.REASSIGN)
        for place, kind in enumerate(kinds):
            if len(under_way) <= place + 1:
                return
            row = under_way[(number * 7 + place * 11) % len(under_way)]
            self.given.append(self._about(snapshot, row, kind, f"hour-{number}-{kind.value}", now))
        self.given.append(self._extra(snapshot, under_way[0], f"hour-{number}", now))
        route_id = str(self.network.routes.route_id[number % len(self.network.routes.route_id)])
        detour = ServiceChange(f"hour-{number}-detour", ChangeKind.DETOUR, now, route_id=route_id, ends_at=now + 900.0)
        self.given.append(detour)

    def _about(self, snapshot: Snapshot, row: int, kind: ChangeKind, change_id: str, now: float) -> ServiceChange:
        runs, rows = snapshot.runs, self.network.pattern_stops(int(snapshot.runs.pattern_ix[row]))
        stops = self.network.stops.stop_id[self.network.patterns.stop_ix[rows]].tolist()
        order = ServiceChange(
            change_id, kind, now, runs.trip_id[row], int(runs.start_date[row]), int(runs.start_service_s[row])
        )
        if kind is ChangeKind.SHORT_TURN:
            return replace(order, last_stop_id=stops[-3])
        if kind is ChangeKind.SKIP:
            return replace(order, from_stop_id=stops[-2])
        if kind is ChangeKind.REASSIGN:
            return replace(order, vehicle_id=str(snapshot.vehicles.vehicle_id[runs.vehicle_row[row]]))
        return order

    def _extra(self, snapshot: Snapshot, row: int, trip_id: str, now: float) -> ServiceChange:
        date = service_date_of(now, self.network.timezone)
        start_s = int(now - service_day_zero_s(date, self.network.timezone)) + 300
        pattern_id = str(self.network.patterns.pattern_id[snapshot.runs.pattern_ix[row]])
        return ServiceChange(
            f"{trip_id}-add",
            ChangeKind.ADD,
            now,
            f"{trip_id}-extra",
            date,
            start_s,
            pattern_id=pattern_id,
            headsign="Extra",
        )
