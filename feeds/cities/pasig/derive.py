"""Stops, routes and stop order of Pasig's city folder from the Sakay.ph/LTFRB feed of 2015.

``python -m feeds.cities.pasig.derive manila_sakay_2015.zip`` rewrites stops.csv, routes.csv, route_stops.csv,
patterns.csv and translations.csv beside this file. What is kept, renamed or cut is stated in README.md.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Chosen:
    """One route of the folder: source routes there and back, our names, and the part of each that is kept."""

    route_id: str
    name: str
    there: str
    back: str
    headsign_there: str
    headsign_back: str
    color: str
    west_deg: float = -180.0
    """Stops west of it are cut (both directions)."""
    east_deg: float = 180.0
    """Stops east of it are cut."""

    @property
    def between_stops(self) -> tuple[object, object]:
        """``continuous_pickup`` and ``continuous_drop_off``: jeepneys (PUJ) take and leave people anywhere."""
        return (0, 0) if self.there.startswith("PUJ") else ("", "")


CHOSEN = (
    Chosen("P1", "Marikina – Pateros via Pasig", "PUJ1903", "PUJ1902", "Pateros", "Marikina", "1B6CA8"),
    Chosen("P2", "EDSA Shaw Central – Taytay", "PUJ1819", "PUJ1820", "Taytay", "EDSA Shaw", "A8321B"),
    Chosen("P3", "San Juan – San Juan, Taytay", "PUJ1580", "PUJ1581", "San Juan, Taytay", "San Juan", "2E7D32"),
    Chosen("P4", "Pasig – Quiapo via Sta. Mesa", "PUJ1526", "PUJ1527", "Quiapo", "Pasig", "6A1B9A"),
    Chosen("P5", "EDSA Pioneer – Pateros via Pasig", "PUJ1307", "PUJ1306", "Pateros", "EDSA Pioneer", "7A5C00"),
    Chosen("P6", "Pasig – Bicutan via Pateros", "PUJ1151", "PUJ1150", "Bicutan", "Pasig", "00695C"),
    Chosen("P7", "EDSA Shaw Central – Pasig", "PUJ1318", "PUJ1319", "Pasig", "EDSA Shaw", "AD1457"),
    Chosen(
        "P8",
        "Taytay – Mandaluyong via Ortigas Ave",
        "PUB1106",
        "PUB1107",
        "Mandaluyong",
        "Taytay",
        "37474F",
        121.03,
        121.13,
    ),
)


def _rows(feed: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.TextIOWrapper(feed.open(name), encoding="utf-8-sig", newline="")))


def _write(name: str, header: list[str], rows: list[list[object]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([header, *rows])


def derive(source: Path) -> None:
    """Rewrite the four files from the feed at ``source``."""
    with zipfile.ZipFile(source) as feed:
        places = {row["stop_id"]: row for row in _rows(feed, "stops.txt")}
        trips: dict[str, str] = {}
        for row in _rows(feed, "trips.txt"):
            trips.setdefault(row["route_id"], row["trip_id"])
        wanted = {trips[f"LTFRB_{source_id}"] for route in CHOSEN for source_id in (route.there, route.back)}
        calls = [row for row in _rows(feed, "stop_times.txt") if row["trip_id"] in wanted]
    calls.sort(key=lambda row: (row["trip_id"], int(row["stop_sequence"])))
    order: list[list[object]] = []
    signs: list[list[object]] = []
    for route in CHOSEN:
        for direction, source_id in enumerate((route.there, route.back)):
            trip = trips[f"LTFRB_{source_id}"]
            stops = [row["stop_id"] for row in calls if row["trip_id"] == trip]
            kept = [stop for stop in stops if route.west_deg <= float(places[stop]["stop_lon"]) <= route.east_deg]
            order += [[route.route_id, direction, "", n, stop, f"LTFRB_{source_id}"] for n, stop in enumerate(kept, 1)]
            signs.append([route.route_id, direction, "", (route.headsign_there, route.headsign_back)[direction], 0])
    used = sorted({str(row[4]) for row in order})
    names = {stop: _name(places[stop]["stop_name"]) for stop in used}
    _write(
        "stops.csv",
        ["stop_id", "stop_name", "lat_deg", "lon_deg", "tts_name"],
        [[stop, names[stop], places[stop]["stop_lat"], places[stop]["stop_lon"], spoken(names[stop])] for stop in used],
    )
    _write("route_stops.csv", ["route_id", "direction_id", "variant", "stop_sequence", "stop_id", "source"], order)
    _write("patterns.csv", ["route_id", "direction_id", "variant", "headsign", "assumed"], signs)
    _write(
        "routes.csv",
        [
            *("route_id", "short_name", "long_name", "route_type", "color", "text_color", "sort_order"),
            *("continuous_pickup", "continuous_drop_off"),
        ],
        [[r.route_id, r.route_id, r.name, 3, r.color, "FFFFFF", n, *r.between_stops] for n, r in enumerate(CHOSEN, 1)],
    )
    _write(
        "translations.csv",
        ["table_name", "field_name", "language", "translation", "record_id", "field_value"],
        _translations(sorted(set(names.values()))),
    )


def _translations(stop_names: list[str]) -> list[list[object]]:
    """Rows of translations.csv; names that are the same in Filipino need none."""
    feed: list[list[object]] = [
        ["agency", "agency_name", "fil", "Mga bus ng Pasig (pagpapakita lamang)", "pasig-demo", ""],
        ["feed_info", "feed_publisher_name", "fil", "passinfo (pagpapakita lamang, hindi opisyal na feed)", "", ""],
    ]
    routes: list[list[object]] = [
        ["routes", "route_long_name", "fil", route.name.replace(" via ", ", dumaraan sa "), route.route_id, ""]
        for route in CHOSEN
        if " via " in route.name
    ]
    stops: list[list[object]] = [
        ["stops", "stop_name", "fil", filipino(name), "", name] for name in stop_names if filipino(name) != name
    ]
    return feed + routes + stops


SPELLED = {
    "Ave": "Avenue",
    "Blvd": "Boulevard",
    "Blvd.": "Boulevard",
    "Dr": "Drive",
    "Gen.": "General",
    "Hwy": "Highway",
    "Ln": "Lane",
    "Rd": "Road",
    "St": "Street",
    "Subd": "Subdivision",
}
"""Words that a voice would spell out wrongly. "Dr" is Drive after a name and Doctor before one."""


def spoken(name: str) -> str:
    """A stop's name as a voice should say it; "" where that is how it is written.

    Examples
    --------
    >>> spoken("Ortigas Ave / Dr Sixto Antonio Ave Intersection, Pasig City")
    'Ortigas Avenue and Doctor Sixto Antonio Avenue Intersection, Pasig City'
    """
    words = name.replace(" / ", " and ").split(" ")
    said = []
    for at, word in enumerate(words):
        bare = word.rstrip(",")
        first = at == 0 or words[at - 1] == "and" or words[at - 1].endswith(",")
        full = "Doctor" if bare == "Dr" and first else SPELLED.get(bare, bare)
        said.append(full + word[len(bare) :])
    spelled = " ".join(said)
    return "" if spelled == name else spelled


def filipino(name: str) -> str:
    """A stop's name in Filipino: names of streets stay, corners, schools and cities are called as people call them.

    Examples
    --------
    >>> filipino("Ortigas Ave / C. Raymundo Ave Intersection, Pasig City")
    'Kanto ng Ortigas Ave at C. Raymundo Ave, Lungsod ng Pasig'
    """
    place, *town = name.split(", ")
    if " / " in place:
        place = f"Kanto ng {place.removesuffix(' Intersection').replace(' / ', ' at ')}"
    place = _SCHOOL.sub(r"Mababang Paaralan ng \1", place)
    place = place.replace("Elementary School", "Mababang Paaralan").replace(
        "Julia Vargas Bridge", "Tulay ng Julia Vargas"
    )
    town = ["Lungsod Quezon" if part == "Quezon City" else part for part in town]
    return ", ".join([place, *(_CITY.sub(r"Lungsod ng \1", part) for part in town)])


_SCHOOL = re.compile(r"^(.+) Elementary School$")
_CITY = re.compile(r"^(.+) City$")


def _name(name: str) -> str:
    """Every name ends in the metropolis, which tells nobody in it anything; slips of the pen are righted."""
    short = " ".join(name.split()).removesuffix(", Manila").removesuffix(" Manila").rstrip(" ,")
    parts = short.replace(" ,", ",").replace("Pagis City", "Pasig City").replace("Tatay", "Taytay").split(", ")
    return ", ".join(part for n, part in enumerate(parts) if n == 0 or part != parts[n - 1])


if __name__ == "__main__":
    derive(Path(sys.argv[1]))
