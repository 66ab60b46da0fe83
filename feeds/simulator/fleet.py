"""The fleet: which buses there are, and what each does after a run.

Buses are moved by :mod:`along_run <feeds.simulator.along_run>` and :mod:`between_runs <feeds.simulator.between_runs>`,
event by event of the timeline. The same arguments give the same reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from feeds.simulator.allotment import TIMETABLE, allot, peak_needs
from feeds.simulator.along_run import AlongRun
from feeds.simulator.between_runs import BetweenRuns
from feeds.simulator.chance import around_one, chance
from feeds.simulator.demand import USUAL_CAPACITY, Demand
from feeds.simulator.device import Device
from feeds.simulator.dispatch import RouteDesk
from feeds.simulator.headway_service import HeadwayService
from feeds.simulator.land import Land
from feeds.simulator.road import Road
from feeds.simulator.rows import SimulatedReport, TrueVisit
from feeds.simulator.scene import Scene
from feeds.simulator.service import Service
from feeds.simulator.timeline import Timeline
from feeds.simulator.timetable_service import TimetableService
from feeds.simulator.vehicle import Vehicle
from passinfo.network.network import Network
from passinfo.settings import CitySettings
from passinfo.times import service_date_of, service_day_zero_s

WARM_UP_S = 7_200.0
"""By then buses are spread over the routes."""
DAY_STARTS_S = 3 * 3600.0
"""The simulated day begins at 03:00, when the fewest buses run."""
PACE_SD = 0.05
"""Drivers and buses differ. Assumption."""


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
        zone = network.timezone
        date = service_date_of(from_at - WARM_UP_S - DAY_STARTS_S, zone)
        timeline = Timeline(service_day_zero_s(date, zone) + DAY_STARTS_S, from_at, to_at)
        road = Road(seed)
        land = Land(network, settings, road)
        self._scene = Scene(network, Service(network), land, road, Demand(network, seed), timeline, seed)
        self._along = AlongRun(self._scene, self._run_over, on_visit)
        between = BetweenRuns(self._scene, self._along.depart)
        self._headways = HeadwayService(self._scene, between)
        self.vehicles = self._make_vehicles(vehicles, from_at)
        pool = [vehicle for vehicle in self.vehicles if vehicle.desk is None]
        self._timetables = TimetableService(self._scene, between, pool)
        if pool:
            self._timetables.plan_day(date)

    def reports(self) -> Iterator[SimulatedReport]:
        """Reports in the order in which they are received."""
        return self._scene.timeline.reports()

    def _run_over(self, vehicle: Vehicle, pattern_ix: int, empty_at: float) -> None:
        if vehicle.desk is not None:
            self._headways.turn(vehicle, vehicle.desk, pattern_ix, empty_at)
        else:
            self._timetables.go_on(vehicle, empty_at)

    def _make_vehicles(self, count: int, from_at: float) -> list[Vehicle]:
        known = [str(vehicle_id) for vehicle_id in self._scene.network.fleet.vehicle_id]
        names = iter(known + [f"SIM-{n:03d}" for n in range(1, count + 1)])
        made: list[Vehicle] = []
        for route, buses in allot(peak_needs(self._scene.service, from_at), count).items():
            desk = None if route == TIMETABLE else RouteDesk(self._scene.network, self._scene.service, route, buses)
            word = "T" if desk is None else str(self._scene.network.routes.route_id[route])
            made += [self._make_vehicle(next(names), desk, f"{word}-{n:02d}", from_at) for n in range(1, buses + 1)]
            if desk is not None:
                looked = partial(self._headways.look, desk, [v for v in made if v.desk is desk])
                timeline = self._scene.timeline
                timeline.at(timeline.now, looked)
        return made

    def _make_vehicle(self, vehicle_id: str, desk: RouteDesk | None, block_id: str, from_at: float) -> Vehicle:
        rng = chance(self._scene.seed, "vehicle", vehicle_id)
        row = self._scene.network.fleet_rows.get(vehicle_id)
        capacity = int(self._scene.network.fleet.capacity[row]) if row is not None else -1
        routes = self._scene.network.patterns.route_ix
        near = 0 if desk is None else int(np.flatnonzero(routes == desk.route_ix)[0])
        home = self._scene.land.depot_spot(self._scene.land.begins(near), rng)
        capacity = capacity if capacity > 0 else USUAL_CAPACITY
        return Vehicle(
            vehicle_id,
            rng,
            Device(self._scene.seed, vehicle_id, self._scene.network.projection, from_at, capacity),
            capacity,
            around_one(rng, PACE_SD),
            home,
            desk,
            block_id,
            home,
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
