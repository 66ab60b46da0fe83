"""Which stops a pattern serves, in order: distance, side of the road, and the votes of list neighbours together."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.network.learn.learned import ServedStop
from passinfo.network.learn.near_stops import END_REACH_M, REACH_M, Nearby
from passinfo.network.learn.stop_lists import RouteStops
from passinfo.network.learn.traces import Indices

SIDE_M = 4.0
"""Side is ambiguous within ± 5 m of the line (GPS, and the sign's own error); this is one unit of odds."""
KERB_M = 6.0
"""Scatter of stops about their kerb (wmata: 6 m median, 10 m at most, with few far off)."""
OTHER_STREET = 0.2
"""Of stops near a line that it does not serve, so many stand on other streets, anywhere within reach."""
SAME_PLACE_M = 15.0
"""No bus halts twice within its own length: one of two such stops is across the street."""
NEXT = 1.0
"""A terminal stands twice in a list, to arrive and to leave: its neighbour says which is meant."""
TAIL_SHARE = 0.25
"""Of a line's stops: what a tag that flips late or early adds of another trip (as ``passes.STUB_SHARE``)."""
VOTE = 3.0
"""Neighbours that all agree outweigh the side."""
MIN_SIDES, MIN_LEAN = 20, 0.3
"""Places and mean side that tell the country's driving side; ± 0.22 is chance (2 σ) at 20."""
UNSURE = 1.0
"""Log odds below which a decision is named: 73 % sure."""


def driving_side(places: Sequence[Nearby]) -> int:
    """1: buses keep right, -1: left, 0: unknown; from stops whose direction their list neighbours agree on."""
    vote = np.concatenate([near.vote for near in places]) if places else np.empty(0)
    right = np.concatenate([near.right_m for near in places]) if places else np.empty(0)
    sure = (np.abs(vote) == 1) & (np.abs(right) > SIDE_M)
    if sure.sum() < MIN_SIDES:
        return 0
    lean = float(np.mean(np.sign(right[sure]) * vote[sure]))
    return int(np.sign(lean)) if abs(lean) > MIN_LEAN else 0


def one_way_side(routes: Sequence[Sequence[Nearby]]) -> int:
    """As :func:`driving_side`, from stops that only one of a route's lines comes near: that one serves them."""
    right = [
        near.right_m[(near.off_m < REACH_M / 2) & ~near.beyond & _alone(number, near, places)]
        for places in routes
        for number, near in enumerate(places)
    ]
    told = np.concatenate(right) if right else np.empty(0)
    told = told[np.abs(told) > SIDE_M]
    if len(told) < MIN_SIDES:
        return 0
    lean = float(np.mean(np.sign(told)))
    return int(np.sign(lean)) if abs(lean) > MIN_LEAN else 0


def _alone(number: int, near: Nearby, places: Sequence[Nearby]) -> Bools:
    others = [other.row for k, other in enumerate(places) if k != number]
    alone = np.bincount(near.row, minlength=1)[near.row] == 1
    return np.asarray(alone & ~np.isin(near.row, np.concatenate(others))) if others else alone


def odds(near: Nearby, side: int, width_m: float) -> Floats:
    """Log odds of each place to be served, by itself: right kerb or wrong, how far, and what list neighbours say.

    Served stops lie half a street from the line on the kerb that buses keep to, those of the way back on the other;
    both scatter, with far outliers (Student's t).
    """
    kerb_m = side * near.right_m
    right, wrong = (_student((kerb_m + sign * width_m / 2) / KERB_M) for sign in (-1, 1))
    elsewhere = KERB_M / (2 * REACH_M)
    kerb = np.log(right / ((1 - OTHER_STREET) * wrong + OTHER_STREET * elsewhere))
    return np.asarray(np.where(near.beyond, 0.0, kerb) + VOTE * near.vote)


def _student(x: Floats) -> Floats:
    """Density of Student's t with three degrees of freedom."""
    return np.asarray(2 / (np.pi * math.sqrt(3) * (1 + x * x / 3) ** 2))


def served(near: Nearby, log_odds: Floats, stops: RouteStops) -> tuple[ServedStop, ...]:
    """The stops served, in order along the line: of each list row its likeliest place, of twins the likelier."""
    keep = _best_of_rows(near.row, log_odds) & (log_odds > 0)
    for sign, end_m, terminal in ((-1.0, 0.0, stops.starts()), (1.0, near.length_m, stops.ends())):
        outward = sign * (near.dist_m - end_m)
        rivals = np.flatnonzero(keep & (outward > 0) & near.beyond)
        there = np.flatnonzero(keep & ~near.beyond & terminal[near.row] & (outward > -END_REACH_M))
        if len(there):
            keep[outward > outward[there].max()] = False
        elif len(rivals):  # a line has one terminal at each end
            keep[rivals] = rivals == rivals[np.argmax(log_odds[rivals] - _far(rivals, near, keep, stops))]
    chosen = np.flatnonzero(keep)
    chosen = chosen[np.lexsort((near.row[chosen], near.dist_m[chosen]))]
    chosen = _own_way(_without_twins(chosen, near, log_odds, stops), near, stops)
    return tuple(
        ServedStop(
            str(stops.stop_id[near.row[place]]),
            float(near.dist_m[place]),
            float(near.right_m[place]),
            int(near.row[place]),
            float(1 / (1 + np.exp(-log_odds[place]))),
        )
        for place in chosen.tolist()
    )


def _own_way(chosen: Indices, near: Nearby, stops: RouteStops) -> Indices:
    """Stops without the few before a terminal to leave from (after one to arrive at): another trip's end (or start)."""
    few = TAIL_SHARE * len(chosen)
    first, last = 0, len(chosen)
    for place, row in enumerate(near.row[chosen].tolist()):
        if stops.starts()[row] and place < few:
            first = place
        if stops.ends()[row] and len(chosen) - 1 - place < few:
            last = min(last, place + 1)
    return chosen[first:last]


def _far(rivals: Indices, near: Nearby, keep: Bools, stops: RouteStops) -> Floats:
    """How far each stop past an end is from the line, on the ground and in the list."""
    way = near.row[keep & ~near.beyond]
    off = near.off_m[rivals] / REACH_M
    if not stops.ordered or not len(way):
        return off
    return np.asarray(off + NEXT * np.abs(near.row[rivals][:, None] - way).min(axis=1))


def _best_of_rows(row: Indices, log_odds: Floats) -> Bools:
    best = np.zeros(len(row), dtype=bool)
    order = np.lexsort((log_odds, row))
    last = np.append(np.diff(row[order]) != 0, True)[: len(order)]
    best[order[last]] = True
    return best


def _without_twins(chosen: Indices, near: Nearby, log_odds: Floats, stops: RouteStops) -> Indices:
    """Of stops at one place along the line the surest; of those a list names twice the one next to others served."""
    row = near.row[chosen]
    alone = np.abs(row[:, None] - row).astype(float)
    alone[np.hypot(stops.x_m[row][:, None] - stops.x_m[row], stops.y_m[row][:, None] - stops.y_m[row]) < 1.0] = np.inf
    beside = dict(zip(chosen.tolist(), (alone.min(axis=1, initial=np.inf) <= 1).tolist(), strict=True))
    sure = {place: float(log_odds[place]) + NEXT * beside[place] for place in chosen.tolist()}
    kept: list[int] = []
    for place in chosen.tolist():
        twin = next((i for i in range(len(kept) - 1, -1, -1) if _twins(place, kept[i], near, stops)), None)
        if twin is None:
            kept.append(place)
        elif sure[place] > sure[kept[twin]]:
            kept[twin] = place
    return np.array(kept, dtype=np.intp)


def _twins(place: int, other: int, near: Nearby, stops: RouteStops) -> bool:
    along_m = float(near.dist_m[place] - near.dist_m[other])
    row, before = near.row[place], near.row[other]
    apart_m = np.hypot(stops.x_m[row] - stops.x_m[before], stops.y_m[row] - stops.y_m[before])
    return along_m < SAME_PLACE_M or (along_m < REACH_M and bool(apart_m < 1.0))
