"""Finding stops by words, however they are spelt, and by place."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from api.plans import Plans
from passinfo.columns import Ints
from passinfo.geo import haversine_m
from passinfo.network.network import Network

ALIKE = 72.0
"""Out of a hundred: two slips in a word of eight letters still count, another word does not."""
MOST_ALIKE = 200


def fold(text: str) -> str:
    """Text without case and accents, for searching.

    Examples
    --------
    >>> fold("Parañaque")
    'paranaque'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@dataclass(frozen=True)
class Box:
    """Degrees; west may be larger than east, across the date line."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True)
class Near:
    """A place and how far around it."""

    lat_deg: float
    lon_deg: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class KeptHeadways:
    """Headway service at a stop as JSON, and when it is true: on which service day, from when until when."""

    day: int
    since: float
    until: float
    data: bytes


class Places:
    """Look-ups of one network, made on first use and kept as long as the network is served."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.plans = Plans(network)
        self.headways: dict[int, KeptHeadways] = {}
        """What is told of headway service at each stop."""

    @cached_property
    def routes_of_stop(self) -> dict[int, list[int]]:
        """Rows of the routes that serve each stop, by row of the stop."""
        found: dict[int, set[int]] = {}
        patterns = self.network.patterns
        for pattern_ix in range(len(patterns.pattern_id)):
            route = int(patterns.route_ix[pattern_ix])
            for stop in patterns.stop_ix[self.network.pattern_stops(pattern_ix)].tolist():
                found.setdefault(stop, set()).add(route)
        return {stop: sorted(routes) for stop, routes in found.items()}

    @cached_property
    def platforms(self) -> dict[int, list[int]]:
        """Rows of the stops of each station, by row of the station."""
        found: dict[int, list[int]] = {}
        for row, parent in enumerate(self.network.stops.parent_ix.tolist()):
            if parent >= 0:
                found.setdefault(parent, []).append(row)
        return found

    @cached_property
    def _stops(self) -> Ints:
        return np.flatnonzero(self.network.stops.location_type == 0).astype(np.int32)

    @cached_property
    def _names(self) -> list[str]:
        """Folded names of the rows of ``_stops``."""
        return [fold(str(self.network.stops.name[row])) for row in self._stops.tolist()]

    @cached_property
    def _texts(self) -> list[str]:
        stops = self.network.stops
        return [
            f"{name} {fold(str(stops.code[row] or ''))} {fold(str(stops.stop_id[row]))}"
            for row, name in zip(self._stops.tolist(), self._names, strict=True)
        ]

    @cached_property
    def _order(self) -> list[int]:
        """Places in ``_stops`` by name, then id."""
        ids = [str(self.network.stops.stop_id[row]) for row in self._stops.tolist()]
        return sorted(range(len(ids)), key=lambda at: (self._names[at], ids[at]))

    def search(self, words: str, near: Near | None = None, box: Box | None = None) -> list[int]:
        """Rows of the stops that match, best first; nearest first if a place is given.

        Where no name, code or id holds all words, stops spelt nearly so are found.
        """
        wanted = fold(words).split()
        holds = [at for at in self._order if all(word in self._texts[at] for word in wanted)]
        rows = [int(self._stops[at]) for at in (self._ranked(holds, wanted) if wanted else holds)]
        if wanted and not rows:
            rows = self._alike(" ".join(wanted))
        return self._nearest(self._inside(rows, box), near)

    def _ranked(self, found: list[int], wanted: list[str]) -> list[int]:
        """Whole names first, then those that begin so, then by name."""
        whole = " ".join(wanted)

        def rank(at: int) -> int:
            name = self._names[at]
            return 0 if name == whole else 1 if name.startswith(whole) else 2

        return sorted(found, key=rank)

    def _alike(self, whole: str) -> list[int]:
        """Rows of stops spelt nearly so, likest first."""
        from rapidfuzz import fuzz, process  # loaded by the first who slips

        found = process.extract(
            whole, self._names, scorer=fuzz.WRatio, limit=MOST_ALIKE, score_cutoff=ALIKE, processor=None
        )
        likest = sorted(
            found, key=lambda each: (-fuzz.ratio(whole, each[0]), each[2]) if each[1] < 90 else (-each[1], each[2])
        )
        return [int(self._stops[at]) for _, _, at in likest]

    def _inside(self, rows: list[int], box: Box | None) -> list[int]:
        if box is None:
            return rows
        lat, lon = np.asarray(self.network.stops.lat_deg)[rows], np.asarray(self.network.stops.lon_deg)[rows]
        across = (
            (lon >= box.west) & (lon <= box.east) if box.west <= box.east else (lon >= box.west) | (lon <= box.east)
        )
        kept = (lat >= box.south) & (lat <= box.north) & across
        return [row for row, good in zip(rows, kept.tolist(), strict=True) if good]

    def _nearest(self, rows: list[int], near: Near | None) -> list[int]:
        if near is None or not rows:
            return rows
        lat, lon = np.asarray(self.network.stops.lat_deg)[rows], np.asarray(self.network.stops.lon_deg)[rows]
        away = haversine_m(lat, lon, near.lat_deg, near.lon_deg)
        order = np.argsort(away, kind="stable")
        return [rows[at] for at in order[away[order] <= near.radius_m].tolist()]
