"""The plan: every timetable run that may be on the road around a service day, as sorted columns.

Runs of the day before, the day and the day after, so that a trip at 25:10 is found after midnight. Headway service
without exact times has no runs here: its instances are made when a bus is seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.network.network import Network
from passinfo.times import service_day_zero_s, shift_date
from passinfo.tracking.ragged import Index
from passinfo.tracking.vehicles import Codes

NO_SERVICE = -4.0
"""Calendars are wrong now and then, but not often."""
EARLY_S, LATE_S = 1_800.0, 3_600.0
"""A pattern has service from half an hour before its first run until an hour after the end of its last."""
SLOTS, SLOT_S = 144, 1_800.0
"""Half hours of the three days."""
NO_BLOCK = -2
"""Equal to no block remembered, nor to -1, which says that none is."""
APART_S = 1e7
"""Larger than the span of a plan in seconds: keeps patterns apart in one sorted key."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Runs by pattern, then start."""

    days: tuple[int, int, int]
    """The day before, the day, the day after (``yyyymmdd``)."""
    base_at: float
    trip_ix: Ints
    date: Ints
    start_service_s: Ints
    start_at: Floats
    end_at: Floats
    pattern_ix: Ints
    profile_row: Ints
    """First row of the profile of the run's trip."""
    block_ix: Ints
    """Number of the run's block; -1 without …"""
    block_code: Codes
    """… and that of block and day; NO_BLOCK without."""
    service: Floats
    """Log-likelihood of entering each pattern by slot of the days (slots × patterns): lower where it has no service."""
    first_of_slot: Ints
    """Row of the first run of each pattern that starts in a slot of the days or later (patterns × slots + 1)."""
    code: Codes
    """Codes of (trip, date, start), ascending …"""
    code_row: Index
    """… and the row of each."""

    def between(self, pattern_ix: Ints, from_at: Floats, to_at: Floats) -> tuple[Index, Index]:
        """First row and row after the last of the runs of a pattern that start in the slots of these instants."""
        first, last = self.slot(from_at), self.slot(to_at) + 1
        row = pattern_ix * (SLOTS + 1)  # in the flat table: much quicker than pairs of indices
        return self.first_of_slot.take(row + first).astype(np.intp), self.first_of_slot.take(row + last).astype(np.intp)

    def slot(self, at: Floats) -> Index:
        """Row of ``service`` of each instant."""
        return np.clip((at - self.base_at) // SLOT_S + SLOTS / 3, 0, SLOTS - 1).astype(np.intp)

    def rows_of(self, trip_ix: Ints, date: Ints, start_service_s: Ints) -> Index:
        """Row of each run; -1 where the plan has none such."""
        wanted = _code(trip_ix, date, start_service_s)
        if len(self.code) == 0:
            return np.full(len(wanted), -1, dtype=np.intp)
        at = np.minimum(np.searchsorted(self.code, wanted), len(self.code) - 1)
        return np.where(self.code[at] == wanted, self.code_row[at], -1)


def make_plan(network: Network, today: int, block_rows: Ints) -> Plan:
    """The plan of the day before, ``today`` (``yyyymmdd``) and the day after.

    ``block_rows``: number of the block of each trip, -1 without.
    """
    trips = network.trips
    parts: list[tuple[Ints, Ints, Ints, Floats, Ints]] = []
    days = (shift_date(today, -1), today, shift_date(today, 1))
    for date in days:
        active = network.calendar.active_services(date)
        runs = active[trips.service_ix] & ~trips.is_headway & ~trips.is_exact_frequency
        trip = np.flatnonzero(runs).astype(np.int32)
        more, starts = _exact(network, active)
        trip = np.concatenate((trip, more))
        start = np.concatenate((trips.start_service_s[np.flatnonzero(runs)], starts)).astype(np.int32)
        at = service_day_zero_s(date, network.timezone) + start.astype(float)
        parts.append((trip, np.full(len(trip), date, dtype=np.int32), start, at, block_rows[trip]))
    trip, date_, start, at, block = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    pattern = trips.pattern_ix[trip]
    base_at = service_day_zero_s(today, network.timezone)
    key = pattern * APART_S + (at - base_at)
    order = np.lexsort((trip, key))
    profile = trips.profile_ix[trip]
    lasts = network.profiles.arrival_s[network.profiles.profile_ptr[profile + 1] - 1] if len(trip) else trip
    code = _code(trip, date_, start)[order]
    by_code = np.argsort(code, kind="stable")
    return Plan(
        days,
        base_at,
        trip[order],
        date_[order],
        start[order],
        at[order],
        (at + lasts)[order],
        pattern[order],
        network.profiles.profile_ptr[profile][order].astype(np.int32),
        block[order],
        np.where(block >= 0, block_code(block, date_), NO_BLOCK)[order],
        _service(network, days, base_at, pattern, at, at + lasts),
        _first_of_slot(network, pattern[order], at[order], base_at),
        code[by_code],
        by_code,
    )


def _service(
    network: Network, days: tuple[int, ...], base_at: float, pattern: Ints, start_at: Floats, end_at: Floats
) -> Floats:
    """When each pattern has service: timetable runs, and bands of headway service."""
    starts: list[Floats] = [start_at]
    ends: list[Floats] = [end_at]
    patterns = [pattern]
    bands = network.headways
    trip = bands.trip_ix
    for date in days:
        active = network.calendar.active_services(date)[network.trips.service_ix[trip]]
        zero = service_day_zero_s(date, network.timezone)
        profile = network.trips.profile_ix[trip[active]]
        lasts = network.profiles.arrival_s[network.profiles.profile_ptr[profile + 1] - 1]
        starts.append(np.asarray(zero + bands.start_service_s[active], dtype=np.float64))
        ends.append(np.asarray(zero + bands.end_service_s[active] + lasts, dtype=np.float64))
        patterns.append(network.trips.pattern_ix[trip[active]])
    first = np.clip((np.concatenate(starts) - EARLY_S - base_at) // SLOT_S + SLOTS // 3, 0, SLOTS).astype(np.intp)
    last = np.clip((np.concatenate(ends) + LATE_S - base_at) // SLOT_S + SLOTS // 3 + 1, 0, SLOTS).astype(np.intp)
    change = np.zeros((SLOTS + 1, len(network.patterns.pattern_id)))
    np.add.at(change, (first, np.concatenate(patterns)), 1.0)
    np.add.at(change, (last, np.concatenate(patterns)), -1.0)
    return np.where(np.cumsum(change, axis=0)[:-1] > 0, 0.0, NO_SERVICE)


def _first_of_slot(network: Network, pattern: Ints, start_at: Floats, base_at: float) -> Ints:
    """Runs by pattern, then start: where each slot of each pattern begins."""
    n = len(network.patterns.pattern_id)
    slot = np.clip((start_at - base_at) // SLOT_S + SLOTS // 3, 0, SLOTS - 1).astype(np.int64)
    edges = np.arange(n)[:, None] * SLOTS + np.arange(SLOTS + 1)[None, :]
    return np.searchsorted(pattern.astype(np.int64) * SLOTS + slot, edges).astype(np.int32)


def _exact(network: Network, active: Bools) -> tuple[Ints, Ints]:
    """Trips and starts of the runs of exact frequencies on a day."""
    bands = network.headways
    found: list[tuple[int, int]] = []
    for band in np.flatnonzero(bands.exact).tolist():
        trip = int(bands.trip_ix[band])
        if active[network.trips.service_ix[trip]] and network.trips.is_exact_frequency[trip]:
            start, end = int(bands.start_service_s[band]), int(bands.end_service_s[band])
            found.extend(zip(repeat(trip), range(start, end, max(int(bands.headway_s[band]), 1)), strict=False))
    table = np.array(found, dtype=np.int32).reshape(len(found), 2)
    return table[:, 0], table[:, 1]


def block_code(block_ix: Ints, date: Ints) -> Codes:
    """Block and day as one number."""
    return np.asarray(block_ix, dtype=np.int64) * 10_000 + date % 10_000


def _code(trip_ix: Ints, date: Ints, start_service_s: Ints) -> Codes:
    """One number per instance: the days of a plan differ in month and day, starts stay below 111 hours."""
    day = np.asarray(date, dtype=np.int64) % 10_000
    return (np.asarray(trip_ix, dtype=np.int64) * 10_000 + day) * 400_000 + np.asarray(start_service_s)
