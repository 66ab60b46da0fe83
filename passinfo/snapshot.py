"""The snapshot: everything published at one tick, immutable.

Three tables and the alerts. ``vehicles`` has a row per vehicle known; ``runs`` a row per trip instance (or, where the
trip is abstained but route and direction are sure, per vehicle); ``calls`` a row per run and stop. GTFS-Realtime and
the arrivals of a stop are both views of these: TripUpdates group ``calls`` by run, arrivals by stop
(``calls_of_stop`` is a slice of ``order_by_stop``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from passinfo.columns import Bools, Floats, Ints, Texts
from passinfo.ids import NetworkHash

Codes = npt.NDArray[np.uint8]


class RunRelationship(IntEnum):
    """Trip-level schedule relationship; the values are those of GTFS-Realtime's TripDescriptor."""

    SCHEDULED = 0
    UNSCHEDULED = 2
    CANCELED = 3
    REPLACEMENT = 5
    DUPLICATED = 6
    DELETED = 7
    NEW = 8


class CallRelationship(IntEnum):
    """Stop-level schedule relationship; the values are those of GTFS-Realtime's StopTimeUpdate."""

    SCHEDULED = 0
    SKIPPED = 1
    NO_DATA = 2
    UNSCHEDULED = 3


class StopStatus(IntEnum):
    """Vehicle's status towards ``stop_ix``; GTFS-Realtime's VehicleStopStatus; NONE: not on a pattern."""

    INCOMING_AT = 0
    STOPPED_AT = 1
    IN_TRANSIT_TO = 2
    NONE = 255


@dataclass(frozen=True, slots=True)
class Vehicles:
    """One row per vehicle, sorted by vehicle_id. Position as reported; NaN heading and speed = unknown."""

    vehicle_id: Texts
    label: Texts
    plate: Texts
    lat_deg: Floats
    lon_deg: Floats
    bearing_deg: Floats
    """Device heading, else the pattern's tangent, else NaN; 0 is north."""
    speed_mps: Floats
    odometer_m: Floats
    observed_at: Floats
    phase: Codes
    """PhaseCode."""
    route_ix: Ints
    """-1 unless sure."""
    direction_id: Ints
    pattern_ix: Ints
    run_row: Ints
    """Row of ``runs`` it serves now, -1 if none (abstained vehicles with a sure route have a run, unpublished)."""
    dist_m: Floats
    offset_m: Floats
    confidence: Floats
    stop_ix: Ints
    """Next or current stop, -1 if none."""
    stop_sequence: Ints
    stop_status: Codes
    """StopStatus."""
    occupancy: Ints
    """GTFS-Realtime OccupancyStatus, -1 unknown (then the field is absent)."""
    occupancy_percent: Ints
    """Of the capacity, in tens, -1 unknown (likewise)."""
    congestion: Codes
    """GTFS-Realtime CongestionLevel of the road it is on; 0 unknown (likewise)."""
    wheelchair: Ints
    """1 accessible, 0 not, -1 unknown."""
    flagged: Bools
    """True: not in the fleet list."""
    public: Bools
    """True: goes out in VehiclePositions (IN_SERVICE, LAYOVER, or OFF_ROUTE; and fresh)."""
    trip_public: Bools
    """True: goes out with its trip descriptor (False for off-route without detour alert, and abstained)."""


@dataclass(frozen=True, slots=True)
class Runs:
    """One row per run, sorted by (trip_id, start_date, start_service_s), abstained ones last by vehicle_id."""

    trip_id: Texts
    """None where abstained."""
    trip_ix: Ints
    """Row of network.trips; -1 for NEW and abstained."""
    start_date: Ints
    start_service_s: Ints
    route_ix: Ints
    direction_id: Ints
    pattern_ix: Ints
    headsign: Texts
    relationship: Codes
    """RunRelationship."""
    vehicle_row: Ints
    """Row of ``vehicles``; -1 if none (cancelled, look-ahead without a shared block, NEW without bus)."""
    measured_at: Floats
    """observed_at of the last measurement used: the TripUpdate's timestamp, never the tick's."""
    look_ahead: Bools
    """True: the vehicle has not begun this run (layover or next trip)."""
    published: Bools
    """True: goes out in TripUpdates (False: abstained; its calls still serve /v1)."""
    call_ptr: Ints
    """n + 1 offsets into ``calls``; empty for CANCELED."""


