"""Which branch of its route a bus will take: as a rule the one that buses that came as it came have taken.

On the road that branches share nothing that is seen of a bus tells them apart, and no timetable does where service runs
by headway. But buses of one duty go to and fro: who came from one branch goes back to it. And branches take turns: who
leaves behind a bus for the one is as a rule a bus for the other. So it is remembered which pattern was run after which,
and behind which, of runs that were followed over half their line or more, and forgotten as fast as service changes.
That says nothing of route and direction: it shares out their probability among their patterns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.tracking.belief import Belief
from passinfo.tracking.candidates import Candidates
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.ragged import Index, heads
from passinfo.tracking.vehicles import Codes, Vehicles

FOLLOWED = 0.5
"""A run tells something if it was followed over half its line."""
FADES = 0.9
"""What was seen before counts less with each run: the last ten, about."""
ALL_BUSES = 2.0
"""Where buses go whatever they ran before counts like two runs of one's own kind."""
START_M = 800.0
"""Who is first seen farther on than terminals reach left behind nobody knows whom."""
LEFT_M = 250.0
"""A leader is out of the terminal: within, who stands seems to be now on the one way and now on the other."""
LEAST = 0.05
"""No branch is less likely: one in twenty, as buses are swapped and sent where they are needed."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How often a pattern was run after another one, fading; in order of ``code``."""

    code: Codes
    """key · number of patterns + pattern; key: 0 = all buses, 1 + the pattern run before, or, n patterns further on,
    the leader's."""
    weight: Floats


def no_habits() -> Habits:
    """Nothing seen yet."""
    return Habits(np.empty(0, dtype=np.int64), np.empty(0))


def note_leaders(index: TrackingIndex, vehicles: Vehicles, rows: Index) -> None:
    """Note, for these vehicles that begin a run, since when they are on it, and who left last before them."""
    vehicles.run_since[rows] = vehicles.run_at[rows]
    vehicles.led_by[rows] = None
    if len(rows) == 0:
        return
    pattern = vehicles.pattern_ix
    group = np.where(pattern >= 0, index.group[pattern], -1)
    with np.errstate(invalid="ignore"):
        left_m = np.where(pattern >= 0, vehicles.dist_m - index.first_m[pattern], 0.0)
    under_way = vehicles.begun & np.isfinite(vehicles.run_since) & (left_m >= LEFT_M)
    near = vehicles.begun_m[rows] - index.first_m[pattern[rows]] <= START_M
    for row in rows[near & _branched(index)[pattern[rows]]].tolist():
        ahead = under_way & (group == group[row])
        ahead[row] = False
        if ahead.any():
            vehicles.led_by[row] = vehicles.vehicle_id[np.argmax(np.where(ahead, vehicles.run_since, -np.inf))]


def leaders(index: TrackingIndex, vehicles: Vehicles, row_of: Mapping[str, int], rows: Index) -> Ints:
    """Pattern that the leader of each of these vehicles runs, or ran, as far as is known by now; -1 = none."""
    found = np.full(len(rows), -1, dtype=np.int32)
    for each in np.flatnonzero(vehicles.led_by[rows] != None).tolist():  # noqa: E711 (of each element)
        row, ahead = int(rows[each]), row_of.get(str(vehicles.led_by[rows[each]]), -1)
        own = index.group[vehicles.pattern_ix[row]]
        for pattern in (vehicles.pattern_ix[ahead], vehicles.came_on[ahead]) if ahead >= 0 else ():
            if pattern >= 0 and index.group[pattern] == own and found[each] < 0:
                found[each] = pattern
    return found


def followed(
    index: TrackingIndex, habits: Habits, vehicles: Vehicles, row_of: Mapping[str, int], rows: Index
) -> Habits:
    """What is known with the runs of these vehicles, that are over; the vehicles remember what they ran."""
    if len(rows) == 0:
        return habits
    pattern = vehicles.pattern_ix[rows]
    length = index.last_m[pattern] - index.first_m[pattern]
    most = vehicles.dist_m[rows] - vehicles.begun_m[rows] >= FOLLOWED * length
    rows, pattern = rows[most], pattern[most]
    behind = leaders(index, vehicles, row_of, rows)
    habits = learned(index, habits, vehicles.came_on[rows], behind, pattern)
    vehicles.came_on[rows] = pattern
    return habits


