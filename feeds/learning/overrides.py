"""``overrides.toml`` of a city folder: a person's corrections of what was learned (``docs/learning.md``)."""

from __future__ import annotations

import tomllib
from pathlib import Path

from passinfo.bms.city_toml import CityFolderError, Section
from passinfo.network.learn.overrides import Override

KEYS = {"pattern_id", "drop", "stop_ids", "add_stops", "drop_stops", "headsign", "direction_id"}


def read_overrides(path: Path) -> tuple[Override, ...]:
    """The corrections of a file; none if there is no such file.

    Raises
    ------
    CityFolderError
        If the file is not TOML, or a key is not one of :data:`KEYS`.
    """
    if not path.is_file():
        return ()
    try:
        top = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CityFolderError(f"{path}: not TOML: {error}") from None
    tables = top.get("pattern", [])
    if set(top) - {"pattern"} or not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise CityFolderError(f"{path}: only [[pattern]] tables belong here (docs/learning.md shows some)")
    return tuple(_override(Section(str(path), "pattern.", table), table) for table in tables)


def _override(section: Section, table: dict[str, object]) -> Override:
    unknown = sorted(set(table) - KEYS)
    if unknown:
        raise CityFolderError(f"{section.source}: pattern.{unknown[0]} is no key; there are {', '.join(sorted(KEYS))}")
    direction_id = section.whole("direction_id", -1)
    if direction_id not in (-1, 0, 1):
        raise CityFolderError(f"{section.source}: pattern.direction_id must be 0 or 1, not {direction_id}")
    return Override(
        section.text("pattern_id"),
        section.truth("drop", default=False),
        section.texts("stop_ids") if section.has("stop_ids") else None,
        section.texts("add_stops"),
        section.texts("drop_stops"),
        section.text("headsign", ""),
        direction_id,
    )
