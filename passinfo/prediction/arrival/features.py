"""Features of runs and stops ahead, computed by the same code live and for training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats, Ints, Texts
from passinfo.network.network import Network
from passinfo.prediction.arrival.earlier import against_plan
from passinfo.prediction.arrival.feature_names import NAMES
from passinfo.prediction.arrival.hops import HopTable, Rows
from passinfo.prediction.arrival.inside import SOFT_S as INSIDE_SOFT_S
from passinfo.prediction.arrival.inside import cell_of
from passinfo.prediction.arrival.road import Now, Road, means_ahead, now_of, road_ahead
from passinfo.prediction.arrival.traffic import NEVER, Traffic
from passinfo.prediction.arrival.usual import Usual

OWN_LAST_S, OWN_SHORT = 1_800.0, 6
"""What a bus drove half an hour ago, or six hops, says nothing of its traffic now; but how its driver drives is told by
all that is kept."""
LOOK_BACK_S, SHORT_S, LONG_S = 300.0, 30.0, 120.0
STANDS_M = 20.0
"""A bus that has moved less stands, but for GPS noise."""
STEPS, LEAST_STEP_S = 4, 1.0
"""Speeds from report to report: braking at a light looks unlike standing at it."""
MOST_AGE_S = 3_600.0


@dataclass(frozen=True, slots=True)
class Moment:
    """Runs at one instant: what is asked."""

    vehicle_id: Texts
    pattern_ix: Ints | Rows
    first_position: Ints | Rows
    dist_m: Floats
    measured_at: Floats
    now: float
    service_s: float
    """Time of day of ``now``."""
    kind: int
    """Kind of day."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows of a moment: one per run and stop ahead."""

    road: Road
    stop_row: Rows
    usual_s: Floats
    """From now; what has gone since the measurement is taken off."""
    mix_s: Floats
    state: Now


def ask(
    network: Network, table: HopTable, usual: Usual, traffic: Traffic, moment: Moment, state: Now | None = None
) -> Asked:
    """The road ahead of the runs of a moment, on the way between stops or waiting at the first.

    ``state``: how the network runs at the moment, if that is known already.
    """
    patterns = network.patterns
    begin = patterns.stop_ptr[moment.pattern_ix].astype(np.int64)
    n_stops = patterns.stop_ptr[moment.pattern_ix + 1] - begin
    first = np.clip(moment.first_position.astype(np.int64), 1, n_stops)
    ptr = np.concatenate(([0], np.cumsum(n_stops - first)))
    run = np.repeat(np.arange(len(begin)), n_stops - first)
    stop_row = begin[run] + np.arange(ptr[-1]) - ptr[run] + first[run]
    hop = table.of_row[stop_row]
    metres = patterns.stop_dist_m[stop_row] - patterns.stop_dist_m[stop_row - 1]
    left = (patterns.stop_dist_m[stop_row] - moment.dist_m[run]) / np.maximum(metres, 1.0)
    share = np.where(np.arange(len(run)) == ptr[run], np.clip(left, 0.0, 1.0), 1.0)
    if state is None:
        state = now_of(network, table, usual, traffic, moment.kind, moment.service_s, moment.now)
    road = road_ahead(usual, state, ptr, hop, share, metres, moment.kind, moment.service_s)
    gone = np.maximum(moment.now - moment.measured_at, 0.0)[run]
    return Asked(road, stop_row, _left(road.usual_s, gone), _left(road.mix_s, gone), state)


def _left(whole_s: Floats, gone_s: Floats) -> Floats:
    """Seconds from now: never less than a sign that the bus is about to come."""
    return np.maximum(whole_s - gone_s, np.minimum(0.5 * whole_s, 10.0))


def patterns_end(network: Network, moment: Moment) -> Floats:
    """Length of each run's pattern."""
    return network.patterns.stop_dist_m[network.patterns.stop_ptr[moment.pattern_ix + 1] - 1]


