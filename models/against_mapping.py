"""What the columns of somebody's table of trip updates mean, as TOML."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from passinfo.columns import specs
from passinfo.errors import OperatorError
from passinfo.prediction.accuracy.foreign import StopUpdates

FOLDER = Path(__file__).parent / "mappings"
TIMES = ("epoch_s", "epoch_ms", "iso")
FIELDS = tuple(spec.file_name for spec in specs(StopUpdates))
REQUIRED = ("made_at", "trip_id")


class AgainstMappingError(OperatorError):
    """A mapping that cannot be read: which key, and what would be right."""


@dataclass(frozen=True, slots=True)
class AgainstMapping:
    """Which column each field comes from, and how instants are written."""

    name: str
    time: str
    columns: dict[str, str]
    """By field."""


def load_against_mapping(name: str) -> AgainstMapping:
    """A mapping that comes with the program by its name, or the one in a ``.toml`` file.

    Raises
    ------
    AgainstMappingError
        If there is none, or it says what cannot be.
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> load_against_mapping("kingston").columns["stop_sequence"]
    'seq'
    """
    if name.endswith(".toml"):
        return parse_against_mapping(Path(name).read_text(encoding="utf-8-sig"), Path(name).name)
    names = sorted(path.stem for path in FOLDER.glob("*.toml"))
    if name not in names:
        raise AgainstMappingError(f"no mapping {name!r}: use one of {', '.join(names)}, or a path to a .toml file")
    return parse_against_mapping((FOLDER / f"{name}.toml").read_text(encoding="utf-8"), name)


def parse_against_mapping(text: str, name: str) -> AgainstMapping:
    """The mapping written in TOML.

    Raises
    ------
    AgainstMappingError
        If it is no TOML, names a field or a way of writing time that does not exist, or leaves out a required field.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AgainstMappingError(f"mapping {name}: not TOML: {error}") from None
    columns = document.get("columns", {})
    if document.get("time") not in TIMES:
        raise AgainstMappingError(f"mapping {name}: time: use one of {', '.join(TIMES)}")
    if not isinstance(columns, dict) or not all(isinstance(column, str) for column in columns.values()):
        raise AgainstMappingError(f'mapping {name}: write [columns] and below it lines such as trip_id = "trip"')
    unknown = sorted(set(columns) - set(FIELDS))
    if unknown:
        raise AgainstMappingError(f"mapping {name}: {unknown[0]!r} is no field; these are: {', '.join(FIELDS)}")
    missing = [field for field in REQUIRED if field not in columns]
    missing += [] if {"arrival_at", "departure_at"} & set(columns) else ["arrival_at"]
    missing += [] if {"stop_sequence", "stop_id"} & set(columns) else ["stop_sequence"]
    if missing:
        raise AgainstMappingError(f"mapping {name}: says nothing of {', '.join(missing)}")
    return AgainstMapping(name, document["time"], columns)
