"""Parquet as raw rows: only the columns a mapping names, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from passinfo.bms.mapping import Mapping
from passinfo.bms.raw import RawRows, no_rows, objects, show
from passinfo.bms.read_csv import missing_columns
from passinfo.rejections import Reason, Rejection


def read_parquet(path: Path, mapping: Mapping, chunk_rows: int) -> Iterator[RawRows]:
    """The rows of a Parquet file, numbered from 1."""
    source = path.name
    if path.stat().st_size == 0:
        yield no_rows(source, Rejection(source, 0, Reason.EMPTY_FILE))
        return
    row = 0
    try:
        with pq.ParquetFile(path) as file:
            names = list(file.schema_arrow.names)
            missing = missing_columns(source, names, mapping, row=0)
            if missing or not file.metadata.num_rows:
                yield no_rows(source, *missing or [Rejection(source, 0, Reason.EMPTY_FILE)])
                return
            wanted = [name for name in mapping.columns() if name in names]
            for batch in file.iter_batches(batch_size=chunk_rows, columns=wanted):
                numbers = np.arange(row + 1, row + 1 + batch.num_rows, dtype=np.int32)
                row += batch.num_rows
                columns = {name: _array(batch.column(batch.schema.names.index(name)), mapping) for name in wanted}
                yield RawRows(source, numbers, columns)
    except (pa.ArrowException, OSError, EOFError, UnicodeDecodeError) as error:
        yield no_rows(source, Rejection(source, row, Reason.BROKEN_FILE, value=show(str(error).split("\n")[0])))


def _array(column: Any, mapping: Mapping) -> npt.NDArray[Any]:
    kind = column.type
    if pa.types.is_timestamp(kind):
        if kind.tz is None:
            if mapping.timezone is None:
                return objects([None if at is None else at.isoformat() for at in column.to_pylist()])
            column = pc.assume_timezone(column, mapping.timezone, ambiguous="earliest", nonexistent="latest")
        return np.asarray(column.cast(pa.timestamp("us", "UTC"), safe=False).to_numpy(zero_copy_only=False))
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        if column.null_count and pa.types.is_integer(kind):
            return objects(column.to_pylist())
        return np.asarray(column.to_numpy(zero_copy_only=False))
    values = column.to_pylist()
    plain = [v if v is None or isinstance(v, str) else str(v) for v in values]
    return objects(plain)
