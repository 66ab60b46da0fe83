"""A mapping from its TOML; every complaint names the mapping and the key. Pure: takes text."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from passinfo.bms.mapping import (
    EPOCH_FORMATS,
    FIELDS,
    ISO,
    REQUIRED,
    SHORT_NAMES,
    UNITS,
    Mapping,
    MappingError,
    Rule,
    Split,
)

_TOP_KEYS = {"description", "timezone", "time", "null", "delimiter", "file_name", "columns", "constants", "split"}
_RULE_KEYS = {"column", "unit", "time", "strip_prefix", "null", "values"}


def parse_mapping(text: str, name: str) -> Mapping:
    """The mapping written in TOML.

    Raises
    ------
    MappingError
        If it is no TOML, names a field, unit or key that does not exist, or leaves out a required field.

    Examples
    --------
    >>> mapping = parse_mapping('''
    ... time = "epoch_s"
    ... [columns]
    ... vehicle_id = "bus"
    ... observed_at = "t"
    ... lat = "y"
    ... lon = "x"
    ... speed_mps = { column = "v", unit = "kmh" }
    ... ''', "mine")
    >>> mapping.columns()
    ('bus', 't', 'y', 'x', 'v')
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"mapping {name}: not TOML: {error}") from None
    return _Document(name, document).mapping()


@dataclass(frozen=True, slots=True)
class _Document:
    """A decoded TOML document and the errors that name it."""

    name: str
    document: dict[str, Any]

    def mapping(self) -> Mapping:
        self._only(self.document, _TOP_KEYS, "")
        timezone = self._text(self.document, "timezone", "") or None
        if timezone is not None:
            try:
                ZoneInfo(timezone)
            except (KeyError, ValueError, OSError):
                raise self._error(f"timezone {timezone!r} is no IANA zone such as Asia/Manila") from None
        delimiter = self._text(self.document, "delimiter", ",")
        if len(delimiter) != 1:
            raise self._error(f"delimiter {delimiter!r}: one character is needed")
        constants = {
            self._field(key): str(value)
            for key, value in self._table(self.document, "constants").items()
            if not isinstance(value, dict | list)
        }
        splits = tuple(self._split(entry) for entry in self._list(self.document, "split"))
        pattern = self._text(self.document, "file_name", "")
        mapping = Mapping(
            self.name,
            self._rules(),
            constants,
            splits,
            self._pattern(pattern) if pattern else None,
            timezone,
            delimiter,
            self._text(self.document, "description", ""),
        )
        self._need_required(mapping)
        return mapping

    def _rules(self) -> dict[str, Rule]:
        columns = self._table(self.document, "columns")
        given = {self._field(key): self._rule(key, value) for key, value in columns.items()}
        return {name: given[name] for name in FIELDS if name in given}

    def _rule(self, key: str, value: object) -> Rule:
        entry: dict[str, Any] = value if isinstance(value, dict) else {"column": value}
        self._only(entry, _RULE_KEYS, f"columns.{key}.")
        name = self._field(key)
        unit = self._text(entry, "unit", "")
        scale = UNITS.get(name, {}).get(unit, 1.0)
        if unit and unit not in UNITS.get(name, {}):
            known = ", ".join(UNITS.get(name, {})) or "it has none"
            raise self._error(f"columns.{key}: unit {unit!r}: use one of: {known}")
        columns = self._words(entry, "column")
        if not columns:
            raise self._error(f"columns.{key}: no column is named")
        null = frozenset(self._words(self.document, "null")) | frozenset(self._words(entry, "null"))
        values = {str(theirs): str(ours) for theirs, ours in self._table(entry, "values").items()}
        formats = self._formats(key, entry) if name.endswith("_at") else ()
        return Rule(columns, scale, formats, self._text(entry, "strip_prefix", ""), null, values)

    def _formats(self, key: str, entry: dict[str, Any]) -> tuple[str, ...]:
        formats = self._words(entry, "time") or self._words(self.document, "time")
        wrong = [word for word in formats if word not in EPOCH_FORMATS and word != ISO and "%" not in word]
        if wrong or not formats:
            raise self._error(f"columns.{key}: time {wrong}: use epoch_s, epoch_ms, iso or a pattern such as %d/%m/%Y")
        if set(EPOCH_FORMATS) <= set(formats):
            raise self._error(f"columns.{key}: time: either epoch_s or epoch_ms: which of them is never guessed")
        return formats

    def _split(self, entry: object) -> Split:
        if not isinstance(entry, dict):
            raise self._error("split: write [[split]] with column and pattern")
        self._only(entry, {"column", "pattern"}, "split.")
        return Split(self._text(entry, "column", ""), self._pattern(self._text(entry, "pattern", "")))

    def _pattern(self, text: str) -> re.Pattern[str]:
        try:
            pattern = re.compile(text)
        except re.error as error:
            raise self._error(f"pattern {text!r}: {error}") from None
        for group in pattern.groupindex:
            self._field(group)
        if not pattern.groupindex:
            raise self._error(f"pattern {text!r} has no named group such as (?P<route_id>.+)")
        return pattern

    def _need_required(self, mapping: Mapping) -> None:
        patterns = [split.pattern for split in mapping.splits] + ([mapping.file_name] if mapping.file_name else [])
        groups = {self._field(group) for pattern in patterns for group in pattern.groupindex}
        missing = [name for name in REQUIRED if name not in {*mapping.rules, *mapping.constants, *groups}]
        if missing:
            raise self._error(f"says nothing of {', '.join(missing)}, which every report needs")

    def _field(self, key: str) -> str:
        name = SHORT_NAMES.get(key, key)
        if name not in FIELDS:
            raise self._error(f"{key!r} is no field of a report; these are: {', '.join(FIELDS)}")
        return name

    def _only(self, table: dict[str, Any], known: set[str], where: str) -> None:
        unknown = sorted(set(table) - known)
        if unknown:
            raise self._error(f"{where}{unknown[0]} is no key; these are: {', '.join(sorted(known))}")

    def _table(self, table: dict[str, Any], key: str) -> dict[str, Any]:
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self._error(f"{key} has to be a table")
        return value

    def _list(self, table: dict[str, Any], key: str) -> list[object]:
        value = table.get(key, [])
        if not isinstance(value, list):
            raise self._error(f"{key} has to be a list: write [[{key}]]")
        return value

    def _words(self, table: dict[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        words = value if isinstance(value, list) else [value]
        if not all(isinstance(word, str) for word in words):
            raise self._error(f"{key} has to be a text or a list of texts")
        return tuple(words)

    def _text(self, table: dict[str, Any], key: str, default: str) -> str:
        value = table.get(key, default)
        if not isinstance(value, str):
            raise self._error(f"{key} has to be a text")
        return value

    def _error(self, message: str) -> MappingError:
        return MappingError(f"mapping {self.name}: {message}")
