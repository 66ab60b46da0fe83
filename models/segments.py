"""What visits say about pace: one row per segment driven, from stop to next stop of a pattern."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.network.network import Network
from passinfo.times import service_date_of, service_day_zero_s
from passinfo.tracking.columns import Visits

LONGEST_S = 3_600.0
"""A segment that took longer than an hour is a hole in the data, not a drive."""
FASTEST_PACE, SLOWEST_PACE = 1 / 33.0, 10.0
"""Seconds per metre: 120 km/h, and a tenth of a walk; beyond, a visit is wrong."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where each visit lies in the network; -1 where the network does not know it."""

    pattern_ix: Ints
    stop_row: Ints
    """Flat row of ``network.patterns``."""
    position: Ints
    reached_at: Floats
    """Arrival; at the first stop departure: what predictions are about."""


@dataclass(frozen=True, slots=True)
class Segments:
    """Segments driven, one row each, in order of vehicle and time."""

    stop_row: Ints
    """Flat row in ``network.patterns`` of the stop it ends at."""
    route_ix: Ints
    seconds: Floats
    metres: Floats
    began_at: Floats
    service_s: Floats
    """Time of day it began at, below 24 h."""
    date: Ints

    @property
    def pace(self) -> Floats:
        """Seconds per metre."""
        return self.seconds / self.metres


def place(network: Network, visits: Visits) -> Places:
    """Find the visits in the network by pattern and stop_sequence; the stop must be the same."""
    patterns = network.patterns
    lengths = np.diff(patterns.stop_ptr)
    pattern_of_row = np.repeat(np.arange(len(lengths)), lengths)
    pattern_rows = {pattern_id: row for row, pattern_id in enumerate(patterns.pattern_id)}
    pattern_ix = np.array([pattern_rows.get(p, -1) for p in visits.pattern_id], dtype=np.int32)
    span = int(patterns.stop_sequence.max(initial=0)) + 2
    keys = pattern_of_row.astype(np.int64) * span + patterns.stop_sequence
    wanted = pattern_ix.astype(np.int64) * span + np.clip(visits.stop_sequence, -1, span - 1)
    order = np.argsort(keys, kind="stable")
    found = order[np.clip(np.searchsorted(keys[order], wanted), 0, max(len(keys) - 1, 0))] if len(keys) else wanted
    same = (pattern_ix >= 0) & (visits.stop_sequence >= 0)
    if len(keys):
        stop_ids = network.stops.stop_id[patterns.stop_ix[found]]
        same &= (keys[found] == wanted) & (stop_ids == visits.stop_id)
    row = np.where(same, found, -1).astype(np.int32)
    position = np.where(same, row - patterns.stop_ptr[np.maximum(pattern_ix, 0)], -1).astype(np.int32)
    reached_at = np.where(np.isfinite(visits.arrived_at), visits.arrived_at, visits.departed_at)
    first = position == 0
    reached_at = np.where(first & np.isfinite(visits.departed_at), visits.departed_at, reached_at)
    return Places(np.where(same, pattern_ix, -1).astype(np.int32), row, position, reached_at)


def segments_of(network: Network, visits: Visits) -> Segments:
    """Segments between consecutive stops visited by one vehicle on one run."""
    places = place(network, visits)
    order = np.lexsort((places.position, places.reached_at, visits.vehicle_id.astype(str)))
    before, after = order[:-1], order[1:]
    seconds = places.reached_at[after] - places.reached_at[before]
    driven: Bools = (
        (visits.vehicle_id[before] == visits.vehicle_id[after])
        & (places.pattern_ix[before] == places.pattern_ix[after])
        & (places.pattern_ix[before] >= 0)
        & (places.position[after] == places.position[before] + 1)
        & (visits.trip_id[before] == visits.trip_id[after])
        & (visits.start_service_s[before] == visits.start_service_s[after])
    ).astype(bool)
    driven &= (seconds > 0) & (seconds <= LONGEST_S)
    before, after, seconds = before[driven], after[driven], seconds[driven]
    row = places.stop_row[after]
    metres = network.patterns.stop_dist_m[row] - network.patterns.stop_dist_m[row - 1]
    began_at = places.reached_at[before]
    dates = np.array([service_date_of(at, network.timezone) for at in began_at], dtype=np.int32)
    zeros = np.array([service_day_zero_s(int(date), network.timezone) for date in dates], dtype=np.float64)
    rows = Segments(
        row,
        network.patterns.route_ix[places.pattern_ix[after]],
        seconds,
        metres,
        began_at,
        began_at - zeros,
        dates,
    )
    usable = (rows.pace >= FASTEST_PACE) & (rows.pace <= SLOWEST_PACE)
    return take_segments(rows, usable)


def take_segments(rows: Segments, chosen: Bools) -> Segments:
    """The segments chosen by a mask."""
    return Segments(*[getattr(rows, name)[chosen] for name in Segments.__slots__])
