"""City settings: what a city decides; every value has a default that says where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field

RAW, MATCHED = "raw", "matched"


@dataclass(frozen=True, slots=True)
class Area:
    """A box in degrees."""

    south_deg: float
    west_deg: float
    north_deg: float
    east_deg: float

    def contains(self, lat_deg: float, lon_deg: float) -> bool:
        """Whether a place lies in the box (its edges belong to it)."""
        return self.south_deg <= lat_deg <= self.north_deg and self.west_deg <= lon_deg <= self.east_deg


@dataclass(frozen=True, slots=True)
class Depot:
    """Where buses sleep: a circle around a point, or a polygon of (lat, lon) corners if one is given."""

    depot_id: str
    lat_deg: float
    lon_deg: float
    radius_m: float = 150.0
    polygon: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Hints:
    """Which ids of the reports the pipeline may use; the rest are ignored."""

    trip: bool = True
    block: bool = True
    route: bool = True
    direction: bool = True
    variant: bool = True


@dataclass(frozen=True, slots=True)
class CitySettings:
    """Settings of one city; an attribute a city folder does not give keeps its default."""

    city_id: str = "city"
    name: str = ""
    languages: tuple[str, ...] = ("en",)
    area: Area | None = None
    """None: the network's box plus ``area_margin_m``."""
    area_margin_m: float = 20_000.0
    """Depots and deadheads lie outside the stops' box."""
    depots: tuple[Depot, ...] = ()
    hints: Hints = field(default_factory=Hints)
    refuse_unknown_vehicles: bool = False
    max_clock_skew_s: float = 120.0
    """A device clock ahead of ours by more is wrong, not fast."""
    max_report_age_s: float = 3_600.0
    """Older reports are for the archive, not for passengers."""
    max_speed_mps: float = 45.0
    """160 km/h: no bus; what implies more is a teleport."""
    stale_after_s: float = 90.0
    """Best practice of GTFS-Realtime: a position older than 90 s leaves the feed."""
    trip_update_max_age_s: float = 600.0
    """A TripUpdate widens with age and ends here: NO_DATA (timetable) or withdrawn (headway)."""
    horizon_s: float = 5_400.0
    """How far ahead arrivals are predicted."""
    licence: str = ""
    """Under which the city publishes: told in every answer of the API."""
    stop_groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Named groups of stops, by stop_id: a square, a school."""
    positions: str = RAW
    """``raw``: buses are shown where they report; ``matched``: those in service on the line of their pattern."""
    show_plates: bool = True
    """Whether number plates of the fleet list go out."""
    trip_modifications: bool = False
    """Whether detours between two stops are also told as TripModifications (experimental in GTFS-Realtime)."""
    seed: int = 0
