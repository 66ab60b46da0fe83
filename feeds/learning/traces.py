"""Recorded positions as traces to learn from: only the columns that learning needs, so that weeks fit in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from passinfo.bms.mapping import Mapping
from passinfo.bms.read import iter_reports
from passinfo.bms.reports import Reports
from passinfo.columns import Texts
from passinfo.errors import OperatorError
from passinfo.network.learn.traces import Traces, traces_of

Names = dict[object, object]
Tags = Callable[[Reports], Texts]
"""Of each report a text, or None."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Traces, what the reader refused, and which direction each tag tells."""

    traces: Traces
    rows: int
    refused: int
    directions: dict[str, int]


def read_traces(
    paths: Sequence[Path],
    mapping: Mapping,
    *,
    from_at: float | None = None,
    to_at: float | None = None,
    tell: Callable[[int], None] = lambda _rows: None,
    tags: Tags | None = None,
) -> Recording:
    """All positions observed in [from_at, to_at) of files or folders.

    Parameters
    ----------
    paths, mapping
        What to read, and what its columns mean.
    from_at, to_at
        Epoch seconds.
    tell
        Told the rows read.
    tags
        What tells ways apart (default: direction and branch; :func:`trip_tags`: the trip).

    Raises
    ------
    OperatorError
        If nothing usable is there.
    """
    names: Names = {}
    directions: dict[str, int] = {}
    parts: list[tuple[npt.NDArray[np.generic], ...]] = []
    rows = refused = 0
    for path in paths:
        for chunk in iter_reports(path, mapping):
            rows += chunk.rows
            refused += len(chunk.rejections)
            tell(rows)
            parts.append(_columns(chunk.reports, names, directions, from_at, to_at, tags))
    if not sum(len(part[0]) for part in parts):
        where = ", ".join(str(path) for path in paths)
        raise OperatorError(f"{where}: no usable position in {rows} rows (feeds check tells more)")
    vehicle, at, lat, lon, route, tag = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    del parts
    return Recording(traces_of(vehicle, at, lat, lon, route, tag), rows, refused, directions)


def trip_tags(reports: Reports) -> Texts:
    """The trip that each bus says it is on."""
    return reports.trip_id


def _columns(
    reports: Reports,
    names: Names,
    directions: dict[str, int],
    from_at: float | None,
    to_at: float | None,
    tags: Tags | None,
) -> tuple[npt.NDArray[np.generic], ...]:
    at = reports.observed_at
    wanted = np.isfinite(at)
    wanted &= (at >= from_at) if from_at is not None else True
    wanted &= (at < to_at) if to_at is not None else True
    return (
        _shared(reports.vehicle_id[wanted], names),
        at[wanted],
        reports.lat_deg[wanted],
        reports.lon_deg[wanted],
        _shared(reports.route_id[wanted], names),
        _tags(reports, wanted, names, directions) if tags is None else _shared(tags(reports)[wanted], names),
    )


def _shared(texts: Texts, names: Names) -> Texts:
    """The same texts, each kept once: millions of rows hold few names."""
    return np.array([names.setdefault(text, text) for text in texts.tolist()] or [], dtype=object)


def _tags(reports: Reports, wanted: npt.NDArray[np.bool_], names: Names, directions: dict[str, int]) -> Texts:
    """What tells direction and branch apart: the direction, the BMS's tag, or both; None where neither is told."""
    made = []
    for direction, variant in zip(reports.direction_id[wanted].tolist(), reports.variant[wanted].tolist(), strict=True):
        tag = "_".join(str(part) for part in (direction if direction >= 0 else None, variant) if part is not None)
        if direction >= 0:
            directions[tag] = direction
        made.append(names.setdefault(tag, tag) if tag else None)
    return np.array(made or [], dtype=object)
