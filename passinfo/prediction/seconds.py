"""The seconds that a timetable in whole minutes leaves out.

Where stops lie closer than a minute's drive such a plan gives two of them the same minute, and the next pair two
minutes: taken to the letter a bus is thrown half a minute back and forth, at every stop. What was rounded away is found
again as the evenest drive that rounds to what is published: of all ways through half a minute on either side of the
published times the shortest, over distance. Timepoints, ends and stops with planned standing are taken to the letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.network.network import Network

MINUTE_S = 60
HALF_S = MINUTE_S / 2
"""What rounding to the minute moves a time at most."""
NEAR_M = 1e-3
"""Stops are so much farther apart: on a line that is too short for its stops two may lie at one place."""
MOST = 0.5
"""Timepoints are told apart where no more of a pattern's stops are flagged so."""


@dataclass(frozen=True, slots=True)
class PlannedTimes:
    """Seconds after the first departure, flat as ``network.profiles``."""

    arrival_s: Floats
    departure_s: Floats


def planned_times(network: Network) -> PlannedTimes:
    """The planned times of a network, with seconds where its timetable was rounded to minutes."""
    profiles, patterns = network.profiles, network.patterns
    arrival_s, departure_s = profiles.arrival_s.astype(float), profiles.departure_s.astype(float)
    made = PlannedTimes(arrival_s, departure_s)
    if not _is_rounded(network):
        return made
    pattern_of = np.full(len(profiles.profile_ptr) - 1, -1, dtype=np.int64)
    pattern_of[network.trips.profile_ix] = network.trips.pattern_ix
    for profile in np.flatnonzero(_in_whole_minutes(network) & (pattern_of >= 0)).tolist():
        rows = slice(int(profiles.profile_ptr[profile]), int(profiles.profile_ptr[profile + 1]))
        stops = network.pattern_stops(int(pattern_of[profile]))
        exact = patterns.timepoint[stops] & (patterns.timepoint[stops].mean() <= MOST)
        stands = departure_s[rows] > arrival_s[rows]
        _fill(patterns.stop_dist_m[stops], arrival_s[rows], departure_s[rows], exact | stands)
    return made


def _in_whole_minutes(network: Network) -> Bools:
    """Which profiles say nothing but whole minutes."""
    profiles = network.profiles
    odd = (profiles.arrival_s % MINUTE_S != 0) | (profiles.departure_s % MINUTE_S != 0)
    before = np.concatenate(([0], np.cumsum(odd)))
    return np.asarray(before[profiles.profile_ptr[1:]] == before[profiles.profile_ptr[:-1]])


def _is_rounded(network: Network) -> bool:
    """Whether whole minutes are rounded ones: somewhere the next stop is reached in the minute this one is left."""
    profiles = network.profiles
    if len(profiles.arrival_s) < 2:
        return False
    same = profiles.arrival_s[1:] == profiles.departure_s[:-1]
    same[profiles.profile_ptr[1:-1] - 1] = False
    of_row = np.repeat(_in_whole_minutes(network), np.diff(profiles.profile_ptr))
    return bool((same & of_row[1:]).any())


def _fill(metres: Floats, arrival_s: Floats, departure_s: Floats, exact: Bools) -> None:
    """Put seconds in, in place, between one exact stop and the next."""
    exact[[0, -1]] = True
    for one, other in pairwise(np.flatnonzero(exact).tolist()):
        if other - one < 2:
            continue
        between = slice(one + 1, other)
        low = [departure_s[one], *(arrival_s[between] - HALF_S), arrival_s[other]]
        high = [departure_s[one], *(arrival_s[between] + HALF_S), arrival_s[other]]
        apart = metres[one : other + 1] + NEAR_M * np.arange(other - one + 1)
        evenest = list(shortest_way(apart.tolist(), low, high))
        arrival_s[between] = departure_s[between] = evenest[1:-1]


def shortest_way(x: list[float], low: list[float], high: list[float]) -> Iterator[float]:
    """Heights at each place of the shortest way through gates, from a first to a last one that leave no choice.

    From where it stands the way goes straight as far as it sees, to the last gate post that narrowed its view.

    Examples
    --------
    >>> list(shortest_way([0, 1, 2, 3], [0, -10, 20, 30], [0, 10, 40, 30]))
    [0, 10.0, 20.0, 30]
    >>> list(shortest_way([0, 1, 2], [0, 5, 0], [0, 9, 0]))
    [0, 5, 0]
    """
    at, height = 0, low[0]
    yield height
    while at < len(x) - 1:
        least, most, floor, ceiling = -np.inf, np.inf, at + 1, at + 1
        aim, bend = 0.0, at + 1
        for gate in range(at + 1, len(x)):
            run = x[gate] - x[at]
            up, down = (low[gate] - height) / run, (high[gate] - height) / run
            if up > most:
                aim, bend = high[ceiling], ceiling
                break
            if down < least:
                aim, bend = low[floor], floor
                break
            if up >= least:
                least, floor = up, gate
            if down <= most:
                most, ceiling = down, gate
        else:
            aim, bend = low[-1], len(x) - 1
        slope = (aim - height) / (x[bend] - x[at])
        yield from (height + slope * (x[each] - x[at]) for each in range(at + 1, bend))
        yield aim
        at, height = bend, aim
