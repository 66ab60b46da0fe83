"""The compiled network: one city's stops, routes, patterns, trips, headway bands and calendar as numpy arrays.

Made once from GTFS tables (``passinfo.network.compile``), cached on disk by content hash
(``passinfo.stores.networks``), read by every process with numpy only. Rows are referred to by index (``_ix``,
int32, -1 = none); ragged lists are an offset array (``_ptr``, n + 1 long) into a flat one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from passinfo.columns import Bools, Floats, Ints, Texts
from passinfo.geo import Projection
from passinfo.ids import NetworkHash
from passinfo.times import to_date


@dataclass(frozen=True, slots=True)
class Stops:
    """Stops and stations (``location_type`` 0 and 1 only), one row each."""

    stop_id: Texts
    code: Texts
    name: Texts
    lat_deg: Floats
    lon_deg: Floats
    location_type: Ints
    parent_ix: Ints
    wheelchair: Ints
    """``wheelchair_boarding``: 0 unknown, 1 yes, 2 no."""


@dataclass(frozen=True, slots=True)
class Routes:
    """Routes, one row each."""

    route_id: Texts
    agency_id: Texts
    short_name: Texts
    long_name: Texts
    route_type: Ints
    color: Texts
    text_color: Texts
    sort_order: Ints


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns: one ordered list of stops with one geometry.

    Stops of pattern p: flat rows ``stop_ptr[p]:stop_ptr[p+1]``; its line: ``shape_ptr[p]:shape_ptr[p+1]``. Every
    trip of a pattern has the same stop_sequence values, pick-up and drop-off.
    """

    pattern_id: Texts
    route_ix: Ints
    direction_id: Ints
    """0, 1 or -1 where the feed gives none."""
    headsign: Texts
    shape_known: Bools
    """False: the line goes straight from stop to stop."""
    shape_given: Bools
    """The feed draws the line, if only from stop to stop: who reads the feed measures buses against it."""
    stop_ptr: Ints
    stop_ix: Ints
    stop_sequence: Ints
    """The static feed's own, never renumbered."""
    stop_dist_m: Floats
    """Distance along the line, strictly increasing within a pattern."""
    timepoint: Bools
    no_pickup: Bools
    no_drop_off: Bools
    shape_ptr: Ints
    shape_x_m: Floats
    shape_y_m: Floats
    shape_dist_m: Floats
    """From 0, recomputed in the plane (metres), whatever unit the feed used."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """Running-time profiles shared by trips: seconds after the first departure, at each stop of the pattern."""

    profile_ptr: Ints
    arrival_s: Ints
    departure_s: Ints


@dataclass(frozen=True, slots=True)
class Trips:
    """Trips, one row each, sorted by trip_id."""

    trip_id: Texts
    pattern_ix: Ints
    service_ix: Ints
    profile_ix: Ints
    start_service_s: Ints
    """First departure in service seconds; for a headway template the value its stop_times carry (no meaning)."""
    block_id: Texts
    headsign: Texts
    short_name: Texts
    wheelchair: Ints
    is_headway: Bools
    """True: runs by ``frequencies.txt`` with exact_times 0 or empty."""
    is_exact_frequency: Bools
    """True: runs by ``frequencies.txt`` with exact_times 1."""


@dataclass(frozen=True, slots=True)
class HeadwayBands:
    """Rows of ``frequencies.txt``, sorted by trip, then start."""

    trip_ix: Ints
    start_service_s: Ints
    end_service_s: Ints
    headway_s: Ints
    exact: Bools


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which service runs on which day: ``active[service, day]``, day 0 = ``first_date``."""

    service_id: Texts
    first_date: int
    """``yyyymmdd``; 0 if no service has any date."""
    active: Bools

    def active_services(self, date: int) -> npt.NDArray[np.bool_]:
        """Boolean per service: does it run on this service day (``yyyymmdd``)?"""
        if self.first_date == 0 or self.active.shape[1] == 0:
            return np.zeros(len(self.service_id), dtype=bool)
        day = (to_date(date) - to_date(self.first_date)).days
        if not 0 <= day < self.active.shape[1]:
            return np.zeros(len(self.service_id), dtype=bool)
        return np.asarray(self.active[:, day])


