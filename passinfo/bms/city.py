"""A city folder: ``city.toml`` and CSV master data, or ``city.toml`` and the path of a GTFS feed.

``docs/city.md`` describes every key and column. Bad rows are refused one by one and counted; a folder that cannot be
used at all (no ``city.toml``, no timezone, no stops) is the operator's mistake and raises :class:`CityFolderError`
with one line that says what to do.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from passinfo.bms.city_master import KNOWN, LEARNED, NEEDED, read_master
from passinfo.bms.city_rows import FILES
from passinfo.bms.city_toml import CityFolderError, Section, to_attributions, to_publisher, to_settings
from passinfo.bms.master import Agency, Master
from passinfo.rejections import Rejection
from passinfo.settings import CitySettings

__all__ = ["City", "CityFolderError", "read_city"]


@dataclass(frozen=True, slots=True)
class City:
    """What a city folder says. Exactly one of ``master`` and ``gtfs_path`` is given."""

    folder: Path
    settings: CitySettings
    master: Master | None
    gtfs_path: Path | None
    timezone: str | None
    """IANA zone; None: the GTFS feed's own."""
    notes: tuple[str, ...]
    """Assumptions a person should know."""
    rejections: tuple[Rejection, ...]


def read_city(folder: Path) -> City:
    """The city of a folder.

    Raises
    ------
    CityFolderError
        If ``city.toml`` is missing or wrong, or neither master data nor a GTFS feed can be found.
    """
    source = folder / "city.toml"
    if not source.is_file():
        raise CityFolderError(f"{folder} is no city folder: it has no city.toml (docs/city.md shows one)")
    try:
        top = Section(str(source), "", tomllib.loads(source.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CityFolderError(f"{source}: not TOML: {error}") from None
    settings = to_settings(top, default_id=folder.resolve().name)
    notes = top.texts("assumptions")
    timezone = _timezone(top)
    path = top.text("gtfs", "")
    if path:
        gtfs_path = (folder / path).resolve()
        if not gtfs_path.exists():
            raise CityFolderError(f"{source}: gtfs = {path!r}: there is no such file or folder")
        return City(folder, settings, None, gtfs_path, timezone, notes, ())
    master, rejections = _read_master(folder, top, settings, notes, timezone)
    return City(folder, settings, master, None, timezone, notes, rejections)


def _timezone(top: Section) -> str | None:
    name = top.text("timezone", "")
    try:
        return ZoneInfo(name).key if name else None
    except (ZoneInfoNotFoundError, ValueError):
        raise CityFolderError(f"{top.source}: timezone = {name!r} is no IANA zone (such as Asia/Manila)") from None


def _read_master(
    folder: Path, top: Section, settings: CitySettings, notes: tuple[str, ...], timezone: str | None
) -> tuple[Master, tuple[Rejection, ...]]:
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if not (folder / LEARNED[0]).is_file():
        missing += [name for name in KNOWN if not (folder / name).is_file()]
    if missing:
        raise CityFolderError(f'{folder}: {", ".join(missing)} missing; or name a feed: gtfs = "…" in city.toml')
    if timezone is None:
        raise CityFolderError(f'{top.source}: timezone is missing (such as timezone = "Asia/Manila")')
    section = top.section("agency")
    agency = Agency(
        section.text("agency_id"), section.text("name"), section.text("url"), timezone, settings.languages[0]
    )
    files = {name: (folder / name).read_bytes() for name in FILES if (folder / name).is_file()}
    master, rejections = read_master(
        files,
        agency,
        to_publisher(top.section("publisher", default={"name": agency.name, "url": agency.url})),
        settings.depots,
        to_attributions(top),
        valid_days=top.whole("valid_days", 365),
        notes=notes,
    )
    for records, name in ((master.stops, "stops.csv"), (master.route_stops, "route_stops.csv")):
        if not records and (folder / name).is_file():
            first = next((f" (row {r.row}: {r.reason.value} {r.field})" for r in rejections if r.source == name), "")
            raise CityFolderError(f"{folder / name}: no usable row{first}")
    return master, rejections
