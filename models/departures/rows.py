"""Rows of departures: what could be asked of a day, what the baselines say, and what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.departures.day import DepartureDay
from models.departures.moments import Truth, moments_of
from passinfo.columns import Floats, Texts
from passinfo.network.network import Network
from passinfo.prediction.departure.features import NAMES, arrived, expected
from passinfo.prediction.departure.layovers import Departed, Layovers, learn_layovers
from passinfo.prediction.departure.past import learn_past
from passinfo.prediction.departure.places import Places, Rows

SEEN_EVERY_S = 30.0
"""Fine enough to see who waits: reports come every 20 to 30 s."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One row per bus and moment; seconds from the moment."""

    columns: Floats
    schedule_s: Floats
    layover_s: Floats
    headway_s: Floats
    base_s: Floats
    actual_s: Floats
    made_at: Floats
    clock_s: Floats
    route_ix: Rows
    vehicle_id: Texts


@dataclass(frozen=True, slots=True)
class DepartedDay:
    """The departures of one day."""

    kind: int
    departed: Departed
    left_s: Floats
    """Service seconds at which each bus left."""


def layovers_of(places: Places, days: Sequence[DepartedDay]) -> Layovers:
    """What was usual on some days, in order of time."""
    parts = [day.departed for day in days]
    joint = Departed(*(np.concatenate([getattr(part, name) for part in parts]) for name in Departed.__slots__))
    past = learn_past(len(places) + 1, [(day.kind, day.departed.place + 1, day.left_s) for day in days])
    return learn_layovers(places.name, joint, past)


def departed_of(network: Network, places: Places, day: DepartureDay) -> DepartedDay:
    """Every departure of a day: how long the bus waited, as live tracking saw it come and hindsight saw it go."""
    truth, seen = Truth(places, day), dict[tuple[str, float], tuple[float, float]]()
    for known in moments_of(network, places, day, SEEN_EVERY_S):
        waiting, came = known.waiting, arrived(known.terminals)
        left_at, _ = truth.next(waiting, places.of_pattern[waiting.pattern_ix])
        who = known.terminals.rows_of(waiting.vehicle_id)
        for row in np.flatnonzero(np.isfinite(left_at)).tolist():
            key = (str(waiting.vehicle_id[row]), float(left_at[row]))
            seen[key] = (float(came[who[row]]), float(waiting.planned_at[row]))
    true = day.true
    left = np.flatnonzero((true.stop_row >= 0) & places.first[np.maximum(true.stop_row, 0)])
    place = places.of_pattern[places.pattern_of_row[true.stop_row[left]]]
    order = np.lexsort((true.at[left], place))
    left, place = left[order], place[order]
    at = true.at[left]
    headway_s = np.where(np.diff(place, prepend=-1) == 0, np.diff(at, prepend=np.nan), np.nan)
    keys = zip(true.vehicle_id[left].astype(str).tolist(), at.tolist(), strict=True)
    pairs = np.array([seen.get(key, (np.nan, np.nan)) for key in keys], dtype=np.float64).reshape(-1, 2)
    came_at, planned_at = pairs.T
    clock = np.where(np.isfinite(came_at), came_at, at) - day.zero_at
    return DepartedDay(day.kind, Departed(place, clock, at - came_at, headway_s, at - planned_at), at - day.zero_at)


def rows_of(network: Network, places: Places, layovers: Layovers, day: DepartureDay, every_s: float) -> Asked:
    """Every bus that waited at a moment of a day and left in time."""
    truth, parts = Truth(places, day), []
    row_of_place = layovers.rows_of(places.name)
    for known in moments_of(network, places, day, every_s):
        waiting, now = known.waiting, known.waiting.now
        at, sure = truth.next(waiting, places.of_pattern[waiting.pattern_ix])
        rows = np.flatnonzero(np.isfinite(at) & sure)
        if not len(rows):
            continue
        told = expected(places, layovers, row_of_place, known.terminals, waiting)
        parts.append(
            Asked(
                told.columns[rows],
                told.schedule_at[rows] - now,
                told.layover_at[rows] - now,
                told.headway_at[rows] - now,
                told.base_at[rows] - now,
                at[rows] - now,
                np.full(len(rows), now),
                np.full(len(rows), waiting.service_s),
                network.patterns.route_ix[waiting.pattern_ix[rows]].astype(np.int64),
                waiting.vehicle_id[rows],
            )
        )
    return joined(parts)


def joined(parts: Sequence[Asked]) -> Asked:
    """Rows one after the other."""
    if not parts:
        none, ids = np.empty(0), np.empty(0, dtype=object)
        return Asked(np.empty((0, len(NAMES))), none, none, none, none, none, none, none, none.astype(np.int64), ids)
    return Asked(*(np.concatenate([getattr(part, name) for part in parts]) for name in Asked.__slots__))