def features(
    network: Network, table: HopTable, usual: Usual, traffic: Traffic, moment: Moment, asked: Asked, rows: Rows
) -> Floats:
    """Features of some rows, shape (rows, len(NAMES)), float32."""
    road, state = asked.road, asked.state
    run = road.run[rows]
    own = _own(table, usual, traffic, moment)
    hop_s = np.diff(road.usual_s, prepend=0.0)
    begins = road.ptr[:-1][np.diff(road.ptr) > 0]
    hop_s[begins] = road.usual_s[begins]
    each = np.maximum(hop_s, 1e-3)
    weight = each, np.cumsum(each)
    next_hop = road.hop[np.minimum(road.ptr[:-1], max(len(road.hop) - 1, 0))] if len(road.hop) else np.empty(0, int)
    age = np.minimum(state.last_age_s, MOST_AGE_S)
    full_s = usual.at(moment.kind, next_hop, np.full(len(next_hop), moment.service_s % 86_400.0))
    left = road.share[np.minimum(road.ptr[:-1], max(len(road.share) - 1, 0))]
    plain_left_s = full_s * left
    inside = usual.inside.reshape(-1)[cell_of(next_hop, left, own.stands_s > 0)] if len(next_hop) else left
    ends = patterns_end(network, moment)
    next_row = np.minimum(road.ptr[:-1], max(len(asked.stop_row) - 1, 0))
    days = usual.earlier[moment.kind] if moment.kind < len(usual.earlier) else ()
    plan = against_plan(
        days,
        moment.service_s,
        asked.stop_row[next_row],
        asked.mix_s[next_row],
        run,
        asked.stop_row[rows],
        asked.mix_s[rows],
    )
    ahead = (state.hop, state.last, age, usual.late, state.jam_hop, state.slow_hop, state.fast_hop)
    hop_ahead, last_ahead, old_ahead, late_ahead, jam_ahead, slow_ahead, fast_ahead, part_ahead, part_fast = (
        means_ahead((*ahead, state.part[table.square], state.fast_part[table.square]), weight, road, rows)
    )
    hour = 2 * np.pi * moment.service_s / 86_400.0
    route = state.route[table.route_ix[road.hop[rows]]]
    made: Floats = np.empty((len(rows), len(NAMES)), dtype=np.float32)
    columns = (
        np.log(asked.usual_s[rows] + 30.0),
        np.log(asked.mix_s[rows] + 30.0),
        road.mix_s[rows] / np.maximum(road.usual_s[rows], 1.0),
        np.maximum(moment.now - moment.measured_at, 0.0)[run],
        own.behind_s[run],
        own.last[run],
        own.mean[run],
        own.age_s[run],
        hop_ahead,
        last_ahead,
        old_ahead,
        route,
        state.network,
        route - state.network,
        road.metres[rows],
        road.stops[rows],
        road.spread[rows],
        left[run],
        np.sin(hour),
        np.cos(hour),
        np.minimum(state.last_age_s[next_hop], MOST_AGE_S)[run],
        road.usual_s[rows] / np.maximum(road.metres[rows], 1.0),
        state.last[next_hop][run],
        own.stands_s[run],
        own.speed_short[run],
        own.speed_long[run],
        road.metres[np.minimum(road.ptr[:-1], max(len(road.metres) - 1, 0))][run],
        full_s[run],
        plain_left_s[run],
        (own.behind_s - full_s * (1 - left))[run],
        usual.late[next_hop][run],
        late_ahead,
        (ends - moment.dist_m)[run],
        state.jam_network,
        state.jam_route[table.route_ix[road.hop[rows]]],
        jam_ahead,
        own.long[run],
        slow_ahead,
        inside[run],
        (plain_left_s + INSIDE_SOFT_S)[run] * np.exp(inside)[run] - INSIDE_SOFT_S,
        *plan,
        *(own.steps[run, number] for number in range(STEPS)),
        fast_ahead - hop_ahead,
        state.slow_network,
        part_ahead,
        part_fast,
    )
    for number, column in enumerate(columns):
        made[:, number] = column
    return made


