"""Files of columns: written as a stream in bounded memory, read whole.

The same rows in the same order give the same bytes, however they were cut into appends: row groups are of one fixed
size. A file appears under its name only when it is complete; until then it grows beside it as ``<name>.part``.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from passinfo.columns import concat, length, none_column, specs, take
from passinfo.history.schema import from_arrow, schema_of, to_arrow

ROW_GROUP_ROWS = 65_536
"""Some 10 MB of matches: far below the memory of the smallest machine, large enough to compress well."""

T = TypeVar("T")


class Writer(Generic[T]):
    """Writes the rows of one column class to a Parquet file, a table at a time.

    Use as a context manager; if its block fails, no file is left.
    """

    def __init__(self, path: Path, cls: type[T]) -> None:
        self.path = path
        self.rows = 0
        self._cls = cls
        self._schema = schema_of(cls)
        self._waiting: list[T] = []
        self._waiting_rows = 0
        self._part = path.with_name(path.name + ".part")
        self._file: pq.ParquetWriter | None = pq.ParquetWriter(self._part, self._schema, compression="zstd")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def append(self, table: T) -> None:
        """Add the rows of a table after those already there."""
        n = length(table)
        if n == 0:
            return
        self.rows += n
        self._waiting.append(table)
        self._waiting_rows += n
        if self._waiting_rows >= ROW_GROUP_ROWS:
            self._write_full_groups()

    def close(self) -> None:
        """Write what waits and give the file its name. Closing twice does nothing."""
        if self._file is None:
            return
        if self._waiting_rows:
            self._write_group(concat(self._cls, self._waiting))
        self._file.close()
        self._file = None
        self._part.replace(self.path)

    def discard(self) -> None:
        """Give up: no file under the name, no rest beside it."""
        if self._file is not None:
            self._file.close()
            self._file = None
            self._part.unlink(missing_ok=True)

    def _write_full_groups(self) -> None:
        rows = concat(self._cls, self._waiting)
        full = self._waiting_rows - self._waiting_rows % ROW_GROUP_ROWS
        for start in range(0, full, ROW_GROUP_ROWS):
            self._write_group(take(rows, slice(start, start + ROW_GROUP_ROWS)))
        self._waiting = [take(rows, slice(full, None))]
        self._waiting_rows -= full

    def _write_group(self, table: T) -> None:
        if self._file is None:
            raise ValueError(f"{self.path} is closed")
        columns = [to_arrow(spec, getattr(table, spec.name)) for spec in specs(self._cls)]
        self._file.write_table(pa.Table.from_arrays(columns, schema=self._schema))


def write(path: Path, table: T) -> None:
    """Write one table as a file."""
    with Writer(path, type(table)) as writer:
        writer.append(table)


def read(path: Path, cls: type[T]) -> T:
    """The rows of a file as columns of ``cls``; columns the class does not have are ignored.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is no Parquet file or lacks a column.
    """
    try:
        # Column by column into numpy: twice the file in memory at most.
        table = pq.ParquetFile(path).read()
    except pa.ArrowInvalid as error:
        raise ValueError(f"{path} is not a Parquet file: {error}") from error
    absent = [spec for spec in specs(cls) if spec.file_name not in table.column_names]
    missing = [spec.file_name for spec in absent if not spec.optional]
    if missing:
        raise ValueError(f"{path} has no column {', '.join(missing)}; is it a file of {cls.__name__.lower()}?")
    read_columns = {
        spec.name: from_arrow(spec, table.column(spec.file_name)) for spec in specs(cls) if spec not in absent
    }
    return cls(**read_columns, **{spec.name: none_column(spec.kind, table.num_rows) for spec in absent})
