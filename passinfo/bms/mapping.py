"""Mappings: what the columns of somebody's reports mean, as TOML.

A mapping names, for each field of a report, the column it comes from and how its values are written. Nothing is
guessed: an epoch in seconds is only read as seconds, a local time only with a zone. ``docs/bms.md`` shows every key.

:mod:`passinfo.bms.mapping_toml` reads one; :mod:`passinfo.bms.presets` finds the files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field

from passinfo.bms.reports import Reports
from passinfo.columns import specs
from passinfo.errors import OperatorError

FIELDS = tuple(spec.name for spec in specs(Reports))
REQUIRED = ("vehicle_id", "observed_at", "lat_deg", "lon_deg")
SHORT_NAMES = {"lat": "lat_deg", "lon": "lon_deg", "start_time": "start_service_s"}
"""How the fields are called in files, where that differs."""

EPOCH_FORMATS = {"epoch_s": 1.0, "epoch_ms": 1000.0}
"""Parts of a second."""
ISO = "iso"

_LENGTHS = {"m": 1.0, "km": 1000.0, "ft": 0.3048, "mi": 1609.344}
UNITS: dict[str, dict[str, float]] = {
    "speed_mps": {"mps": 1.0, "kmh": 1 / 3.6, "mph": 0.44704, "knots": 1852 / 3600},
    "odometer_m": _LENGTHS,
    "accuracy_m": _LENGTHS,
}
"""Factors to our unit (international foot, mile and nautical mile)."""


class MappingError(OperatorError):
    """A mapping that cannot be read: which key, and what would be right."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Where one field comes from and how it is written."""

    columns: tuple[str, ...]
    """The first of them that a file has is read."""
    scale: float = 1.0
    """Factor from the column's unit to ours."""
    formats: tuple[str, ...] = ()
    """Of an instant: ``epoch_s``, ``epoch_ms``, ``iso`` or strptime patterns, tried in order."""
    strip_prefix: str = ""
    null: frozenset[str] = frozenset()
    values: Dictionary[str, str] = field(default_factory=dict)
    """Their word → ours; an empty word of ours means none."""


@dataclass(frozen=True, slots=True)
class Split:
    """A column that holds several fields: the named groups of ``pattern``. What does not match gives none of them."""

    column: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Mapping:
    """What the columns of a source mean."""

    name: str
    rules: Dictionary[str, Rule]
    constants: Dictionary[str, str] = field(default_factory=dict)
    splits: tuple[Split, ...] = ()
    file_name: re.Pattern[str] | None = None
    """Its named groups are constants where no column gives the field."""
    timezone: str | None = None
    """Zone of times that carry no offset; without one they are refused."""
    delimiter: str = ","
    description: str = ""

    def columns(self) -> tuple[str, ...]:
        """Every column the mapping may read, each once, in the order of the fields."""
        named = [column for rule in self.rules.values() for column in rule.columns]
        return tuple(dict.fromkeys([*named, *(split.column for split in self.splits)]))