@dataclass(frozen=True, slots=True)
class _Own:
    last: Floats
    mean: Floats
    age_s: Floats
    behind_s: Floats
    """Since it reached the last stop."""
    stands_s: Floats
    """How long it has hardly moved."""
    speed_short: Floats
    """Metres a second over about half a minute …"""
    speed_long: Floats
    """… and over about two; -1 unknown."""
    steps: Floats
    """The same from report to report, the last one first, shape (runs, STEPS)."""
    long: Floats
    """Log of what it needed for all its hops that are kept, against usual."""


def _own(table: HopTable, usual: Usual, traffic: Traffic, moment: Moment) -> _Own:
    n = len(moment.pattern_ix)
    row = traffic.rows_of(moment.vehicle_id)
    if not len(traffic.vehicle_id):
        zero = np.zeros(n)
        return _Own(zero, zero, np.full(n, MOST_AGE_S), zero, zero, zero - 1, zero - 1, np.full((n, STEPS), -1.0), zero)
    at, seconds, hop = traffic.own_at[row], traffic.own_s[row], traffic.own_hop[row]
    age = moment.now - at
    known = (row >= 0)[:, None] & (hop >= 0) & (at > NEVER / 2)
    fresh = known & (age < OWN_LAST_S) & (np.arange(at.shape[1]) < OWN_SHORT)
    expected = usual.at(moment.kind, np.maximum(hop, 0), (moment.service_s - np.where(known, age, 0.0)) % 86_400.0)
    ratio = np.where(known, np.clip(np.log(np.maximum(seconds, 1.0) / expected), -1.2, 1.5), 0.0)
    long = _weighted(ratio, np.where(known, expected, 0.0), 600.0)
    ratio = np.where(fresh, ratio, 0.0)
    mean = _weighted(ratio, np.where(fresh, expected, 0.0), 120.0)
    reached = np.where(fresh[:, 0], at[:, 0], np.nan)
    begun = np.where(np.isfinite(reached), moment.measured_at - reached, 0.0)
    return _Own(
        ratio[:, 0],
        mean,
        np.where(fresh[:, 0], age[:, 0], MOST_AGE_S),
        np.clip(begun, 0.0, 1_800.0),
        *_motion(traffic, row, moment),
        long,
    )


def _weighted(values: Floats, weight: Floats, lean: float) -> Floats:
    """Weighted means of rows, leaning on nought."""
    return np.asarray((values * weight).sum(axis=1) / (weight.sum(axis=1) + lean))


def _motion(traffic: Traffic, row: Rows, moment: Moment) -> tuple[Floats, Floats, Floats, Floats]:
    """How long each vehicle has stood, its speed over half a minute and over two, and between its last reports."""
    at, metres, pattern = traffic.seen_at[row], traffic.seen_m[row], traffic.seen_pattern[row]
    same = (row >= 0)[:, None] & (pattern == moment.pattern_ix[:, None]) & (at > moment.now - LOOK_BACK_S)
    same = np.logical_and.accumulate(same, axis=1)
    ago = moment.measured_at[:, None] - at
    way = moment.dist_m[:, None] - metres
    still = np.logical_and.accumulate(same & (np.abs(way) < STANDS_M), axis=1)
    stands = np.max(np.where(still, ago, 0.0), axis=1)
    speeds = []
    for about in (SHORT_S, LONG_S):
        usable = same & (ago >= 0.5 * about)
        far = np.where(usable, np.abs(ago - about), np.inf)
        best = np.argmin(far, axis=1)
        pick = np.arange(len(row)), best
        known = np.isfinite(far[pick])
        speeds.append(np.where(known, way[pick] / np.maximum(ago[pick], 1.0), -1.0))
    took, went = at[:, :STEPS] - at[:, 1 : STEPS + 1], metres[:, :STEPS] - metres[:, 1 : STEPS + 1]
    steps = np.where(same[:, 1 : STEPS + 1] & (took > LEAST_STEP_S), went / np.maximum(took, LEAST_STEP_S), -1.0)
    return np.maximum(stands, 0.0), speeds[0], speeds[1], steps
