"""An alarm: tell me so many minutes before my bus. Buses that have come so near, each told once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from api.arrivals import arrivals_of
from api.board import View
from api.freshness import Source
from api.push.topics import ARRIVALS, HORIZON_S, State

TOLD = ("stop_id", "route_id", "route_short_name", "headsign", "trip_id", "start_date", "start_time", "display_at")


@dataclass(frozen=True, slots=True)
class AlarmSubject:
    """Buses (of a route) that are so many minutes, or less, from a stop.

    Once a bus is near it stays so, however its prediction moves: an alarm is not taken back.
    """

    stop_id: str
    route_id: str | None
    minutes: int
    trip_id: str | None = None
    """Only this trip, and of it only the run that began so."""
    start_date: str | None = None
    start_time: str | None = None

    def state(self, view: View, now: float, source: Source) -> State:
        """Buses that are near, with the sentence to say. Only what is known of a bus, never the timetable alone."""
        row = view.network.stop_rows.get(self.stop_id)
        route = None if self.route_id is None else view.network.route_rows.get(self.route_id, -2)
        if row is None:
            return {}
        told = arrivals_of(view, row, now, source=source, limit=ARRIVALS, route_ix=route, horizon_s=HORIZON_S)
        found: State = {}
        for arrival in told:
            if arrival["display_at"] is None or not (arrival["tracked"] or arrival["last_known"]):
                continue
            if arrival["relationship"] in ("SKIPPED", "CANCELED") or not self._concerns(arrival):
                continue
            left_s = dt.datetime.fromisoformat(arrival["display_at"]).timestamp() - now
            if left_s <= self.minutes * 60:
                vehicle = arrival["vehicle"] or {}
                run = (arrival["trip_id"] or vehicle.get("vehicle_id"), arrival["start_date"], arrival["start_time"])
                key = "|".join(str(each) for each in (*run, arrival["stop_sequence"]))
                found[key] = {name: arrival[name] for name in TOLD} | {"sentence": arrival["sentence"]}
        return found

    def _concerns(self, arrival: dict[str, Any]) -> bool:
        return all(
            wanted is None or wanted == arrival[name]
            for name, wanted in (
                ("trip_id", self.trip_id),
                ("start_date", self.start_date),
                ("start_time", self.start_time),
            )
        )

    def moved(self, old: dict[str, Any], new: dict[str, Any]) -> bool:
        """Never: a bus is told once."""
        return False
