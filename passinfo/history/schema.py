"""The Parquet schema of a column class, and the exact conversions between memory and file.

Source of the kinds: the table in :mod:`passinfo.columns`. "None" in memory (NaN, -1, 0, ``None``) is null in files.
Instants are kept to the millisecond; a value that lies between two is rounded to the nearer one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from passinfo.columns import ColumnSpec, Kind, specs
from passinfo.times import format_service_time, parse_service_time

TYPES: dict[Kind, pa.DataType] = {
    "instant": pa.timestamp("ms", tz="UTC"),
    "text": pa.string(),
    "service_date": pa.string(),
    "service_time": pa.string(),
    "f8": pa.float64(),
    "i4": pa.int32(),
    "bool": pa.bool_(),
}


def schema_of(cls: type[Any]) -> pa.Schema:
    """The Parquet schema of a column class: its declared columns under their file names, in order.

    Examples
    --------
    >>> from passinfo.tracking.columns import Visits
    >>> schema_of(Visits).field("start_time").type
    DataType(string)
    """
    return pa.schema([pa.field(spec.file_name, TYPES[spec.kind]) for spec in specs(cls)])


def to_arrow(spec: ColumnSpec, values: npt.NDArray[Any]) -> pa.Array[Any]:
    """One column as it stands in the file."""
    if spec.kind == "instant":
        known = np.isfinite(values)
        millis = np.round(np.where(known, values, 0.0) * 1000.0).astype(np.int64)
        return pa.array(millis, type=TYPES["instant"], mask=~known)
    if spec.kind == "f8":
        return pa.array(values, type=pa.float64(), mask=np.isnan(values))
    if spec.kind == "i4":
        return pa.array(values, type=pa.int32(), mask=values == -1)
    if spec.kind == "service_date":
        return _words(values, {date: f"{date:08d}" if date != 0 else None for date in np.unique(values).tolist()})
    if spec.kind == "service_time":
        return _words(values, {s: format_service_time(s) if s >= 0 else None for s in np.unique(values).tolist()})
    if spec.kind == "bool":
        return pa.array(values, type=pa.bool_())
    return pa.array(values, type=pa.string(), from_pandas=True)


def from_arrow(spec: ColumnSpec, column: pa.ChunkedArray[Any]) -> npt.NDArray[Any]:
    """One column as it is in memory.

    Raises
    ------
    ValueError
        If a service time or date in the file is none.
    """
    if spec.kind == "instant":
        millis = column.cast(pa.timestamp("ms", tz="UTC")).cast(pa.int64())
        return np.asarray(np.where(_known(column), _numbers(millis) / 1000.0, np.nan))
    if spec.kind == "f8":
        return np.where(_known(column), _numbers(column).astype(np.float64), np.nan)
    if spec.kind == "i4":
        return np.where(_known(column), _numbers(column), -1).astype(np.int32)
    if spec.kind == "service_date":
        return _codes(column, int, none=0)
    if spec.kind == "service_time":
        return _codes(column, parse_service_time, none=-1)
    if spec.kind == "bool":
        return np.asarray(column.to_numpy()).astype(bool)
    words, code = _encoded(column)
    return words[code]


def _words(values: npt.NDArray[Any], words: dict[int, str | None]) -> pa.Array[Any]:
    return pa.array([words[value] for value in values.tolist()], type=pa.string())


def _known(column: pa.ChunkedArray[Any]) -> npt.NDArray[np.bool_]:
    return np.asarray(column.is_valid().to_numpy(), dtype=bool)


def _numbers(column: pa.ChunkedArray[Any]) -> npt.NDArray[Any]:
    return np.asarray(column.fill_null(pa.scalar(0, type=column.type)).to_numpy())


def _codes(column: pa.ChunkedArray[Any], parse: Any, *, none: int) -> npt.NDArray[np.int32]:
    words, code = _encoded(column)
    return np.array([none if word is None else parse(word) for word in words], dtype=np.int32)[code]


def _encoded(column: pa.ChunkedArray[Any]) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    """The different texts of a column and null, and which of them each row holds: each text is made once only."""
    chunks: list[Any] = column.dictionary_encode().unify_dictionaries().chunks
    words = [*(chunks[0].dictionary.to_pylist() if chunks else []), None]
    codes = [_numbers(pa.chunked_array([chunk.indices.fill_null(len(words) - 1)])) for chunk in chunks]
    return np.array(words, dtype=object), np.concatenate([np.empty(0, dtype=np.int64), *codes])
