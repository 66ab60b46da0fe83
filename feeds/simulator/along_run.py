"""Along a run, from stop to stop.

Each event moves one bus to its next decision. A bus decides by what is so at that instant: how long ago the bus ahead
left this stop, how the road is now. So headways drift apart and buses bunch, as in life.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from feeds.simulator.demand import dwell_s
from feeds.simulator.motion import stand
from feeds.simulator.road import PASSING_MPS
from feeds.simulator.rows import TrueVisit
from feeds.simulator.scene import Scene
from feeds.simulator.vehicle import Run, Vehicle

HURRY_AFTER_S, HURRY = 150.0, 0.92
"""A driver who is late by the timetable drives a little faster. Assumption."""
EARLY_S = 90.0
"""A bus earlier than this waits at a timepoint."""


class AlongRun:
    """Moves the buses that are on a run.

    ``over`` is called with the vehicle, the pattern and the instant at which the bus is empty at its last stop;
    ``on_visit`` with what really happened at each stop.
    """

    def __init__(
        self,
        scene: Scene,
        over: Callable[[Vehicle, int, float], None],
        on_visit: Callable[[TrueVisit], None] | None,
    ) -> None:
        self._scene, self._over, self._on_visit = scene, over, on_visit

    def depart(self, vehicle: Vehicle, run: Run) -> None:
        """Leave the first stop with whoever is there."""
        vehicle.run, vehicle.call, vehicle.speed_mps = run, 0, 0.0
        boarding = self._scene.demand.board(
            run.pattern_ix,
            0,
            self._scene.timeline.now,
            run.headway_s,
            vehicle.capacity - vehicle.passengers,
            vehicle.rng,
        )
        self._count_passengers(vehicle, vehicle.passengers + boarding)
        self._scene.demand.calm(run.pattern_ix, self._scene.land.leisure(run.pattern_ix, run.trip_ix))
        self._visit(vehicle, run, None, self._scene.timeline.now)
        self._drive(vehicle, run)

    def _drive(self, vehicle: Vehicle, run: Run) -> None:
        """From a stop to the next one; whether it halts there is known on the way: a bell, or somebody waves."""
        coming, rng = vehicle.call + 1, vehicle.rng
        self._scene.demand.leave(run.pattern_ix, vehicle.call, self._scene.timeline.now)
        trip = self._trip_now(run)
        leg = self._scene.land.legs(run.pattern_ix, trip)[vehicle.call]
        vehicle.alighting = self._scene.demand.alighting(run.pattern_ix, coming, vehicle.passengers, rng)
        there_at = self._scene.timeline.now + leg.planned_s
        somebody = 1 - math.exp(-self._scene.demand.expect(run.pattern_ix, coming, there_at, run.headway_s))
        last = (
            coming == len(self._scene.network.patterns.stop_ix[self._scene.network.pattern_stops(run.pattern_ix)]) - 1
        )
        vehicle.halts = last or vehicle.alighting > 0 or rng.random() < somebody
        leave_mps = 0.0 if vehicle.halts else PASSING_MPS
        planned_s = float(self._scene.network.trip_times(trip)[1][vehicle.call])
        late = run.timetable and self._scene.timeline.now > run.start_at + planned_s + HURRY_AFTER_S
        pace = vehicle.pace * (HURRY if late else 1.0)
        moves = self._scene.road.drive(leg, self._scene.timeline.now, pace, vehicle.speed_mps, leave_mps, rng)
        self._scene.timeline.observe(vehicle, moves)
        vehicle.speed_mps = moves[-1].at(moves[-1].to_at)[1]
        self._scene.timeline.at(moves[-1].to_at, partial(self._finish if last else self._reach, vehicle, run))

    def _trip_now(self, run: Run) -> int:
        """The trip whose running times hold at this hour."""
        band = None if run.timetable else self._scene.service.band_of(run.pattern_ix, self._scene.timeline.now, 0.0)
        return run.trip_ix if band is None else band.trip_ix

    def _reach(self, vehicle: Vehicle, run: Run) -> None:
        """At a stop on the way."""
        vehicle.call += 1
        if not vehicle.halts:
            self._visit(vehicle, run, self._scene.timeline.now, self._scene.timeline.now)
            self._drive(vehicle, run)
            return
        room = vehicle.capacity - vehicle.passengers + vehicle.alighting
        boarding = self._scene.demand.board(
            run.pattern_ix, vehicle.call, self._scene.timeline.now, run.headway_s, room, vehicle.rng
        )
        leave_at = self._scene.timeline.now + dwell_s(boarding, vehicle.alighting, vehicle.rng)
        leave_at = max(leave_at, self._held_until(run, vehicle.call, leave_at))
        self._count_passengers(vehicle, vehicle.passengers - vehicle.alighting + boarding)
        self._halt(vehicle, run, leave_at)
        self._visit(vehicle, run, self._scene.timeline.now, leave_at)
        vehicle.speed_mps = 0.0
        self._scene.timeline.at(leave_at, partial(self._drive, vehicle, run))

    def _held_until(self, run: Run, call: int, leave_at: float) -> float:
        if not run.timetable:
            return leave_at
        row = int(self._scene.network.patterns.stop_ptr[run.pattern_ix]) + call
        planned = run.start_at + float(self._scene.network.trip_times(run.trip_ix)[1][call])
        early = leave_at < planned - EARLY_S and bool(self._scene.network.patterns.timepoint[row])
        return planned if early else leave_at

    def _finish(self, vehicle: Vehicle, run: Run) -> None:
        """At the last stop: everybody gets off; then it is over."""
        vehicle.call += 1
        self._visit(vehicle, run, self._scene.timeline.now, None)
        empty_at = self._scene.timeline.now + dwell_s(0, vehicle.alighting, vehicle.rng)
        self._count_passengers(vehicle, 0)
        self._halt(vehicle, run, empty_at)
        vehicle.place_m = self._scene.land.ends(run.pattern_ix)
        self._over(vehicle, run.pattern_ix, empty_at)

    def _halt(self, vehicle: Vehicle, run: Run, until: float) -> None:
        row = int(self._scene.network.patterns.stop_ptr[run.pattern_ix]) + vehicle.call
        place = stand(
            self._scene.land.line(run.pattern_ix),
            self._scene.timeline.now,
            until,
            float(self._scene.network.patterns.stop_dist_m[row]),
        )
        vehicle.aboard = replace(vehicle.aboard, door_open=True)
        self._scene.timeline.observe(vehicle, [place])
        vehicle.aboard = replace(vehicle.aboard, door_open=False)

    def _count_passengers(self, vehicle: Vehicle, passengers: int) -> None:
        vehicle.passengers = passengers
        vehicle.aboard = replace(vehicle.aboard, passengers=passengers)

    def _visit(self, vehicle: Vehicle, run: Run, arrived_at: float | None, departed_at: float | None) -> None:
        seen_at = departed_at if departed_at is not None else arrived_at
        if self._on_visit is None or seen_at is None or not self._scene.timeline.within(seen_at):
            return
        network, patterns = self._scene.network, self._scene.network.patterns
        row = int(patterns.stop_ptr[run.pattern_ix]) + vehicle.call
        self._on_visit(
            TrueVisit(
                vehicle.vehicle_id,
                run.number,
                str(network.routes.route_id[patterns.route_ix[run.pattern_ix]]),
                int(patterns.direction_id[run.pattern_ix]),
                str(patterns.pattern_id[run.pattern_ix]),
                str(network.stops.stop_id[patterns.stop_ix[row]]),
                int(patterns.stop_sequence[row]),
                arrived_at,
                departed_at,
            )
        )
