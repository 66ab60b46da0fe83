"""Usual times as the network itself plans them: what stands in until days have been learned from."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.network.network import Network
from passinfo.prediction.anchor import Timings
from passinfo.prediction.arrival.hops import HopTable, Rows, hop_table
from passinfo.prediction.arrival.inside import level
from passinfo.prediction.arrival.usual import BIN_S, BINS, PLAIN_MPS, Usual
from passinfo.prediction.profiles import network_timings
from passinfo.prediction.protocol import RunAhead
from passinfo.prediction.seconds import PlannedTimes, planned_times

STANDS_S = 60
"""A shorter stop is for passengers, not to wait for the time."""
PLAIN_SPREAD, PLAIN_LATE = 0.4, 0.5
"""Of a drive's ratio to what is planned, in logarithms: as seen in Toronto."""


class Planned:
    """Planned times and hops, of one network after the other."""

    def __init__(self) -> None:
        self._times: tuple[str, PlannedTimes] | None = None
        self._hops: tuple[str, HopTable, Usual] | None = None
        self._stands: tuple[str, Bools] | None = None

    # Memos, not states: the same network gives the same tables.

    def times(self, network: Network) -> PlannedTimes:
        """Planned times of this network, with their seconds; worked out once."""
        if self._times is None or self._times[0] != network.hash:
            self._times = network.hash, planned_times(network)
        return self._times[1]

    def timings(self, network: Network, runs: RunAhead, now: float) -> Timings:
        """The planned profile of each run."""
        return network_timings(network, runs, now, self.times(network))

    def stands(self, network: Network) -> Bools:
        """Of each route of this network: whether its timetable plans standing on the way; worked out once."""
        if self._stands is None or self._stands[0] != network.hash:
            self._stands = network.hash, planned_standing(network)
        return self._stands[1]

    def on(self, network: Network) -> tuple[HopTable, Usual]:
        """Hops of this network, and what is planned of them; worked out once."""
        if self._hops is None or self._hops[0] != network.hash:
            table = hop_table(network)
            self._hops = network.hash, table, planned_usual(network, table, self.times(network))
        return self._hops[1:]


def planned_standing(network: Network) -> Bools:
    """Of each route: whether some trip of it stands for a minute or more between its ends."""
    profiles = network.profiles
    long = profiles.departure_s - profiles.arrival_s >= STANDS_S
    long[profiles.profile_ptr[:-1]] = long[profiles.profile_ptr[1:] - 1] = False
    before = np.concatenate(([0], np.cumsum(long)))
    some = before[profiles.profile_ptr[1:]] > before[profiles.profile_ptr[:-1]]
    made = np.zeros(len(network.routes.route_id), dtype=bool)
    made[network.patterns.route_ix[network.trips.pattern_ix[some[network.trips.profile_ix]]]] = True
    return made


def planned_usual(network: Network, table: HopTable, times: PlannedTimes | None = None) -> Usual:
    """Planned seconds of each hop by half hour, of all trips and headway bands; hops without a plan by their length.

    ``times``: the network's planned times; without them they are worked out.
    """
    arrival_s = (planned_times(network) if times is None else times).arrival_s
    trip, start = _runs(network)
    profile = network.trips.profile_ix[trip]
    pattern = network.trips.pattern_ix[trip]
    first = network.profiles.profile_ptr[profile].astype(np.int64)
    stops = (network.profiles.profile_ptr[profile + 1] - first).astype(np.int64)
    run = np.repeat(np.arange(len(trip)), np.maximum(stops - 1, 0))
    begin = np.cumsum(np.maximum(stops - 1, 0)) - np.maximum(stops - 1, 0)
    position = np.arange(len(run)) - begin[run] + 1
    at = first[run] + position
    seconds = arrival_s[at] - arrival_s[at - 1]
    hop = table.of_row[network.patterns.stop_ptr[pattern[run]].astype(np.int64) + position]
    bins = ((start[run] + arrival_s[at]) // BIN_S).astype(np.int64) % BINS
    good = (hop >= 0) & (seconds > 0)
    hop, seconds, bins = hop[good], seconds[good], bins[good]
    n = len(table)
    count = np.bincount(hop, minlength=n).astype(float)
    plain = np.where(count > 0, np.bincount(hop, seconds, n) / np.maximum(count, 1.0), table.metres / PLAIN_MPS)
    cell = hop * BINS + bins
    cells = np.bincount(cell, minlength=n * BINS).reshape(n, BINS)
    total = np.bincount(cell, seconds, n * BINS).reshape(n, BINS)
    by_bin = np.where(cells > 0, total / np.maximum(cells, 1), plain[:, None])
    return plain_usual(by_bin, count)


def plain_usual(by_bin: Floats, count: Floats) -> Usual:
    """Usual times, every day the same, of which no more is known than seconds by hop and half hour, (hops, 48)."""
    n = len(by_bin)
    return Usual(np.stack([by_bin, by_bin]), np.full(n, PLAIN_SPREAD), np.full(n, PLAIN_LATE), count, level(n))


def _runs(network: Network) -> tuple[Rows, Rows]:
    """Trips with the time of day at which they start; headway templates once for each half hour of their bands."""
    timed = np.flatnonzero(~network.trips.is_headway)
    trips: list[Rows] = [timed.astype(np.int64)]
    starts: list[Rows] = [network.trips.start_service_s[timed].astype(np.int64)]
    bands = network.headways
    for trip, first, end in zip(bands.trip_ix, bands.start_service_s, bands.end_service_s, strict=True):
        at = np.arange(int(first), max(int(end), int(first) + 1), BIN_S)
        trips.append(np.full(len(at), int(trip), dtype=np.int64))
        starts.append(at.astype(np.int64))
    return np.concatenate(trips), np.concatenate(starts)
