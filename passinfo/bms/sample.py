"""The first rows of a file whose mapping is not known yet: column names and values as text."""

from __future__ import annotations

import json
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from passinfo.bms.lines import read_lines
from passinfo.bms.read_csv import split_cells

SAMPLE_ROWS = 5_000
"""An hour of a fleet of forty: enough to see intervals and units."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Columns of some rows, as text, "" where empty; all equally long."""

    columns: Dictionary[str, tuple[str, ...]]
    delimiter: str = ","


def read_sample(path: Path) -> Sample:
    """The first rows of a CSV, JSON Lines or Parquet file; no columns if it cannot be read."""
    ending = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
    if ending == ".parquet":
        return _parquet(path)
    texts = [line.text for line in islice(read_lines(path), SAMPLE_ROWS) if line.refused is None]
    return _json(texts) if ending in (".jsonl", ".ndjson") else _csv(texts)


def _csv(texts: list[str]) -> Sample:
    if not texts:
        return Sample({})
    delimiter = max(",;\t|", key=texts[0].count)
    header = [name.strip() for name in split_cells(texts[0], delimiter) or ()]
    rows = (split_cells(text, delimiter) for text in texts[1:])
    whole = [row for row in rows if row is not None and len(row) == len(header)]
    return Sample({name: tuple(row[place].strip() for row in whole) for place, name in enumerate(header)}, delimiter)


def _json(texts: list[str]) -> Sample:
    records: list[dict[str, str]] = []
    for text in texts:
        try:
            record = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            records.append(dict(_flat("", record)))
    names = dict.fromkeys(name for record in records for name in record)
    return Sample({name: tuple(record.get(name, "") for record in records) for name in names})


def _flat(prefix: str, record: dict[str, object]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in record.items():
        if isinstance(value, dict):
            pairs += _flat(f"{prefix}{name}.", value)
        else:
            pairs.append((f"{prefix}{name}", "" if value is None else str(value)))
    return pairs


def _parquet(path: Path) -> Sample:
    try:
        with pq.ParquetFile(path) as file:
            batch = next(file.iter_batches(batch_size=SAMPLE_ROWS), None)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return Sample({})
    if batch is None:
        return Sample({})
    columns = zip(batch.schema.names, batch.columns, strict=True)
    return Sample({name: tuple("" if v is None else str(v) for v in column.to_pylist()) for name, column in columns})
