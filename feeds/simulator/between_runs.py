"""Between two runs: out of the depot, to the first stop, waiting there, and home."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from feeds.simulator.chance import chance
from feeds.simulator.demand import USUAL_HEADWAY_S
from feeds.simulator.device import Aboard
from feeds.simulator.land import NEAR_M, Spot
from feeds.simulator.motion import Move, stand, straight
from feeds.simulator.scene import Scene
from feeds.simulator.vehicle import Run, Vehicle
from passinfo.times import service_date_of, service_day_zero_s

LATE_SHARE, LATE_S, UNPUNCTUAL_S = 0.04, (120.0, 420.0), 20.0
"""One departure in 25 is late by minutes, the others by 20 s on average. Assumption."""
SHIFT_S, REST_S = (6.5 * 3600.0, 9.0 * 3600.0), (1_500.0, 2_700.0)
"""A bus goes home after a shift, and comes out again. Assumption."""
DRIVER_CHANGE_S = 13.5 * 3600.0
"""Drivers change in the early afternoon. Assumption."""


class BetweenRuns:
    """Moves the buses that are not on a run; ``depart`` is called when one begins."""

    def __init__(self, scene: Scene, depart: Callable[[Vehicle, Run], None]) -> None:
        self._scene, self._depart = scene, depart

    def next_run(self, vehicle: Vehicle, pattern_ix: int, trip_ix: int, start_at: float) -> Run:
        """The vehicle's next run."""
        vehicle.runs += 1
        return Run(vehicle.runs, pattern_ix, trip_ix, start_at, USUAL_HEADWAY_S, vehicle.block_id, timetable=False)

    def pull_out(self, vehicle: Vehicle, run: Run) -> None:
        """Leave the depot for a run."""
        vehicle.home_by = self._scene.timeline.now + vehicle.rng.uniform(*SHIFT_S)
        self._know(vehicle, run)
        self.lay_over(vehicle, run, self._scene.timeline.now)

    def pull_in(self, vehicle: Vehicle, at: float) -> None:
        """Go home, or rest where the work ends."""
        vehicle.aboard = replace(vehicle.aboard, route_id=None, direction_id=None, passengers=0, door_open=False)
        pause_s = vehicle.rng.uniform(30.0, 150.0)
        moves = [stand(straight([self._place(vehicle)]), at, at + pause_s, 0.0)]
        if vehicle.home_m is not None:
            moves += self._deadhead(vehicle, at + pause_s, vehicle.home_m)
        self._scene.timeline.observe(vehicle, moves)
        self._scene.timeline.at(moves[-1].to_at, partial(self._park, vehicle))

    def _park(self, vehicle: Vehicle) -> None:
        vehicle.parked = True
        vehicle.rested_at = self._scene.timeline.now + vehicle.rng.uniform(*REST_S)

    def lay_over(self, vehicle: Vehicle, run: Run, at: float) -> None:
        """Go to the first stop of the next run, wait there; somewhere in between the driver tells the system."""
        rng = vehicle.rng
        x_m, y_m = self._scene.land.begins(run.pattern_ix)
        spot = (x_m + rng.uniform(-10.0, 10.0), y_m + rng.uniform(-10.0, 10.0))
        before: list[Move] = []
        if vehicle.place_m is not None and math.dist(spot, vehicle.place_m) > NEAR_M:
            if vehicle.run is not None:
                pause_s = rng.uniform(20.0, 120.0)
                before = [stand(straight([vehicle.place_m]), at, at + pause_s, 0.0)]
                at += pause_s
            before += self._deadhead(vehicle, at, spot)
            at = before[-1].to_at
        late_s = rng.expovariate(1 / UNPUNCTUAL_S)
        if rng.random() < LATE_SHARE:
            late_s += rng.uniform(*LATE_S)
        leave_at = max(run.start_at + late_s, at + 15.0)
        told_at = at + rng.random() * (leave_at - at)
        here = straight([spot])
        self._scene.timeline.observe(vehicle, [*before, stand(here, at, told_at, 0.0)])
        self._know(vehicle, run)
        self._scene.timeline.observe(vehicle, [stand(here, told_at, leave_at, 0.0)])
        vehicle.place_m = spot
        self._scene.timeline.at(leave_at, partial(self._depart, vehicle, run))

    def _deadhead(self, vehicle: Vehicle, at: float, to_m: Spot) -> list[Move]:
        leg = self._scene.land.deadhead(self._place(vehicle), to_m, vehicle.rng)
        vehicle.place_m = to_m
        if leg.way_m < 1.0:
            return [stand(leg.line, at, at + 1.0, 0.0)]
        return self._scene.road.drive(leg, at, vehicle.pace, 0.0, 0.0, vehicle.rng)

    def way_s(self, vehicle: Vehicle, pattern_ix: int) -> float:
        """Time to the first stop of a pattern."""
        return self._scene.land.way_s(vehicle.place_m, self._scene.land.begins(pattern_ix))

    def _place(self, vehicle: Vehicle) -> Spot:
        if vehicle.place_m is None:
            raise ValueError(f"{vehicle.vehicle_id} has not been anywhere yet")
        return vehicle.place_m

    def _know(self, vehicle: Vehicle, run: Run) -> None:
        """What the bus management system knows from now on."""
        patterns, zone = self._scene.network.patterns, self._scene.network.timezone
        direction = int(patterns.direction_id[run.pattern_ix])
        date = service_date_of(self._scene.timeline.now, zone)
        shift = 2 if self._scene.timeline.now - service_day_zero_s(date, zone) > DRIVER_CHANGE_S else 1
        driver = chance(self._scene.seed, "driver", vehicle.vehicle_id, date, shift).randrange(1000, 10_000)
        vehicle.aboard = Aboard(
            str(self._scene.network.routes.route_id[patterns.route_ix[run.pattern_ix]]),
            direction if direction >= 0 else None,
            run.block_id,
            f"DRV-{driver}",
            vehicle.passengers,
        )
