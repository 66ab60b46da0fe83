"""Mappings that come with the library, and mappings of one's own, by name or path."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from passinfo.bms.mapping import Mapping, MappingError
from passinfo.bms.mapping_toml import parse_mapping


def preset_names() -> tuple[str, ...]:
    """Names of the mappings that come with the library.

    Examples
    --------
    >>> preset_names()
    ('gtfs-rt-csv', 'kingston', 'nextbus', 'nyc-b63', 'passinfo', 'traccar')
    """
    names = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@lru_cache(maxsize=32)
def load_preset(name: str) -> Mapping:
    """The preset of this name.

    Raises
    ------
    MappingError
        If there is none.
    """
    if name not in preset_names():
        raise MappingError(f"no mapping {name!r}: use one of {', '.join(preset_names())}, or a path to a .toml file")
    return parse_mapping((files(__name__) / f"{name}.toml").read_text(encoding="utf-8"), name)


def load_mapping(name_or_path: str | Path) -> Mapping:
    """A preset by its name, or the mapping in a ``.toml`` file.

    Raises
    ------
    MappingError
        If there is no such preset, or the file is no mapping.
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> load_mapping("traccar").rules["speed_mps"].columns
    ('speed',)
    """
    path = Path(name_or_path)
    if path.suffix != ".toml":
        return load_preset(str(name_or_path))
    try:
        return parse_mapping(path.read_text(encoding="utf-8-sig"), path.name)
    except UnicodeDecodeError:
        raise MappingError(f"mapping {path.name}: not UTF-8") from None
