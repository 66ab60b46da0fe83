"""What stop visits tell of a network's service: segments driven, and departures."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from passinfo.columns import Floats, Ints, Texts
from passinfo.network.network import Network
from passinfo.network.service.running import Hops
from passinfo.times import service_date_of, service_day_zero_s

LONGEST_S = 3_600.0
"""What took longer than an hour is a hole in the data, not a drive."""
SHORTEST_S = 1.0
NEW_DAY_S = 4 * 3_600.0
"""Where instances have no service day of their own, what departs before four belongs to the evening before."""


class StopVisits(Protocol):
    """Columns of stop visits, as tracking writes them."""

    @property
    def vehicle_id(self) -> Texts:
        """Vehicle."""

    @property
    def pattern_id(self) -> Texts:
        """Pattern."""

    @property
    def trip_id(self) -> Texts:
        """Trip of the instance, None if abstained."""

    @property
    def start_date(self) -> Ints:
        """Service day of the instance, 0 if unknown."""

    @property
    def start_service_s(self) -> Ints:
        """Start of the instance, -1 if unknown."""

    @property
    def stop_sequence(self) -> Ints:
        """The static feed's own."""

    @property
    def arrived_at(self) -> Floats:
        """Arrival, NaN at first stops."""

    @property
    def departed_at(self) -> Floats:
        """Departure, NaN at last stops."""


def places_of(network: Network, visits: StopVisits) -> Ints:
    """Flat row in ``network.patterns`` of each visit, -1 where the network has no such pattern or sequence."""
    patterns = network.patterns
    rows = {pattern_id: row for row, pattern_id in enumerate(patterns.pattern_id.tolist())}
    pattern = np.array([rows.get(each, -1) for each in visits.pattern_id.tolist()], dtype=np.int64)
    span = int(patterns.stop_sequence.max(initial=0)) + 2
    key = np.repeat(np.arange(len(rows)), np.diff(patterns.stop_ptr)) * span + patterns.stop_sequence
    wanted = pattern * span + np.clip(visits.stop_sequence, -1, span - 1)
    found = np.minimum(np.searchsorted(key, wanted), max(len(key) - 1, 0))
    if len(key) == 0:
        return np.full(len(pattern), -1, dtype=np.int32)
    return np.where((pattern >= 0) & (key[found] == wanted), found, -1).astype(np.int32)


def hops_of(network: Network, visits: StopVisits) -> Hops:
    """Segments between neighbouring stops that one vehicle visited on one run."""
    row = places_of(network, visits)
    reached = np.where(np.isfinite(visits.arrived_at), visits.arrived_at, visits.departed_at)
    order = np.lexsort((row, reached, visits.vehicle_id.astype(str)))
    before, after = order[:-1], order[1:]
    run_s = visits.arrived_at[after] - visits.departed_at[before]
    first = np.zeros(len(network.patterns.stop_ix), dtype=bool)
    first[network.patterns.stop_ptr[:-1]] = True
    with np.errstate(invalid="ignore"):
        driven = (row[before] >= 0) & (row[after] == row[before] + 1) & (run_s >= SHORTEST_S) & (run_s <= LONGEST_S)
    driven &= ~first[row[after]]
    for name in ("vehicle_id", "trip_id", "start_service_s"):
        values = getattr(visits, name)
        driven &= np.asarray(values[before] == values[after], dtype=bool)
    before, after = before[driven], after[driven]
    began = visits.departed_at[before]
    return Hops(
        row[after],
        run_s[driven],
        visits.departed_at[after] - visits.arrived_at[after],
        began - _zero_of(network, began, np.zeros(len(began), dtype=np.int32)),
    )


def departures_of(network: Network, visits: StopVisits, position: int = 0) -> dict[int, dict[int, list[float]]]:
    """Service seconds of the departures from a stop of each pattern, by pattern row, then service date."""
    row = places_of(network, visits)
    start = network.patterns.stop_ptr
    pattern = np.searchsorted(start, row, side="right") - 1
    wanted = (row >= 0) & (row - start[pattern] == position) & np.isfinite(visits.departed_at)
    at = visits.departed_at[wanted]
    zero = _zero_of(network, at, visits.start_date[wanted])
    found: dict[int, dict[int, list[float]]] = {}
    dates = [service_date_of(each + 43_200.0, network.timezone) for each in zero.tolist()]
    for which, date, seconds in zip(pattern[wanted].tolist(), dates, (at - zero).tolist(), strict=True):
        found.setdefault(which, {}).setdefault(date, []).append(seconds)
    return found


def _zero_of(network: Network, at: Floats, date: Ints) -> Floats:
    """Zero of the service day of each instant: the one given, else that of its date, from four in the morning on."""
    own = [
        given if given > 0 else service_date_of(when - NEW_DAY_S, network.timezone)
        for when, given in zip(at.tolist(), date.tolist(), strict=True)
    ]
    zeros = {each: service_day_zero_s(each, network.timezone) for each in set(own)}
    return np.array([zeros[each] for each in own], dtype=np.float64)
