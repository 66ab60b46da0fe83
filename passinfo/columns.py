"""Columns: frozen dataclasses of equally long numpy arrays, the form data takes between modules.

A column class declares each field with :func:`column`, which records what the column means. From that one
declaration come the empty table, selection, concatenation, the Parquet schema (``passinfo.history``) and the check
that ``docs/data-dictionary.md`` names every column.

Kinds in memory and in files:

============  ==============================================  =========================
kind          in memory                                       in Parquet
============  ==============================================  =========================
instant       float64, epoch seconds UTC, NaN = none          timestamp[ms, UTC]
text          object, ``str`` or ``None``                     string
service_date  int32, yyyymmdd, 0 = none                       string ``YYYYMMDD``
service_time  int32, seconds of the service day, -1 = none    string ``HH:MM:SS``
f8            float64, NaN = none                             double
i4            int32, -1 = none                                int32
bool          bool                                            bool
============  ==============================================  =========================
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt

Kind = Literal["instant", "text", "service_date", "service_time", "f8", "i4", "bool"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

_DTYPES: dict[Kind, str] = {
    "instant": "f8",
    "text": "O",
    "service_date": "i4",
    "service_time": "i4",
    "f8": "f8",
    "i4": "i4",
    "bool": "?",
}
_NONE: dict[Kind, object] = {
    "instant": np.nan,
    "text": None,
    "service_date": 0,
    "service_time": -1,
    "f8": np.nan,
    "i4": -1,
    "bool": False,
}


@dataclasses.dataclass(frozen=True, slots=True)
class ColumnSpec:
    """What one column is: its name in memory, its name in files, kind, unit and meaning."""

    name: str
    file_name: str
    kind: Kind
    unit: str
    doc: str
    optional: bool
    """A file may lack it: then it says nothing."""


def column(kind: Kind, doc: str, *, unit: str = "", file_name: str | None = None, optional: bool = False) -> Any:
    """Declare one field of a column class (use as the field's default)."""
    return dataclasses.field(
        metadata={"kind": kind, "doc": doc, "unit": unit, "file_name": file_name, "optional": optional}
    )


def specs(cls: type[Any]) -> tuple[ColumnSpec, ...]:
    """Declared columns of a column class, in order."""
    return tuple(
        ColumnSpec(
            f.name,
            f.metadata["file_name"] or f.name,
            f.metadata["kind"],
            f.metadata["unit"],
            f.metadata["doc"],
            f.metadata["optional"],
        )
        for f in dataclasses.fields(cls)
        if "kind" in f.metadata
    )


T = TypeVar("T")


def length(table: Any) -> int:
    """Number of rows of a column table."""
    return len(getattr(table, dataclasses.fields(table)[0].name))


def from_rows(cls: type[T], rows: Sequence[Sequence[object]]) -> T:
    """Build a table from rows given in the order of the declared columns; ``None`` becomes the kind's none.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Seen:
    ...     vehicle_id: Texts = column("text", "vehicle")
    ...     speed_mps: Floats = column("f8", "speed", unit="m/s")
    >>> from_rows(Seen, [("a", 1.5), ("b", None)]).speed_mps
    array([1.5, nan])
    """
    by_column = list(zip(*rows, strict=True)) if rows else [() for _ in specs(cls)]
    arrays: dict[str, object] = {}
    for spec, values in zip(specs(cls), by_column, strict=True):
        none = _NONE[spec.kind]
        array = np.empty(len(values), dtype=_DTYPES[spec.kind])
        array[:] = [none if value is None else value for value in values]
        arrays[spec.name] = array
    return cls(**arrays)


def empty(cls: type[T]) -> T:
    """A table without rows."""
    return cls(**{spec.name: np.empty(0, dtype=_DTYPES[spec.kind]) for spec in specs(cls)})


def none_column(kind: Kind, n: int) -> npt.NDArray[Any]:
    """``n`` rows of "none" of this kind."""
    array = np.empty(n, dtype=_DTYPES[kind])
    array[:] = _NONE[kind]
    return array


def take(table: T, index: npt.NDArray[Any] | slice) -> T:
    """The rows chosen by a boolean mask, an index array or a slice, in that order."""
    return dataclasses.replace(  # type: ignore[type-var]  # every column table is a dataclass
        table, **{spec.name: getattr(table, spec.name)[index] for spec in specs(type(table))}
    )


def concat(cls: type[T], tables: Iterable[T]) -> T:
    """The rows of all tables, one after the other."""
    parts = list(tables)
    if not parts:
        return empty(cls)
    if len(parts) == 1:
        return parts[0]
    return cls(**{s.name: np.concatenate([getattr(part, s.name) for part in parts]) for s in specs(cls)})
