"""``city.toml`` to settings. Pure: takes the parsed tables; every complaint names the file and the key."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from passinfo.bms.master import Attribution, Publisher
from passinfo.errors import OperatorError
from passinfo.settings import MATCHED, RAW, Area, CitySettings, Depot, Hints


class CityFolderError(OperatorError):
    """A city folder that cannot be used; the message says what to do."""


class Section:
    """One table of a TOML file, with typed access; each getter raises :class:`CityFolderError`."""

    def __init__(self, source: str, name: str, values: Mapping[str, Any]) -> None:
        self.source, self._name, self._values = source, name, values

    def _wrong(self, key: str, wanted: str) -> CityFolderError:
        return CityFolderError(f"{self.source}: {self._name}{key} must be {wanted}, not {self._values.get(key)!r}")

    def has(self, key: str) -> bool:
        """Whether the key is given."""
        return key in self._values

    def keys(self) -> tuple[str, ...]:
        """What is given, in order."""
        return tuple(self._values)

    def text(self, key: str, default: str | None = None) -> str:
        """A text."""
        value = self._values.get(key, default)
        if not isinstance(value, str):
            raise self._wrong(key, "a text in quotes")
        return value

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts."""
        value = self._values.get(key, default)
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, "a list of texts")
        return tuple(value)

    def number(self, key: str, default: float | None = None) -> float:
        """A number."""
        value = self._values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(key, "a number")
        return float(value)

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number."""
        value = self._values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(key, "a whole number")
        return value

    def truth(self, key: str, default: bool | None = None) -> bool:
        """True or false."""
        value = self._values.get(key, default)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def choice(self, key: str, words: tuple[str, ...]) -> str:
        """One of some words; the first if not given."""
        value = self._values.get(key, words[0])
        if value not in words:
            raise self._wrong(key, " or ".join(f'"{word}"' for word in words))
        return str(value)

    def points(self, key: str) -> tuple[tuple[float, float], ...]:
        """A list of [lat, lon]; empty if not given."""
        value = self._values.get(key, [])
        try:
            return tuple((float(lat), float(lon)) for lat, lon in value)
        except (TypeError, ValueError):
            raise self._wrong(key, "a list of [lat, lon]") from None

    def section(self, key: str, default: Mapping[str, Any] | None = None) -> Section:
        """A table within."""
        value = self._values.get(key, default)
        if not isinstance(value, Mapping):
            raise self._wrong(key, f"a table: [{key}]")
        return Section(self.source, f"{self._name}{key}.", value)

    def sections(self, key: str) -> tuple[Section, ...]:
        """A list of tables; empty if not given."""
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise self._wrong(key, f"a list of tables: [[{key}]]")
        return tuple(Section(self.source, f"{key}[{n}].", item) for n, item in enumerate(value))

    def refuse_unknown(self, known: set[str]) -> None:
        """Complain about a key nobody reads: most likely a slip of the pen."""
        unknown = sorted(set(self._values) - known)
        if unknown:
            raise CityFolderError(
                f"{self.source}: unknown key {self._name}{unknown[0]}; known: {', '.join(sorted(known))}"
            )


TOP_KEYS = frozenset(
    (
        *("city_id", "name", "timezone", "languages", "gtfs", "valid_days", "assumptions"),
        *("area", "agency", "publisher", "attributions", "depots", "hints", "settings"),
        *("licence", "stop_groups"),
    )
)
"""The keys of ``city.toml`` outside any table, and its tables."""

NUMBER_SETTINGS = (
    "area_margin_m",
    "max_clock_skew_s",
    "max_report_age_s",
    "max_speed_mps",
    "stale_after_s",
    "trip_update_max_age_s",
    "horizon_s",
)
"""Keys of ``[settings]`` that are numbers; each is the attribute of that name of ``CitySettings``."""


def to_settings(top: Section, *, default_id: str) -> CitySettings:
    """City settings; what the file does not give keeps its default."""
    top.refuse_unknown(set(TOP_KEYS))
    section = top.section("settings", default={})
    section.refuse_unknown(
        {*NUMBER_SETTINGS, "refuse_unknown_vehicles", "show_plates", "positions", "trip_modifications", "seed"}
    )
    languages = top.texts("languages", ("en",))
    if not languages:
        raise CityFolderError(f'{top.source}: languages needs at least one (such as languages = ["en"])')
    groups = top.section("stop_groups", default={})
    settings = CitySettings(
        city_id=top.text("city_id", default_id),
        name=top.text("name", default_id),
        languages=languages,
        area=_to_area(top),
        depots=tuple(_to_depot(depot) for depot in top.sections("depots")),
        hints=_to_hints(top.section("hints", default={})),
        refuse_unknown_vehicles=section.truth("refuse_unknown_vehicles", default=False),
        positions=section.choice("positions", (RAW, MATCHED)),
        show_plates=section.truth("show_plates", default=True),
        trip_modifications=section.truth("trip_modifications", default=False),
        seed=section.whole("seed", 0),
        licence=top.text("licence", ""),
        stop_groups=tuple((name, groups.texts(name)) for name in groups.keys()),  # noqa: SIM118  # no dict,
    )
    given = {key: section.number(key) for key in NUMBER_SETTINGS if section.has(key)}
    return dataclasses.replace(settings, **given)  # type: ignore[arg-type]  # NUMBER_SETTINGS are its float attributes


def to_publisher(section: Section) -> Publisher:
    """Publisher of the feed."""
    return Publisher(
        section.text("name"), section.text("url"), section.text("contact_email", ""), section.text("contact_url", "")
    )


def to_attributions(top: Section) -> tuple[Attribution, ...]:
    """Whom the data is owed to."""
    return tuple(
        Attribution(
            section.text("organization"),
            section.text("url", ""),
            section.truth("is_producer", default=False),
            section.truth("is_operator", default=False),
            section.truth("is_authority", default=False),
            section.text("email", ""),
        )
        for section in top.sections("attributions")
    )


def _to_area(top: Section) -> Area | None:
    if not top.has("area"):
        return None
    section = top.section("area")
    area = Area(*(section.number(key) for key in ("south_deg", "west_deg", "north_deg", "east_deg")))
    if not (area.south_deg < area.north_deg and area.west_deg < area.east_deg):
        raise CityFolderError(f"{top.source}: area: south must lie below north, and west before east")
    return area


def _to_depot(section: Section) -> Depot:
    polygon = section.points("polygon")
    if polygon:
        lat_deg = sum(lat for lat, _ in polygon) / len(polygon)
        lon_deg = sum(lon for _, lon in polygon) / len(polygon)
    else:
        lat_deg, lon_deg = section.number("lat_deg"), section.number("lon_deg")
    return Depot(section.text("depot_id"), lat_deg, lon_deg, section.number("radius_m", 150.0), polygon)


def _to_hints(section: Section) -> Hints:
    names = [each.name for each in dataclasses.fields(Hints)]
    section.refuse_unknown(set(names))
    return Hints(**{name: section.truth(name, default=True) for name in names})
