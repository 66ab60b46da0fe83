"""The road ahead of runs: what each hop usually takes, and what it takes now as far as other buses tell.

The live mix: a hop's usual time × the ratio that its last buses needed, leaning on the route's ratio, that on the
network's, and all of them fading with the time until the bus gets there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.prediction.arrival.hops import HopTable, Rows
from passinfo.prediction.arrival.lately import Drives, lately_of
from passinfo.prediction.arrival.parts import parts_of
from passinfo.prediction.arrival.traffic import Traffic
from passinfo.prediction.arrival.usual import Usual

FADE_S = 1_200.0
"""A drive counts 1/e after twenty minutes."""
LEAN_NETWORK, LEAN_ROUTE, LEAN_HOP = 60.0, 8.0, 2.5
"""So many fresh drives weigh as much as "as usual" (network), as the network (route), as the route (hop)."""
LAST_S = 3_600.0
"""Older drives say nothing of the traffic now …"""
SLOW_S, SLOW_FADE_S = 10_800.0, 5_400.0
"""… but something of the day."""
LOWEST, HIGHEST = -1.2, 1.5
"""Log ratios beyond are one bus's own trouble."""
LONGEST_SPENT_S, HEARD_S, JAM_S = 1_800.0, 120.0, 60.0
"""Longer on one hop a bus rests; not heard of for two minutes it tells nothing."""
REACH_S = 8_000.0
"""What is met now says less of what will be met in so long (1/e)."""


@dataclass(frozen=True, slots=True)
class Now:
    """How the network runs at one instant, against usual; log ratios, 0 as usual."""

    network: float
    route: Floats
    hop: Floats
    """Of each hop, leaning on its route."""
    last: Floats
    """Of the last bus through each hop; 0 if none."""
    last_age_s: Floats
    """inf if none."""
    jam_network: float
    """Of buses still on a hop: seconds spent against usual for what they have done of it."""
    jam_route: Floats
    jam_hop: Floats
    slow_hop: Floats
    """As ``hop``, of the last hours: what is so all day, road works or snow."""
    slow_network: float
    part: Floats
    """Of each square of the city, leaning on the network."""
    fast_hop: Floats
    """As ``hop``, of the last minutes …"""
    fast_part: Floats
    """… and as ``part``."""


def now_of(
    network: Network, table: HopTable, usual: Usual, traffic: Traffic, kind: int, service_s: float, now: float
) -> Now:
    """The state of the network at an instant."""
    some = np.flatnonzero(now - traffic.hop_at[:, 0] < SLOW_S)  # the newest drive of each stands first
    age = now - traffic.hop_at[some]
    fading, recent = np.maximum(age, 0.0), age < SLOW_S
    weight = np.where(age < LAST_S, np.exp(fading / -FADE_S), 0.0)
    slow = np.where(recent, np.exp(fading / -SLOW_FADE_S), 0.0)
    expected = usual.at(kind, some[:, None], (service_s - np.where(recent, age, 0.0)) % 86_400.0)
    taken = np.clip(traffic.hop_s[some], expected * math.exp(LOWEST), expected * math.exp(HIGHEST))
    # ratios of sums, not means of ratios: a usual time is a mean, and drives are skewed
    took, should, each, slow_took, slow_should = (
        _scattered(values.sum(axis=1), some, len(table))
        for values in (weight * taken, weight * expected, weight, slow * taken, slow * expected)
    )
    hop_now, taken_now, should_now = under_way(network, table, usual, traffic, kind, service_s, now)
    jam_took, jam_should = (np.bincount(hop_now, v, len(table)).astype(float) for v in (taken_now, should_now))
    mean_s = float(should.sum() / max(each.sum(), 1e-9))
    overall = (float(took.sum()) + LEAN_NETWORK * mean_s) / (float(should.sum()) + LEAN_NETWORK * mean_s + 1e-9)
    routes = int(table.route_ix.max(initial=-1)) + 1
    route_took, route_should = (np.bincount(table.route_ix, v, routes) for v in (took, should))
    route = (route_took + LEAN_ROUTE * mean_s * overall + 1e-9) / (route_should + LEAN_ROUTE * mean_s + 1e-9)
    own = usual.at(kind, np.arange(len(table)), np.full(len(table), service_s % 86_400.0))
    jam = (jam_took.sum() + LEAN_NETWORK * mean_s) / (jam_should.sum() + LEAN_NETWORK * mean_s + 1e-9)
    jam_route = (np.bincount(table.route_ix, jam_took, routes) + LEAN_ROUTE * mean_s * jam + 1e-9) / (
        np.bincount(table.route_ix, jam_should, routes) + LEAN_ROUTE * mean_s + 1e-9
    )
    jam_hop = (jam_took + LEAN_HOP * own * jam_route[table.route_ix]) / (jam_should + LEAN_HOP * own)
    of_hop = (took + LEAN_HOP * own * route[table.route_ix]) / (should + LEAN_HOP * own)
    slow_hop = (slow_took + LEAN_HOP * own * route[table.route_ix]) / (slow_should + LEAN_HOP * own)
    lean = LEAN_NETWORK * mean_s + 1e-9
    slow_network = float((slow_took.sum() + lean) / (slow_should.sum() + lean))
    last, last_age_s = np.zeros(len(table)), np.full(len(table), np.inf)
    newest = age[:, 0] < LAST_S
    last[some[newest]] = np.log(np.maximum(taken[newest, 0], 1e-3) / np.maximum(expected[newest, 0], 1e-3))
    last_age_s[some[newest]] = age[newest, 0]
    return Now(
        math.log(max(overall, 1e-3)),
        np.log(route),
        np.log(of_hop),
        last,
        last_age_s,
        math.log(max(jam, 1e-3)),
        np.log(jam_route),
        np.log(jam_hop),
        np.log(slow_hop),
        math.log(max(slow_network, 1e-3)),
        parts_of(table, took, should, max(overall, 1e-3), mean_s),
        *lately_of(table, Drives(some, age, taken, expected, jam_took, jam_should), own),
    )


