"""Trips that stop at the same places in the same order become one pattern; equal running times one profile."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from passinfo.columns import Bools, Ints
from passinfo.rejections import Reason, Rejection

_ID_CHARS = 8
"""32 bits of hash: patterns of one route are told apart, and the id can be read aloud."""


@dataclass(frozen=True, slots=True)
class StopRows:
    """Stop times sorted by trip, then stop_sequence; ``trip_ptr`` are the offsets of each trip."""

    trip_ptr: Ints
    stop_ix: Ints
    stop_sequence: Ints
    arrival_s: Ints
    departure_s: Ints
    """-1 where the feed leaves the time out."""
    no_pickup: Bools
    no_drop_off: Bools
    timepoint: Bools


@dataclass(frozen=True, slots=True)
class PatternDraft:
    """A pattern before its geometry: which rows it has, and which trips run it."""

    pattern_id: str
    route_ix: int
    direction_id: int
    shape_id: str
    rows: slice
    """Rows of :class:`StopRows` of its first trip."""
    trips: list[int]


def sort_stop_times(
    stop_times: pd.DataFrame, trip_rows: dict[str, int], stop_rows: dict[str, int]
) -> tuple[StopRows, list[Rejection]]:
    """Stop times by trip and sequence; rows that name no trip or stop, or a sequence twice, are refused."""
    trip = stop_times["trip_id"].map(trip_rows).to_numpy(dtype=float, na_value=np.nan)
    stop = stop_times["stop_id"].map(stop_rows).to_numpy(dtype=float, na_value=np.nan)
    rejections = [
        Rejection("stop_times.txt", 0, Reason.UNKNOWN_REFERENCE, name, value)
        for name, missing in (("trip_id", np.isnan(trip)), ("stop_id", np.isnan(stop)))
        for value in sorted(set(stop_times[name].to_numpy()[missing]))
    ]
    known = ~(np.isnan(trip) | np.isnan(stop))
    table = stop_times[known]
    trip_ix, stop_ix = trip[known].astype(np.int32), stop[known].astype(np.int32)
    sequence = table["stop_sequence"].to_numpy(dtype=np.int32)
    order = np.lexsort((sequence, trip_ix))
    twice = np.zeros(len(order), dtype=bool)
    twice[1:] = (np.diff(trip_ix[order]) == 0) & (np.diff(sequence[order]) == 0)
    for row in order[twice][:100]:
        refused = f"{table['trip_id'].iloc[row]} {sequence[row]}"
        rejections.append(Rejection("stop_times.txt", 0, Reason.DUPLICATE_ID, "stop_sequence", refused))
    order = order[~twice]
    pick = {name: table[name].to_numpy(dtype=np.int32)[order] for name in ("pickup_type", "drop_off_type", "timepoint")}
    arrival = table["arrival_time"].to_numpy(dtype=np.int32)[order]
    departure = table["departure_time"].to_numpy(dtype=np.int32)[order]
    rows = StopRows(
        np.searchsorted(trip_ix[order], np.arange(len(trip_rows) + 1)).astype(np.int32),
        stop_ix[order],
        sequence[order],
        np.where(arrival < 0, departure, arrival),
        np.where(departure < 0, arrival, departure),
        pick["pickup_type"] == 1,
        pick["drop_off_type"] == 1,
        np.where(pick["timepoint"] < 0, (arrival >= 0) | (departure >= 0), pick["timepoint"] == 1),
    )
    return rows, rejections


def group_patterns(
    rows: StopRows, route_ix: Ints, direction_id: Ints, shape_ids: list[str], route_ids: npt.NDArray[np.object_]
) -> list[PatternDraft]:
    """Patterns of all trips that have two stops or more, in order of pattern_id."""
    drafts: dict[bytes, PatternDraft] = {}
    for trip in range(len(route_ix)):
        span = slice(int(rows.trip_ptr[trip]), int(rows.trip_ptr[trip + 1]))
        if span.stop - span.start < 2:
            continue
        digest = hashlib.sha256(f"{route_ids[route_ix[trip]]}\0{direction_id[trip]}\0{shape_ids[trip]}\0".encode())
        for array in (rows.stop_ix, rows.stop_sequence, rows.no_pickup, rows.no_drop_off):
            digest.update(array[span].tobytes())
        key = digest.digest()
        draft = drafts.get(key)
        if draft is None:
            side = direction_id[trip] if direction_id[trip] >= 0 else "x"
            pattern_id = f"{route_ids[route_ix[trip]]}:{side}:{digest.hexdigest()[:_ID_CHARS]}"
            drafts[key] = draft = PatternDraft(
                pattern_id, int(route_ix[trip]), int(direction_id[trip]), shape_ids[trip], span, []
            )
        draft.trips.append(trip)
    return sorted(drafts.values(), key=lambda draft: draft.pattern_id)


def running_times(arrival_s: Ints, departure_s: Ints, dist_m: npt.NDArray[np.float64]) -> tuple[Ints, Ints] | None:
    """Arrival and departure after the first departure; left-out times by distance; None if the ends are left out.

    Times that run backwards are held at the time before (a bus does not arrive before it left).
    """
    known = departure_s >= 0
    if not (known[0] and known[-1]):
        return None
    arrival, departure = arrival_s.astype(float), departure_s.astype(float)
    if not known.all():
        arrival = np.where(known, arrival, np.interp(dist_m, dist_m[known], arrival[known]))
        departure = np.where(known, departure, arrival)
    start = departure[0]
    both = np.empty(2 * len(arrival))
    both[0::2], both[1::2] = arrival - start, departure - start
    both[0] = 0.0
    whole: Ints = np.round(np.maximum.accumulate(both)).astype(np.int32)
    return whole[0::2].copy(), whole[1::2].copy()