@dataclass(frozen=True, slots=True)
class Calls:
    """One row per run and stop, by run, then stop_sequence. NaN = none."""

    run_row: Ints
    stop_ix: Ints
    stop_sequence: Ints
    relationship: Codes
    """CallRelationship."""
    observed: Bools
    """True: passed already; the times are observed (uncertainty 0)."""
    arrival_at: Floats
    """p50; none at the first stop of a pattern."""
    departure_at: Floats
    """p50; none at the last stop."""
    p10_at: Floats
    p50_at: Floats
    """The call's own instant: arrival, at the first stop departure."""
    p90_at: Floats
    scheduled_at: Floats
    """By timetable; NaN for headway service."""
    stops_away: Ints
    """Served stops before this one; 0 = next stop; -1 if passed or not tracked."""
    distance_m: Floats
    """Along the pattern from the bus to the stop; NaN if not tracked."""
    method: Codes
    basis: Codes


@dataclass(frozen=True, slots=True)
class InformedEntity:
    """What an alert is about; None = any."""

    agency_id: str | None = None
    route_id: str | None = None
    direction_id: int | None = None
    trip_id: str | None = None
    start_date: int | None = None
    start_service_s: int | None = None
    stop_id: str | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """A service alert; texts are (language, text) pairs; instants epoch seconds, None = open."""

    alert_id: str
    cause: str
    """GTFS-Realtime Cause name."""
    effect: str
    """GTFS-Realtime Effect name."""
    severity: str
    communication: tuple[tuple[float | None, float | None], ...]
    impact: tuple[tuple[float | None, float | None], ...]
    informed: tuple[InformedEntity, ...]
    header: tuple[tuple[str, str], ...]
    description: tuple[tuple[str, str], ...] = ()
    url: tuple[tuple[str, str], ...] = ()
    tts_header: tuple[tuple[str, str], ...] = ()
    """As it is to be spoken: no abbreviations, numbers as words."""
    tts_description: tuple[tuple[str, str], ...] = ()
    image: tuple[tuple[str, str, str], ...] = ()
    """(language, url, media type)."""
    image_text: tuple[tuple[str, str], ...] = ()
    """What the image shows, for those who cannot see it."""


@dataclass(frozen=True, slots=True)
class TripModification:
    """Trips of one pattern that leave stops out on some days: a detour as GTFS-Realtime's TripModifications tell it."""

    modification_id: str
    alert_id: str
    """The alert that tells passengers of it."""
    pattern_ix: int
    trip_ids: tuple[str, ...]
    start_service_s: int | None
    """The one departure meant, of a trip that departs many times; None: all."""
    dates: tuple[int, ...]
    first_sequence: int
    """stop_sequence of the first stop left out …"""
    last_sequence: int
    """… and of the last."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything published at one tick."""

    sequence: int
    made_at: float
    network_hash: NetworkHash
    city_id: str
    vehicles: Vehicles
    runs: Runs
    calls: Calls
    order_by_stop: Ints
    """Rows of ``calls`` still to come, sorted by stop_ix, then p50_at."""
    stop_ptr: Ints
    """n_stops + 1 offsets into ``order_by_stop``."""
    alerts: tuple[Alert, ...]
    modifications: tuple[TripModification, ...] = ()
    """Where the city tells detours as modified trips."""
    repaired: tuple[tuple[str, int], ...] = ()
    """Rules that something in it would have broken, and how often, before it was repaired or published with less."""

    def calls_of_stop(self, stop_ix: int) -> npt.NDArray[np.int32]:
        """Rows of ``calls`` to come at a stop, soonest first."""
        return self.order_by_stop[self.stop_ptr[stop_ix] : self.stop_ptr[stop_ix + 1]]