def _scattered(values: Floats, rows: Rows, n: int) -> Floats:
    made = np.zeros(n)
    made[rows] = values
    return made


def under_way(
    network: Network, table: HopTable, usual: Usual, traffic: Traffic, kind: int, service_s: float, now: float
) -> tuple[Rows, Floats, Floats]:
    """Hops that buses are on: hop, seconds spent so far, seconds usual for what is done of it.

    Without them only buses that got through would be counted, and a jam would be seen when it is over.
    """
    waiting = traffic.waiting
    row = traffic.rows_of(waiting.vehicle_id)
    known = np.flatnonzero((row >= 0) & (waiting.stop_row >= 0))
    row, stop_row, reached_at = row[known], waiting.stop_row[known], waiting.at[known]
    patterns = network.patterns
    pattern = np.searchsorted(patterns.stop_ptr, stop_row, side="right") - 1
    following = np.minimum(stop_row + 1, len(patterns.stop_ix) - 1)
    metres = patterns.stop_dist_m[following] - patterns.stop_dist_m[stop_row]
    at, dist_m = traffic.seen_at[row, 0], traffic.seen_m[row, 0]
    spent = at - reached_at
    done = (dist_m - patterns.stop_dist_m[stop_row]) / np.maximum(metres, 1.0)
    good = (following < patterns.stop_ptr[pattern + 1]) & (traffic.seen_pattern[row, 0] == pattern) & (metres > 0)
    good &= (spent > 0) & (spent < LONGEST_SPENT_S) & (now - at < HEARD_S) & (done > 0) & (done <= 1)
    hop = table.of_row[following[good]]
    whole = usual.at(kind, hop, np.full(len(hop), service_s % 86_400.0))
    should = whole * done[good]
    return hop, np.minimum(spent[good], should * math.exp(HIGHEST) + JAM_S), should


@dataclass(frozen=True, slots=True)
class Road:
    """Rows of runs and stops ahead, flat; seconds from the anchor."""

    ptr: Rows
    run: Rows
    hop: Rows
    share: Floats
    """Of the hop still to drive: 1 but for the hop that the run is on."""
    usual_s: Floats
    """Cumulated along the run, from the anchor to the stop."""
    mix_s: Floats
    metres: Floats
    stops: Floats
    """Stops on the way, this one counted."""
    spread: Floats
    """Standard deviation of the log of ``usual_s``, hops independent."""


def road_ahead(
    usual: Usual,
    state: Now,
    ptr: Rows,
    hop: Rows,
    share: Floats,
    metres: Floats,
    kind: int,
    service_s: float,
) -> Road:
    """Usual and present times to the stops ahead.

    Parameters
    ----------
    usual, state
        What hops take, and how it goes now.
    ptr
        Rows of run r are ``ptr[r]:ptr[r + 1]``.
    hop, share, metres
        The hop that ends at each stop ahead, how much of it is left, and its metres (all of it).
    kind, service_s
        Kind of day and time of day now.
    """
    run = np.repeat(np.arange(len(ptr) - 1), np.diff(ptr))
    first = usual.column(kind, service_s)[hop] * share
    until = _along(first, ptr, run)
    own = usual.at(kind, hop, (service_s + until) % 86_400.0) * share
    usual_s = _along(own, ptr, run)
    fade = np.exp(-usual_s / REACH_S)
    mix_s = _along(own * np.exp(state.hop[hop] * fade), ptr, run)
    variance = _along((own * usual.spread[hop]) ** 2, ptr, run)
    return Road(
        ptr,
        run,
        hop,
        share,
        usual_s,
        mix_s,
        _along(metres * share, ptr, run),
        (np.arange(len(run)) - ptr[run] + 1).astype(float),
        np.sqrt(variance) / np.maximum(usual_s, 1.0),
    )


def _along(values: Floats, ptr: Rows, run: Rows) -> Floats:
    """Sums from the begin of each run on."""
    total = np.cumsum(values)
    before = np.concatenate(([0.0], total))[ptr[:-1]]
    return np.asarray(total - before[run])


def means_ahead(values: Sequence[Floats], weight: tuple[Floats, Floats], road: Road, rows: Rows) -> list[Floats]:
    """Means of each hop's values over the road to the stops of some rows, weighted by usual seconds.

    ``values``: each of all hops. ``weight``: of all rows of the road, and their cumulated sums.
    """
    each, weights = weight
    first = road.ptr[road.run[rows]]
    before, begun = np.maximum(first - 1, 0), first > 0
    share = 1.0 / np.maximum(weights[rows] - weights[before] * begun, 1e-9)
    made = []
    for column in values:
        total = np.cumsum(column[road.hop] * each)
        made.append((total[rows] - total[before] * begun) * share)
    return made
