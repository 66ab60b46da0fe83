"""Patterns with their geometry: the feed's shape where it is theirs, else straight from stop to stop."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pandas as pd

from passinfo.columns import Floats, Ints
from passinfo.geo import Projection, along
from passinfo.network.geometry import MIN_STEP_M, refer_stops
from passinfo.network.network import Patterns, Stops
from passinfo.network.patterns import PatternDraft, StopRows

SHAPE_REACH_M = 300.0
"""A line whose stops lie farther beside it (in the median) is another route's: lines then go stop to stop."""


def shape_lines(shapes: pd.DataFrame, projection: Projection) -> dict[str, tuple[Floats, Floats]]:
    """Points in the plane of every shape, without repeated ones."""
    shapes = shapes.sort_values(["shape_id", "shape_pt_sequence"], kind="stable")
    x, y = projection.to_xy(shapes["shape_pt_lat"].to_numpy(float), shapes["shape_pt_lon"].to_numpy(float))
    ids = shapes["shape_id"].to_numpy(dtype=object)
    cuts = [0, *(np.flatnonzero(ids[1:] != ids[:-1]) + 1), len(ids)] if len(ids) else [0]
    lines = {}
    for start, end in pairwise(cuts):
        fresh = np.concatenate(([True], np.hypot(np.diff(x[start:end]), np.diff(y[start:end])) > 0))
        if fresh.sum() >= 2:
            lines[str(ids[start])] = (x[start:end][fresh], y[start:end][fresh])
    return lines


def lay_patterns(
    drafts: list[PatternDraft],
    rows: StopRows,
    trips: pd.DataFrame,
    stops: Stops,
    projection: Projection,
    lines: dict[str, tuple[Floats, Floats]],
) -> tuple[Patterns, int]:
    """Patterns with their geometry, and how many had a line that is not theirs."""
    stop_x, stop_y = projection.to_xy(stops.lat_deg, stops.lon_deg)
    headsigns = list(trips["trip_headsign"])
    stop_parts, line_parts, known, given, strange = [], [], [], [], 0
    for draft in drafts:
        at = rows.stop_ix[draft.rows]
        line = lines.get(draft.shape_id)
        joins_stops = line is not None and _is_stops(stop_x[at], stop_y[at], line)
        if joins_stops:
            line = None
        geometry = _on_line(stop_x[at], stop_y[at], line)
        strange += geometry is None and line is not None
        known.append(geometry is not None)
        given.append(joins_stops or geometry is not None)
        stop_dist, x, y, dist = geometry or _stop_to_stop(stop_x[at], stop_y[at])
        stop_parts.append(stop_dist)
        line_parts.append((x, y, dist))
    spans = [draft.rows for draft in drafts]
    flat = np.concatenate([np.arange(span.start, span.stop) for span in spans]) if spans else np.empty(0, dtype=int)
    patterns = Patterns(
        np.array([draft.pattern_id for draft in drafts], dtype=object),
        np.array([draft.route_ix for draft in drafts], dtype=np.int32),
        np.array([draft.direction_id for draft in drafts], dtype=np.int32),
        np.array([_most(headsigns, draft, rows, stops) for draft in drafts], dtype=object),
        np.array(known, dtype=bool),
        np.array(given, dtype=bool),
        offsets([span.stop - span.start for span in spans]),
        rows.stop_ix[flat],
        rows.stop_sequence[flat],
        _joined(stop_parts),
        rows.timepoint[flat],
        rows.no_pickup[flat],
        rows.no_drop_off[flat],
        offsets([len(x) for x, _, _ in line_parts]),
        *(_joined([part[i] for part in line_parts]) for i in range(3)),
    )
    return patterns, strange


def _most(headsigns: list[str], draft: PatternDraft, rows: StopRows, stops: Stops) -> str:
    """The headsign most of its trips carry, else the name of the last stop."""
    said = Counter(headsigns[trip] for trip in draft.trips if headsigns[trip])
    return said.most_common(1)[0][0] if said else str(stops.name[rows.stop_ix[draft.rows][-1]])


def _is_stops(px: Floats, py: Floats, line: tuple[Floats, Floats]) -> bool:
    """Whether a shape only joins the stops: drawn to have one (hail and ride needs it), it tells of no road."""
    fresh = np.concatenate(([True], np.hypot(np.diff(px), np.diff(py)) > 0))
    x, y = line
    return len(x) == fresh.sum() and bool((np.hypot(x - px[fresh], y - py[fresh]) < MIN_STEP_M).all())


def _on_line(
    px: Floats, py: Floats, line: tuple[Floats, Floats] | None
) -> tuple[Floats, Floats, Floats, Floats] | None:
    """Places of the stops on a line; None if there is no line, or it is not theirs."""
    if line is None:
        return None
    x, y = line
    dist = along(x, y)
    if dist[-1] < MIN_STEP_M * len(px):
        return None
    stop_dist, offset = refer_stops(px, py, x, y, dist)
    return None if np.median(offset) > SHAPE_REACH_M else (stop_dist, x, y, dist)


def _stop_to_stop(px: Floats, py: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    steps = np.maximum(np.hypot(np.diff(px), np.diff(py)), MIN_STEP_M)
    dist = np.concatenate(([0.0], np.cumsum(steps)))
    return dist, px, py, dist


def offsets(lengths: list[int]) -> Ints:
    """N + 1 offsets of a ragged list whose parts have these lengths."""
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.empty(0)
