"""Headway service: a route's dispatcher calls buses out, and gives each its next departure or sends it home."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from feeds.simulator.between_runs import BetweenRuns
from feeds.simulator.dispatch import RouteDesk
from feeds.simulator.scene import Scene
from feeds.simulator.vehicle import Vehicle

TICK_S, LEAD_S = 300.0, 1_800.0
"""How often a dispatcher looks, and how far ahead. Assumption."""
LAYOVER_S = (180.0, 420.0)
"""Shortest time between two runs, by chance. Assumption."""


class HeadwayService:
    """The buses that loop on a route."""

    def __init__(self, scene: Scene, between: BetweenRuns) -> None:
        self._scene, self._between = scene, between

    def look(self, desk: RouteDesk, vehicles: list[Vehicle]) -> None:
        """The dispatcher of a route looks what is wanted soon and calls buses out of the depot."""
        soon = self._scene.timeline.now + LEAD_S
        resting = sorted(
            (v for v in vehicles if v.parked and v.rested_at <= self._scene.timeline.now),
            key=lambda v: (v.rested_at, v.vehicle_id),
        )
        patterns = {band.pattern_ix for at in (self._scene.timeline.now, soon) for band in desk.bands_at(at)}
        for vehicle in resting:
            if desk.out >= desk.wanted(soon):
                break
            ways = {p: self._between.way_s(vehicle, p) for p in sorted(patterns)}
            departure = desk.departure({p: self._scene.timeline.now + way_s + 180.0 for p, way_s in ways.items()})
            if departure is None:
                break
            desk.out += 1
            vehicle.parked = False
            run = self._between.next_run(vehicle, departure.band.pattern_ix, departure.band.trip_ix, departure.leave_at)
            run = replace(run, headway_s=departure.headway_s)
            early_s = ways[run.pattern_ix] + vehicle.rng.uniform(120.0, 360.0)
            self._scene.timeline.at(departure.leave_at - early_s, partial(self._between.pull_out, vehicle, run))
        self._scene.timeline.at(self._scene.timeline.now + TICK_S, partial(self.look, desk, vehicles))

    def turn(self, vehicle: Vehicle, desk: RouteDesk, pattern_ix: int, at: float) -> None:
        """At the end of a headway run: the way back, or home."""
        over = desk.out > desk.wanted(at + TICK_S) or (at > vehicle.home_by and desk.may_rest())
        rest_s = vehicle.rng.uniform(*LAYOVER_S)
        ready = {p: at + rest_s + self._between.way_s(vehicle, p) for p in desk.way_back(pattern_ix, at)}
        departure = None if over else desk.departure(ready)
        if departure is None:
            desk.out -= 1
            self._between.pull_in(vehicle, at)
            return
        run = self._between.next_run(vehicle, departure.band.pattern_ix, departure.band.trip_ix, departure.leave_at)
        self._between.lay_over(vehicle, replace(run, headway_s=departure.headway_s), at)