@dataclass(frozen=True, slots=True)
class Fleet:
    """Vehicles the master data knows; empty where only GTFS is given."""

    vehicle_id: Texts
    label: Texts
    plate: Texts
    vehicle_type: Texts
    low_floor: Ints
    """1 yes, 0 no, -1 unknown."""
    capacity: Ints


@dataclass(frozen=True)
class Network:
    """One city's compiled network. Not slotted: look-up tables are made on first use and kept."""

    hash: NetworkHash
    """Of the static feed's content and of the compiler's version."""
    timezone: str
    agency_name: str
    agency_url: str
    feed_version: str | None
    """``feed_info.feed_version``; None where the feed has none."""
    projection: Projection
    stops: Stops
    routes: Routes
    patterns: Patterns
    profiles: Profiles
    trips: Trips
    headways: HeadwayBands
    calendar: Calendar
    fleet: Fleet
    notes: tuple[str, ...] = field(default=())
    """What a person should know, e.g. "lines go stop to stop"."""

    @cached_property
    def stop_rows(self) -> dict[str, int]:
        """stop_id → row of ``stops``."""
        return {stop_id: row for row, stop_id in enumerate(self.stops.stop_id)}

    @cached_property
    def route_rows(self) -> dict[str, int]:
        """route_id → row of ``routes``."""
        return {route_id: row for row, route_id in enumerate(self.routes.route_id)}

    @cached_property
    def trip_rows(self) -> dict[str, int]:
        """trip_id → row of ``trips``."""
        return {trip_id: row for row, trip_id in enumerate(self.trips.trip_id)}

    @cached_property
    def pattern_rows(self) -> dict[str, int]:
        """pattern_id → row of ``patterns``."""
        return {pattern_id: row for row, pattern_id in enumerate(self.patterns.pattern_id)}

    @cached_property
    def fleet_rows(self) -> dict[str, int]:
        """vehicle_id → row of ``fleet``."""
        return {vehicle_id: row for row, vehicle_id in enumerate(self.fleet.vehicle_id)}

    @cached_property
    def rows_of_stop(self) -> list[npt.NDArray[np.int64]]:
        """Flat rows of ``patterns`` at each stop."""
        order = np.argsort(self.patterns.stop_ix, kind="stable")
        ends = np.searchsorted(self.patterns.stop_ix[order], np.arange(1, len(self.stops.stop_id)))
        return np.split(order, ends)

    @cached_property
    def bands_of_trip(self) -> dict[int, list[tuple[int, int, int]]]:
        """Start, end and headway of each band by row of the template trip."""
        found: dict[int, list[tuple[int, int, int]]] = {}
        bands = self.headways
        columns = (bands.trip_ix, bands.start_service_s, bands.end_service_s, bands.headway_s)
        for trip, *band in zip(*(column.tolist() for column in columns), strict=True):
            found.setdefault(trip, []).append((band[0], band[1], band[2]))
        return found

    @cached_property
    def trips_of_pattern(self) -> list[npt.NDArray[np.int32]]:
        """Rows of ``trips`` of each pattern, by start_service_s."""
        order = np.lexsort((self.trips.start_service_s, self.trips.pattern_ix))
        cuts = np.searchsorted(self.trips.pattern_ix[order], np.arange(len(self.patterns.pattern_id) + 1))
        return [order[a:b].astype(np.int32) for a, b in pairwise(cuts)]

    def pattern_stops(self, pattern_ix: int) -> slice:
        """Flat rows of a pattern's stops."""
        return slice(int(self.patterns.stop_ptr[pattern_ix]), int(self.patterns.stop_ptr[pattern_ix + 1]))

    def pattern_line(self, pattern_ix: int) -> slice:
        """Flat rows of a pattern's line."""
        return slice(int(self.patterns.shape_ptr[pattern_ix]), int(self.patterns.shape_ptr[pattern_ix + 1]))

    def pattern_length_m(self, pattern_ix: int) -> float:
        """Length of a pattern's line."""
        return float(self.patterns.shape_dist_m[self.patterns.shape_ptr[pattern_ix + 1] - 1])

    def trip_times(self, trip_ix: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Arrival and departure at each stop, seconds after the trip's first departure."""
        profile = int(self.trips.profile_ix[trip_ix])
        rows = slice(int(self.profiles.profile_ptr[profile]), int(self.profiles.profile_ptr[profile + 1]))
        return self.profiles.arrival_s[rows], self.profiles.departure_s[rows]
