"""Master data: what a bus management system knows before any bus moves.

One frozen dataclass per record kind; ``docs/city.md`` names the file and column each field is read from. Service is
either by headway (bands of "a bus every so many seconds") or by timetable (departures at the first stop). Nobody has
measured running times yet, so a :class:`RunningBand` states them as an assumed speed by hour of the service day;
a later build replaces the assumption by history.

Service times are seconds of the service day (``passinfo.times``): 25:00 is 90,000 s and stays so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from passinfo.bms.offer import Offer
from passinfo.settings import Depot

NOT_BETWEEN_STOPS = 1
"""GTFS ``continuous_pickup``: "1 or empty - No continuous stopping pickup"."""


class PatternKey(NamedTuple):
    """What names a pattern in master data: route, direction and the BMS's own tag of a branch ("" = the main one)."""

    route_id: str
    direction_id: int
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Agency:
    """Who runs the buses, as GTFS ``agency.txt``."""

    agency_id: str
    name: str
    url: str
    timezone: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes the feed, and whom to ask about it."""

    name: str
    url: str
    contact_email: str = ""
    contact_url: str = ""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whom the data is owed to, as GTFS ``attributions.txt``; one of the three roles is true."""

    organization: str
    url: str = ""
    is_producer: bool = False
    is_operator: bool = False
    is_authority: bool = False
    email: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop. ``wheelchair`` as GTFS ``wheelchair_boarding``: 0 unknown, 1 yes, 2 no."""

    stop_id: str
    name: str
    lat_deg: float
    lon_deg: float
    code: str = ""
    wheelchair: int = 0
    tts_name: str = ""
    """The name as a voice should say it, where that is not how it is written."""
    platform_code: str = ""
    area_id: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """A route. Colours are six hex digits without ``#``; ``""`` = none. ``route_type`` 3 is a bus.

    ``continuous_pickup`` and ``continuous_drop_off`` as in GTFS: 0 anywhere (hail and ride), 1 only at stops, 2 by
    phone, 3 by arrangement with the driver.
    """

    route_id: str
    short_name: str
    long_name: str
    route_type: int = 3
    color: str = ""
    text_color: str = ""
    sort_order: int = 0
    network_id: str = ""
    continuous_pickup: int = NOT_BETWEEN_STOPS
    continuous_drop_off: int = NOT_BETWEEN_STOPS

    @property
    def stops_anywhere(self) -> bool:
        """Whether passengers may get on or off between stops."""
        return not self.continuous_pickup == self.continuous_drop_off == NOT_BETWEEN_STOPS


@dataclass(frozen=True, slots=True)
class RouteStops:
    """The ordered stops of one route, direction and variant; at least two."""

    key: PatternKey
    stop_ids: tuple[str, ...]
    headsign: str
    assumed: bool = False
    """True: an assumption (e.g. the way back is the way there reversed), not a record."""
    wheelchair: int = 0
    """Of its buses, as GTFS ``wheelchair_accessible``: 0 unknown, 1 room for one at least, 2 none."""
    bikes: int = 0
    """Of its buses, as GTFS ``bikes_allowed``: 0 unknown, 1 room for one at least, 2 none."""


@dataclass(frozen=True, slots=True)
class ServedStops:
    """The stops that a route serves in whatever direction; in which order and direction its buses tell."""

    route_id: str
    stop_ids: tuple[str, ...]
    ordered: bool = True
    """Both directions and all branches one after the other; False: the order means nothing."""


@dataclass(frozen=True, slots=True)
class HeadwayBand:
    """A bus every ``headway_s`` on a pattern, from ``start_service_s`` until before ``end_service_s``."""

    key: PatternKey
    day_type: str
    start_service_s: int
    end_service_s: int
    headway_s: int


@dataclass(frozen=True, slots=True)
class TimetableDeparture:
    """Timetable service: one run of a pattern leaves its first stop at ``departure_service_s``."""

    key: PatternKey
    day_type: str
    departure_service_s: int
    trip_id: str = ""
    block_id: str = ""
    wheelchair: int = 0
    """0: as the pattern."""
    bikes: int = 0
    """0: as the pattern."""


@dataclass(frozen=True, slots=True)
class RunningBand:
    """Assumed commercial speed (dwells included) from ``start_service_s`` until before ``end_service_s``.

    ``route_id`` and ``day_type`` "" mean every one; a band that names a route or a day type wins over one that names
    none.
    """

    start_service_s: int
    end_service_s: int
    speed_mps: float
    route_id: str = ""
    day_type: str = ""


@dataclass(frozen=True, slots=True)
class DayType:
    """A kind of service day and its weekdays, Monday first."""

    day_type: str
    weekdays: tuple[bool, bool, bool, bool, bool, bool, bool]


@dataclass(frozen=True, slots=True)
class Holiday:
    """A date (``yyyymmdd``) that runs as ``day_type`` whatever its weekday; "" = no service at all."""

    date: int
    day_type: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """The runs one vehicle makes in a day; departures name it by ``block_id``."""

    block_id: str
    day_type: str
    depot_id: str = ""
    vehicle_id: str = ""


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle. ``low_floor`` None = unknown; ``capacity`` persons, seated and standing, None = unknown."""

    vehicle_id: str
    label: str = ""
    plate: str = ""
    vehicle_type: str = ""
    low_floor: bool | None = None
    capacity: int | None = None
    depot_id: str = ""


@dataclass(frozen=True, slots=True)
class Master:
    """All master data of a city, checked: every id that is named exists, every pattern has two stops or more."""

    agency: Agency
    publisher: Publisher
    stops: tuple[Stop, ...]
    routes: tuple[Route, ...]
    route_stops: tuple[RouteStops, ...]
    day_types: tuple[DayType, ...]
    headways: tuple[HeadwayBand, ...] = ()
    timetable: tuple[TimetableDeparture, ...] = ()
    running: tuple[RunningBand, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    blocks: tuple[Block, ...] = ()
    depots: tuple[Depot, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    offer: Offer = field(default_factory=Offer)
    served: tuple[ServedStops, ...] = ()
    """Of routes whose patterns are not known but learned from traces."""
    valid_days: int = 365
    """How many days from the build date on the static feed speaks for."""
    notes: tuple[str, ...] = field(default=())
    """Assumptions a person should know."""