def learned(index: TrackingIndex, habits: Habits, before: Ints, behind: Ints, pattern: Ints) -> Habits:
    """What is known with these runs, one after the other.

    ``before``, ``behind``: patterns run before, and by the leader; -1 = unknown.
    """
    n = len(index.group)
    branched = _branched(index)
    weights = dict(zip(habits.code.tolist(), habits.weight.tolist(), strict=True))
    for came_on, led, ran in zip(before.tolist(), behind.tolist(), pattern.tolist(), strict=True):
        kin = np.flatnonzero(index.group == index.group[ran]).tolist() if branched[ran] else []
        keys = [0, *([1 + came_on] if came_on >= 0 else []), *([1 + n + led] if led >= 0 else [])]
        for key in keys if kin else ():
            for other in kin:
                code = key * n + other
                weights[code] = FADES * weights.get(code, 0.0) + float(other == ran)
    code = np.array(sorted(weights), dtype=np.int64)
    return Habits(code, np.array([weights[each] for each in code.tolist()], dtype=np.float64))


def by_habit(
    index: TrackingIndex, habits: Habits, belief: Belief, candidates: Candidates, came_on: Ints, led: Ints
) -> Candidates:
    """The candidates, branches of headway service weighed by habit.

    ``came_on``, ``led``: patterns run before, and by the leader, of each report.
    """
    pattern = belief.pattern_ix[candidates.place]
    which = np.flatnonzero(_branched(index)[pattern] & (candidates.plan_row < 0))
    if len(which) == 0 or len(habits.code) == 0:
        return candidates
    report, pattern = candidates.report[which], pattern[which]
    group = index.group[pattern].astype(np.int64)
    first = heads(report * (int(group.max()) + 1) + group)
    sizes = np.diff(np.append(first, len(which)))
    likely = candidates.likely[which]
    weighed = likely * _prior(index, habits, came_on[report], led[report], pattern.astype(np.int64))
    together, before = np.add.reduceat(weighed, first), np.add.reduceat(likely, first)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(together > 0, before / together, 0.0)
    shared = candidates.likely.copy()
    shared[which] = weighed * np.repeat(share, sizes)
    return replace(candidates, likely=shared)


def _prior(index: TrackingIndex, habits: Habits, came_on: Ints, led: Ints, pattern: Codes) -> Floats:
    """How likely each pattern is after the one before and behind the leader's, of those of its route and direction."""
    n, groups = len(index.group), int(index.group.max()) + 1
    group = index.group[pattern].astype(np.int64)
    code_of = habits.code // n * groups + index.group[habits.code % n]
    order = np.argsort(code_of, kind="stable")
    first = heads(code_of[order])
    of_group, total = code_of[order][first], np.add.reduceat(habits.weight[order], first)
    kin = np.bincount(index.group)[group]
    usual = (_looked_up(habits.code, habits.weight, pattern) + 1.0 / kin) / (_looked_up(of_group, total, group) + 1.0)
    prior = usual.copy()
    for which, offset in ((came_on, 1), (led, 1 + n)):
        key = which.astype(np.int64) + offset
        own = np.where(which >= 0, _looked_up(habits.code, habits.weight, key * n + pattern), 0.0)
        own_of = np.where(which >= 0, _looked_up(of_group, total, key * groups + group), 0.0)
        prior *= (own + ALL_BUSES * usual) / (own_of + ALL_BUSES) / usual
    return np.asarray(np.maximum(prior, LEAST))


def _looked_up(keys: Codes, values: Floats, wanted: Codes) -> Floats:
    """Values of the keys wanted, 0 where there is none."""
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0.0)


def _branched(index: TrackingIndex) -> Bools:
    """Patterns of headway service that are not the only one of their route and direction."""
    if len(index.group) == 0:
        return np.zeros(0, dtype=bool)
    return np.asarray((np.bincount(index.group)[index.group] > 1) & (index.has_headway > 0))
