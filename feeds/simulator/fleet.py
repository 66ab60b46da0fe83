"""The fleet: events in the order of simulated time.

Each event moves one bus from where it is to its next decision (a stop, a departure, the depot) and tells its device
what happened on the way. A bus decides by what is so at that instant: how long ago the bus ahead left this stop, how
the road is now. So headways drift apart and buses bunch, as in life. There is no clock here: time is what the caller
asked for, and the same arguments give the same reports.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from feeds.simulator.allotment import TIMETABLE, allot, peak_needs
from feeds.simulator.blocks import Place, blocks_of, usual_headways_s
from feeds.simulator.chance import around_one, chance
from feeds.simulator.demand import USUAL_CAPACITY, USUAL_HEADWAY_S, Demand, dwell_s
from feeds.simulator.device import Aboard, Device
from feeds.simulator.dispatch import RouteDesk
from feeds.simulator.land import NEAR_M, Land, Spot
from feeds.simulator.motion import Move, stand, straight
from feeds.simulator.road import PASSING_MPS, Road
from feeds.simulator.rows import SimulatedReport, TrueVisit
from feeds.simulator.service import Service, TimetableRun
from feeds.simulator.vehicle import Run, Vehicle
from passinfo.network.network import Network
from passinfo.settings import CitySettings
from passinfo.times import service_date_of, service_day_zero_s, shift_date

WARM_UP_S = 7_200.0
"""By then buses are spread over the routes."""
DAY_STARTS_S = 3 * 3600.0
"""The simulated day begins at 03:00, when the fewest buses run."""
TICK_S, LEAD_S = 300.0, 1_800.0
"""How often a dispatcher looks, and how far ahead. Assumption."""
LAYOVER_S = (180.0, 420.0)
"""Shortest time between two runs, by chance. Assumption."""
LATE_SHARE, LATE_S, UNPUNCTUAL_S = 0.04, (120.0, 420.0), 20.0
"""One departure in 25 is late by minutes, the others by 20 s on average. Assumption."""
SHIFT_S, REST_S = (6.5 * 3600.0, 9.0 * 3600.0), (1_500.0, 2_700.0)
"""A bus goes home after a shift, and comes out again. Assumption."""
DRIVER_CHANGE_S = 13.5 * 3600.0
"""Drivers change in the early afternoon. Assumption."""
PACE_SD = 0.05
"""Drivers and buses differ. Assumption."""
HURRY_AFTER_S, HURRY = 150.0, 0.92
"""A driver who is late by the timetable drives a little faster. Assumption."""
EARLY_S = 90.0
"""A bus earlier than this waits at a timepoint."""
LONGEST_STAND_S = 3_600.0
"""Between two runs of a block; longer, it goes home."""


class Fleet:
    """A fleet on a network from ``from_at`` until ``to_at`` (epoch seconds; ``to_at`` may be infinite).

    Parameters
    ----------
    network, settings
        The city; its depots are in the settings (without any, buses rest where their work ends).
    vehicles
        How many. If they are too few for the plan, headways grow; if too many, some stay in the depot.
    seed
        Which of all possible days.
    on_visit
        Called with what really happened at each stop, in the order in which it is decided.
    """

    def __init__(
        self,
        network: Network,
        settings: CitySettings,
        *,
        vehicles: int,
        seed: int,
        from_at: float,
        to_at: float,
        on_visit: Callable[[TrueVisit], None] | None = None,
    ) -> None:
        self._network, self._settings, self._seed = network, settings, seed
        self._from_at, self._to_at, self._on_visit = from_at, to_at, on_visit
        self._service = Service(network)
        self._road, self._demand = Road(seed), Demand(network, seed)
        self._land = Land(network, settings, self._road)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._coming: list[tuple[float, int, SimulatedReport]] = []
        self._count = 0
        date = service_date_of(from_at - WARM_UP_S - DAY_STARTS_S, network.timezone)
        self.now = service_day_zero_s(date, network.timezone) + DAY_STARTS_S
        self._pool: list[Vehicle] = []
        self._headways_s: dict[tuple[int, int], float] = {}
        self.vehicles = self._make_vehicles(vehicles)
        if self._pool:
            self._plan_day(date)

    def reports(self) -> Iterator[SimulatedReport]:
        """Reports in the order in which they are received."""
        while self._events and self._events[0][0] < self._to_at:
            at, _, act = heapq.heappop(self._events)
            self.now = at
            # what is still to happen is observed from now on, hence received later than this
            while self._coming and self._coming[0][0] < at:
                yield heapq.heappop(self._coming)[2]
            act()
        while self._coming:
            yield heapq.heappop(self._coming)[2]

    def _at(self, instant: float, act: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (max(instant, self.now), self._count, act))

    def _observe(self, vehicle: Vehicle, moves: list[Move]) -> None:
        if not moves or moves[-1].to_at < self._from_at:
            return
        for report in vehicle.device.observe(moves, vehicle.aboard):
            if self._from_at <= report.observed_at < self._to_at:
                self._count += 1
                heapq.heappush(self._coming, (report.received_at, self._count, report))

    # --- who there is -----------------------------------------------------------------------------------------

    def _make_vehicles(self, count: int) -> list[Vehicle]:
        known = [str(vehicle_id) for vehicle_id in self._network.fleet.vehicle_id]
        names = iter(known + [f"SIM-{n:03d}" for n in range(1, count + 1)])
        made: list[Vehicle] = []
        for route, buses in allot(peak_needs(self._service, self._from_at), count).items():
            desk = None if route == TIMETABLE else RouteDesk(self._network, self._service, route, buses)
            word = "T" if desk is None else str(self._network.routes.route_id[route])
            made += [self._make_vehicle(next(names), desk, f"{word}-{n:02d}") for n in range(1, buses + 1)]
            if desk is not None:
                self._at(self.now, partial(self._look, desk, [v for v in made if v.desk is desk]))
        self._pool = [vehicle for vehicle in made if vehicle.desk is None]
        return made

    def _make_vehicle(self, vehicle_id: str, desk: RouteDesk | None, block_id: str) -> Vehicle:
        rng = chance(self._seed, "vehicle", vehicle_id)
        row = self._network.fleet_rows.get(vehicle_id)
        capacity = int(self._network.fleet.capacity[row]) if row is not None else -1
        routes = self._network.patterns.route_ix
        near = 0 if desk is None else int(np.flatnonzero(routes == desk.route_ix)[0])
        home = self._land.depot_spot(self._land.begins(near), rng)
        return Vehicle(
            vehicle_id,
            rng,
            Device(self._seed, vehicle_id, self._network.projection, self._from_at),
            capacity if capacity > 0 else USUAL_CAPACITY,
            around_one(rng, PACE_SD),
            home,
            desk,
            block_id,
            home,
        )

    # --- headway service --------------------------------------------------------------------------------------

    def _look(self, desk: RouteDesk, vehicles: list[Vehicle]) -> None:
        """The dispatcher of a route looks what is wanted soon and calls buses out of the depot."""
        soon = self.now + LEAD_S
        resting = sorted(
            (v for v in vehicles if v.parked and v.rested_at <= self.now), key=lambda v: (v.rested_at, v.vehicle_id)
        )
        patterns = {band.pattern_ix for at in (self.now, soon) for band in desk.bands_at(at)}
        for vehicle in resting:
            if desk.out >= desk.wanted(soon):
                break
            ways = {p: self._way_s(vehicle, p) for p in sorted(patterns)}
            departure = desk.departure({p: self.now + way_s + 180.0 for p, way_s in ways.items()})
            if departure is None:
                break
            desk.out += 1
            vehicle.parked = False
            run = self._next_run(vehicle, departure.band.pattern_ix, departure.band.trip_ix, departure.leave_at)
            run = replace(run, headway_s=departure.headway_s)
            early_s = ways[run.pattern_ix] + vehicle.rng.uniform(120.0, 360.0)
            self._at(departure.leave_at - early_s, partial(self._pull_out, vehicle, run))
        self._at(self.now + TICK_S, partial(self._look, desk, vehicles))

    def _turn(self, vehicle: Vehicle, desk: RouteDesk, pattern_ix: int, at: float) -> None:
        """At the end of a headway run: the way back, or home."""
        over = desk.out > desk.wanted(at + TICK_S) or (at > vehicle.home_by and desk.may_rest())
        rest_s = vehicle.rng.uniform(*LAYOVER_S)
        ready = {p: at + rest_s + self._way_s(vehicle, p) for p in desk.way_back(pattern_ix, at)}
        departure = None if over else desk.departure(ready)
        if departure is None:
            desk.out -= 1
            self._pull_in(vehicle, at)
            return
        run = self._next_run(vehicle, departure.band.pattern_ix, departure.band.trip_ix, departure.leave_at)
        self._lay_over(vehicle, replace(run, headway_s=departure.headway_s), at)

    # --- timetable service ------------------------------------------------------------------------------------

    def _plan_day(self, date: int) -> None:
        """Give the blocks of a service day to the vehicles that are free; a block without a vehicle does not run."""
        planned = self._service.runs_of(date)
        self._headways_s.update(usual_headways_s(planned, self._line_of))
        runs = [run for run in planned if run.start_at > self.now]
        for block in blocks_of(runs, self._begins, self._ends):
            pattern = int(self._network.trips.pattern_ix[block[0].trip_ix])
            begins = self._land.begins(pattern)
            ways = {v.vehicle_id: self._land.way_s(v.home_m or v.planned_m, begins) for v in self._pool}
            free = [v for v in self._pool if v.planned_until + REST_S[0] + 2 * ways[v.vehicle_id] <= block[0].start_at]
            if not free:
                continue
            vehicle = min(free, key=lambda v: (ways[v.vehicle_id], v.planned_until, v.vehicle_id))
            vehicle.planned_until = block[-1].end_at
            vehicle.planned_m = self._land.ends(int(self._network.trips.pattern_ix[block[-1].trip_ix]))
            early_s = ways[vehicle.vehicle_id] + vehicle.rng.uniform(300.0, 600.0)
            self._at(block[0].start_at - early_s, partial(self._start_block, vehicle, block))
        tomorrow = shift_date(date, 1)
        self._at(service_day_zero_s(tomorrow, self._network.timezone), partial(self._plan_day, tomorrow))

    def _start_block(self, vehicle: Vehicle, block: list[TimetableRun]) -> None:
        if not vehicle.parked:  # still out on the block before
            self._at(self.now + 60.0, partial(self._start_block, vehicle, block))
            return
        vehicle.orders.extend(block)
        vehicle.parked = False
        self._pull_out(vehicle, self._timetable_run(vehicle, vehicle.orders.popleft()))

    def _timetable_run(self, vehicle: Vehicle, order: TimetableRun) -> Run:
        pattern = int(self._network.trips.pattern_ix[order.trip_ix])
        run = self._next_run(vehicle, pattern, order.trip_ix, order.start_at)
        headway_s = self._headways_s.get(self._line_of(order.trip_ix), USUAL_HEADWAY_S)
        return replace(run, block_id=order.block_id or vehicle.block_id, headway_s=headway_s, timetable=True)

    def _line_of(self, trip_ix: int) -> tuple[int, int]:
        return self._demand.line_of(int(self._network.trips.pattern_ix[trip_ix]))

    def _begins(self, trip_ix: int) -> Place:
        return self._land.square(self._land.begins(int(self._network.trips.pattern_ix[trip_ix])))

    def _ends(self, trip_ix: int) -> Place:
        return self._land.square(self._land.ends(int(self._network.trips.pattern_ix[trip_ix])))

    # --- between runs -----------------------------------------------------------------------------------------

    def _next_run(self, vehicle: Vehicle, pattern_ix: int, trip_ix: int, start_at: float) -> Run:
        vehicle.runs += 1
        return Run(vehicle.runs, pattern_ix, trip_ix, start_at, USUAL_HEADWAY_S, vehicle.block_id, timetable=False)

    def _pull_out(self, vehicle: Vehicle, run: Run) -> None:
        vehicle.home_by = self.now + vehicle.rng.uniform(*SHIFT_S)
        self._know(vehicle, run)
        self._lay_over(vehicle, run, self.now)

    def _pull_in(self, vehicle: Vehicle, at: float) -> None:
        vehicle.aboard = replace(vehicle.aboard, route_id=None, direction_id=None, passengers=0, door_open=False)
        pause_s = vehicle.rng.uniform(30.0, 150.0)
        moves = [stand(straight([self._place(vehicle)]), at, at + pause_s, 0.0)]
        if vehicle.home_m is not None:
            moves += self._deadhead(vehicle, at + pause_s, vehicle.home_m)
        self._observe(vehicle, moves)
        self._at(moves[-1].to_at, partial(self._park, vehicle))

    def _park(self, vehicle: Vehicle) -> None:
        vehicle.parked = True
        vehicle.rested_at = self.now + vehicle.rng.uniform(*REST_S)

    def _lay_over(self, vehicle: Vehicle, run: Run, at: float) -> None:
        """Go to the first stop of the next run, wait there; somewhere in between the driver tells the system."""
        rng = vehicle.rng
        x_m, y_m = self._land.begins(run.pattern_ix)
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
        self._observe(vehicle, [*before, stand(here, at, told_at, 0.0)])
        self._know(vehicle, run)
        self._observe(vehicle, [stand(here, told_at, leave_at, 0.0)])
        vehicle.place_m = spot
        self._at(leave_at, partial(self._depart, vehicle, run))

    def _deadhead(self, vehicle: Vehicle, at: float, to_m: Spot) -> list[Move]:
        leg = self._land.deadhead(self._place(vehicle), to_m, vehicle.rng)
        vehicle.place_m = to_m
        if leg.way_m < 1.0:
            return [stand(leg.line, at, at + 1.0, 0.0)]
        return self._road.drive(leg, at, vehicle.pace, 0.0, 0.0, vehicle.rng)

    def _way_s(self, vehicle: Vehicle, pattern_ix: int) -> float:
        return self._land.way_s(vehicle.place_m, self._land.begins(pattern_ix))

    def _place(self, vehicle: Vehicle) -> Spot:
        if vehicle.place_m is None:
            raise ValueError(f"{vehicle.vehicle_id} has not been anywhere yet")
        return vehicle.place_m

    def _know(self, vehicle: Vehicle, run: Run) -> None:
        """What the bus management system knows from now on."""
        patterns, zone = self._network.patterns, self._network.timezone
        direction = int(patterns.direction_id[run.pattern_ix])
        date = service_date_of(self.now, zone)
        shift = 2 if self.now - service_day_zero_s(date, zone) > DRIVER_CHANGE_S else 1
        driver = chance(self._seed, "driver", vehicle.vehicle_id, date, shift).randrange(1000, 10_000)
        vehicle.aboard = Aboard(
            str(self._network.routes.route_id[patterns.route_ix[run.pattern_ix]]),
            direction if direction >= 0 else None,
            run.block_id,
            f"DRV-{driver}",
            vehicle.passengers,
        )

    # --- along a run ------------------------------------------------------------------------------------------

    def _depart(self, vehicle: Vehicle, run: Run) -> None:
        """Leave the first stop with whoever is there."""
        vehicle.run, vehicle.call, vehicle.speed_mps = run, 0, 0.0
        boarding = self._demand.board(
            run.pattern_ix, 0, self.now, run.headway_s, vehicle.capacity - vehicle.passengers, vehicle.rng
        )
        self._count_passengers(vehicle, vehicle.passengers + boarding)
        self._demand.calm(run.pattern_ix, self._land.leisure(run.pattern_ix, run.trip_ix))
        self._visit(vehicle, run, None, self.now)
        self._drive(vehicle, run)

    def _drive(self, vehicle: Vehicle, run: Run) -> None:
        """From a stop to the next one; whether it halts there is known on the way: a bell, or somebody waves."""
        coming, rng = vehicle.call + 1, vehicle.rng
        self._demand.leave(run.pattern_ix, vehicle.call, self.now)
        trip = self._trip_now(run)
        leg = self._land.legs(run.pattern_ix, trip)[vehicle.call]
        vehicle.alighting = self._demand.alighting(run.pattern_ix, coming, vehicle.passengers, rng)
        there_at = self.now + leg.planned_s
        somebody = 1 - math.exp(-self._demand.expect(run.pattern_ix, coming, there_at, run.headway_s))
        last = coming == len(self._network.patterns.stop_ix[self._network.pattern_stops(run.pattern_ix)]) - 1
        vehicle.halts = last or vehicle.alighting > 0 or rng.random() < somebody
        leave_mps = 0.0 if vehicle.halts else PASSING_MPS
        planned_s = float(self._network.trip_times(trip)[1][vehicle.call])
        late = run.timetable and self.now > run.start_at + planned_s + HURRY_AFTER_S
        pace = vehicle.pace * (HURRY if late else 1.0)
        moves = self._road.drive(leg, self.now, pace, vehicle.speed_mps, leave_mps, rng)
        self._observe(vehicle, moves)
        vehicle.speed_mps = moves[-1].at(moves[-1].to_at)[1]
        self._at(moves[-1].to_at, partial(self._finish if last else self._reach, vehicle, run))

    def _trip_now(self, run: Run) -> int:
        """The trip whose running times hold at this hour."""
        band = None if run.timetable else self._service.band_of(run.pattern_ix, self.now, 0.0)
        return run.trip_ix if band is None else band.trip_ix

    def _reach(self, vehicle: Vehicle, run: Run) -> None:
        """At a stop on the way."""
        vehicle.call += 1
        if not vehicle.halts:
            self._visit(vehicle, run, self.now, self.now)
            self._drive(vehicle, run)
            return
        room = vehicle.capacity - vehicle.passengers + vehicle.alighting
        boarding = self._demand.board(run.pattern_ix, vehicle.call, self.now, run.headway_s, room, vehicle.rng)
        leave_at = self.now + dwell_s(boarding, vehicle.alighting, vehicle.rng)
        leave_at = max(leave_at, self._held_until(run, vehicle.call, leave_at))
        self._count_passengers(vehicle, vehicle.passengers - vehicle.alighting + boarding)
        self._halt(vehicle, run, leave_at)
        self._visit(vehicle, run, self.now, leave_at)
        vehicle.speed_mps = 0.0
        self._at(leave_at, partial(self._drive, vehicle, run))

    def _held_until(self, run: Run, call: int, leave_at: float) -> float:
        if not run.timetable:
            return leave_at
        row = int(self._network.patterns.stop_ptr[run.pattern_ix]) + call
        planned = run.start_at + float(self._network.trip_times(run.trip_ix)[1][call])
        early = leave_at < planned - EARLY_S and bool(self._network.patterns.timepoint[row])
        return planned if early else leave_at

    def _finish(self, vehicle: Vehicle, run: Run) -> None:
        """At the last stop: everybody gets off; then the next run, or home."""
        vehicle.call += 1
        self._visit(vehicle, run, self.now, None)
        empty_at = self.now + dwell_s(0, vehicle.alighting, vehicle.rng)
        self._count_passengers(vehicle, 0)
        self._halt(vehicle, run, empty_at)
        vehicle.place_m = self._land.ends(run.pattern_ix)
        if vehicle.desk is not None:
            self._turn(vehicle, vehicle.desk, run.pattern_ix, empty_at)
        elif vehicle.orders and vehicle.orders[0].start_at - empty_at <= LONGEST_STAND_S:
            self._lay_over(vehicle, self._timetable_run(vehicle, vehicle.orders.popleft()), empty_at)
        else:
            rest = list(vehicle.orders)
            vehicle.orders.clear()
            self._pull_in(vehicle, empty_at)
            if rest:
                early_s = self._way_s(vehicle, int(self._network.trips.pattern_ix[rest[0].trip_ix])) + 300.0
                self._at(rest[0].start_at - early_s, partial(self._start_block, vehicle, rest))

    def _halt(self, vehicle: Vehicle, run: Run, until: float) -> None:
        row = int(self._network.patterns.stop_ptr[run.pattern_ix]) + vehicle.call
        place = stand(self._land.line(run.pattern_ix), self.now, until, float(self._network.patterns.stop_dist_m[row]))
        vehicle.aboard = replace(vehicle.aboard, door_open=True)
        self._observe(vehicle, [place])
        vehicle.aboard = replace(vehicle.aboard, door_open=False)

    def _count_passengers(self, vehicle: Vehicle, passengers: int) -> None:
        vehicle.passengers = passengers
        vehicle.aboard = replace(vehicle.aboard, passengers=passengers)

    def _visit(self, vehicle: Vehicle, run: Run, arrived_at: float | None, departed_at: float | None) -> None:
        seen_at = departed_at if departed_at is not None else arrived_at
        if self._on_visit is None or seen_at is None or not self._from_at <= seen_at < self._to_at:
            return
        patterns, network = self._network.patterns, self._network
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


def simulate(
    network: Network,
    settings: CitySettings,
    *,
    vehicles: int,
    seed: int,
    from_at: float,
    to_at: float,
    on_visit: Callable[[TrueVisit], None] | None = None,
) -> Iterator[SimulatedReport]:
    """Reports of a fleet in the order of ``received_at``; see :class:`Fleet`.

    ``from_at`` finds the buses already spread over their routes: the day before it is simulated in silence.
    """
    fleet = Fleet(network, settings, vehicles=vehicles, seed=seed, from_at=from_at, to_at=to_at, on_visit=on_visit)
    return fleet.reports()
