"""Timetable service: the blocks of a service day, and the vehicles that run them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from feeds.simulator.between_runs import REST_S, BetweenRuns
from feeds.simulator.blocks import Place, blocks_of, usual_headways_s
from feeds.simulator.demand import USUAL_HEADWAY_S
from feeds.simulator.scene import Scene
from feeds.simulator.service import TimetableRun
from feeds.simulator.vehicle import Run, Vehicle
from passinfo.times import service_day_zero_s, shift_date

LONGEST_STAND_S = 3_600.0
"""Between two runs of a block; longer, it goes home."""


class TimetableService:
    """The buses that run blocks; ``pool`` are all there are."""

    def __init__(self, scene: Scene, between: BetweenRuns, pool: list[Vehicle]) -> None:
        self._scene, self._between, self._pool = scene, between, pool
        self._headways_s: dict[tuple[int, int], float] = {}

    def plan_day(self, date: int) -> None:
        """Give the blocks of a service day to the vehicles that are free; a block without a vehicle does not run."""
        planned = self._scene.service.runs_of(date)
        self._headways_s.update(usual_headways_s(planned, self._line_of))
        runs = [run for run in planned if run.start_at > self._scene.timeline.now]
        for block in blocks_of(runs, self._begins, self._ends):
            pattern = int(self._scene.network.trips.pattern_ix[block[0].trip_ix])
            begins = self._scene.land.begins(pattern)
            ways = {v.vehicle_id: self._scene.land.way_s(v.home_m or v.planned_m, begins) for v in self._pool}
            free = [v for v in self._pool if v.planned_until + REST_S[0] + 2 * ways[v.vehicle_id] <= block[0].start_at]
            if not free:
                continue
            vehicle = min(free, key=lambda v: (ways[v.vehicle_id], v.planned_until, v.vehicle_id))
            vehicle.planned_until = block[-1].end_at
            vehicle.planned_m = self._scene.land.ends(int(self._scene.network.trips.pattern_ix[block[-1].trip_ix]))
            early_s = ways[vehicle.vehicle_id] + vehicle.rng.uniform(300.0, 600.0)
            self._scene.timeline.at(block[0].start_at - early_s, partial(self._start_block, vehicle, block))
        tomorrow = shift_date(date, 1)
        self._scene.timeline.at(
            service_day_zero_s(tomorrow, self._scene.network.timezone), partial(self.plan_day, tomorrow)
        )

    def _start_block(self, vehicle: Vehicle, block: list[TimetableRun]) -> None:
        if not vehicle.parked:  # still out on the block before
            self._scene.timeline.at(self._scene.timeline.now + 60.0, partial(self._start_block, vehicle, block))
            return
        vehicle.orders.extend(block)
        vehicle.parked = False
        self._between.pull_out(vehicle, self._timetable_run(vehicle, vehicle.orders.popleft()))

    def go_on(self, vehicle: Vehicle, empty_at: float) -> None:
        """At the end of a run of a block: the next one, or home until it comes."""
        if vehicle.orders and vehicle.orders[0].start_at - empty_at <= LONGEST_STAND_S:
            self._between.lay_over(vehicle, self._timetable_run(vehicle, vehicle.orders.popleft()), empty_at)
        else:
            rest = list(vehicle.orders)
            vehicle.orders.clear()
            self._between.pull_in(vehicle, empty_at)
            if rest:
                early_s = (
                    self._between.way_s(vehicle, int(self._scene.network.trips.pattern_ix[rest[0].trip_ix])) + 300.0
                )
                self._scene.timeline.at(rest[0].start_at - early_s, partial(self._start_block, vehicle, rest))

    def _timetable_run(self, vehicle: Vehicle, order: TimetableRun) -> Run:
        pattern = int(self._scene.network.trips.pattern_ix[order.trip_ix])
        run = self._between.next_run(vehicle, pattern, order.trip_ix, order.start_at)
        headway_s = self._headways_s.get(self._line_of(order.trip_ix), USUAL_HEADWAY_S)
        return replace(run, block_id=order.block_id or vehicle.block_id, headway_s=headway_s, timetable=True)

    def _line_of(self, trip_ix: int) -> tuple[int, int]:
        return self._scene.demand.line_of(int(self._scene.network.trips.pattern_ix[trip_ix]))

    def _begins(self, trip_ix: int) -> Place:
        return self._scene.land.square(self._scene.land.begins(int(self._scene.network.trips.pattern_ix[trip_ix])))

    def _ends(self, trip_ix: int) -> Place:
        return self._scene.land.square(self._scene.land.ends(int(self._scene.network.trips.pattern_ix[trip_ix])))
