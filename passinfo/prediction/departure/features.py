"""What is known at a tick of each bus that waits: the baselines' answers, and the columns the trees look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats, Texts
from passinfo.prediction.departure.baselines import headway_kept, historic_layover, leaves_on_schedule
from passinfo.prediction.departure.layovers import Layovers, half_hour
from passinfo.prediction.departure.places import Places, Rows
from passinfo.prediction.departure.terminals import Terminals

HEARD_S = 300.0
"""A bus not heard of for five minutes is not counted among those that wait."""
CAME_S = 900.0
"""An arrival at the end of a run so long before the layover was seen is of the same stop at the terminal."""
UNKNOWN_S = -86_400.0
"""What is not known; trees cannot be fitted on a column without any value, as the plan of a headway city is."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Buses that wait for their departure, one row each."""

    vehicle_id: Texts
    pattern_ix: Rows
    planned_at: Floats
    """NaN where there is no plan."""
    now: float
    service_s: float
    kind: int


@dataclass(frozen=True, slots=True)
class Expected:
    """What each row's bus would do by the baselines, and what the trees are asked."""

    schedule_at: Floats
    layover_at: Floats
    headway_at: Floats
    base_at: Floats
    """What the trees correct: the plan and the usual lateness where there is one, else what is left of the layover."""
    columns: Floats


NAMES = (
    "waited", "stood", "since_pattern", "age", "since_ended", "dist", "planned_in", "planned_after", "since_leader",
    "headway_before", "headway_live", "headway_usual", "headway_in", "before", "waiting", "usual_in", "left_25",
    "left_50", "left_75", "layover_10", "layover_50", "layover_90", "seen", "base", "hour", "kind",
    "past_first", "past_middle", "past_last",
)  # fmt: skip


def expected(
    places: Places, layovers: Layovers, row_of_place: Rows, terminals: Terminals, waiting: Waiting
) -> Expected:
    """Baselines and columns of the buses that wait.

    Parameters
    ----------
    places
        The terminals of the network.
    layovers
        What was usual.
    row_of_place
        Row of ``layovers`` of each terminal.
    terminals
        What is known of them at the tick.
    waiting
        The buses.
    """
    now, n = waiting.now, len(waiting.pattern_ix)
    place = places.of_pattern[waiting.pattern_ix]
    row = row_of_place[place]
    who = terminals.rows_of(waiting.vehicle_id)
    arrived_at = arrived(terminals)
    came = _taken(arrived_at, who)
    clock = np.full(n, waiting.service_s)
    waited = np.fmax(now - came, 0.0)
    then = clock - np.nan_to_num(waited)
    curve = layovers.layover_s[row, half_hour(then)]
    usual = curve[:, curve.shape[1] // 2]
    left = [layovers.remaining(row, then, np.nan_to_num(waited), share) for share in (0.25, 0.5, 0.75)]
    left_at = terminals.left_at[place]
    apart = left_at[:, :-1] - left_at[:, 1:]
    headway = layovers.headway_s[row, half_hour(clock)]
    live = _row_mean(apart, headway)
    before, others = _company(places, terminals, arrived_at, place, came, now)
    leader_at = left_at[:, 0]
    planned_at = waiting.planned_at
    base_at = np.where(np.isfinite(planned_at), np.fmax(planned_at + layovers.late_s[row], now), now + left[1])
    columns = np.column_stack(
        (
            waited,
            now - _taken(terminals.stand_since, who),
            now - _taken(terminals.pattern_since, who),
            now - _taken(terminals.seen_at, who),
            now - _taken(terminals.ended_at, who),
            _taken(terminals.dist_m, who),
            planned_at - now,
            planned_at - came,
            now - leader_at,
            apart[:, 0],
            live,
            headway,
            leader_at + headway * (1 + before) - now,
            before,
            others,
            came + usual - now,
            *left,
            curve[:, 2],
            usual,
            curve[:, -3],
            layovers.count[row],
            base_at - now,
            clock / 3_600.0,
            np.full(n, float(waiting.kind)),
            layovers.past.following(row, clock, waiting.kind),
        )
    )
    return Expected(
        leaves_on_schedule(planned_at, now),
        historic_layover(came, usual, now),
        headway_kept(leader_at, headway, before, now),
        base_at,
        np.where(np.isfinite(columns), columns, UNKNOWN_S),
    )


def arrived(terminals: Terminals) -> Floats:
    """When each vehicle came to the terminal it waits at: the end of its run if that was seen, else first seen idle."""
    since, ended = terminals.idle_since, terminals.ended_at
    with np.errstate(invalid="ignore"):
        near = (ended < since) & (since - ended <= CAME_S)
    return np.where(near, ended, since)


def _taken(values: Floats, row: Rows) -> Floats:
    if not len(values):
        return np.full(len(row), np.nan)
    return np.where(row >= 0, values[np.maximum(row, 0)], np.nan)


def _row_mean(apart: Floats, usual: Floats) -> Floats:
    """Mean of the last headways, the usual one where none is known."""
    known = np.isfinite(apart)
    total = np.where(known, apart, 0.0).sum(axis=1)
    return np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), usual)


def _company(
    places: Places, terminals: Terminals, arrived_at: Floats, place: Rows, came: Floats, now: float
) -> tuple[Floats, Floats]:
    """How many buses that came before each one wait there still, and how many wait in all, itself included."""
    with np.errstate(invalid="ignore"):
        there = np.flatnonzero((terminals.pattern_ix >= 0) & (now - terminals.seen_at <= HEARD_S))
    if not len(there):
        return np.zeros(len(place)), np.ones(len(place))
    of = places.of_pattern[terminals.pattern_ix[there]]
    order = np.lexsort((arrived_at[there], of))
    of, at = of[order], arrived_at[there][order]
    begin, end = np.searchsorted(of, place), np.searchsorted(of, place, side="right")
    lift = 1e11  # sets terminals apart on one axis of instants
    axis = of * lift + np.nan_to_num(at, nan=lift / 2)
    first = np.searchsorted(axis, place * lift + np.nan_to_num(came, nan=lift / 2))
    return np.maximum(first - begin, 0).astype(float), np.maximum(end - begin, 1).astype(float)
