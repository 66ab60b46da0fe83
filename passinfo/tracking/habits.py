"""Which branches of their routes buses have taken lately, and what was known of them before.

On the road that branches share nothing that is seen of a bus tells them apart, and no timetable does where service runs
by headway. But buses of one duty go to and fro: who came from one branch goes back to it. And branches take turns: who
leaves behind a bus for the one is as a rule a bus for the other. And the BMS may have a tag of its own for each branch:
what it means is seen from where buses go that carry it. So it is remembered which pattern was run after which, behind
which, and with which tag, of runs that were followed over half their line or more, and forgotten as fast as service
changes. :mod:`.branches` makes use of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from passinfo.columns import Bools, Floats, Ints, Texts
from passinfo.geo import point_at
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.ragged import Index
from passinfo.tracking.vehicles import Codes, Vehicles

FOLLOWED = 0.5
"""A run tells something if it was followed over half its line."""
ENDS_M = 250.0
"""… and of another branch if it stopped so near to that one's last stop (terminal bays lie aside)."""
FADES = 0.9
"""What was seen before counts less with each run: the last ten, about."""
START_M = 800.0
"""Who is first seen farther on than terminals reach left behind nobody knows whom."""
MOST_TAGS = 4_096
"""More than any city has branches: a BMS that tags each run anew tells none by it, and must not fill the memory."""
LEFT_M = 250.0
"""A leader is out of the terminal: within, who stands seems to be now on the one way and now on the other."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How often a pattern was run after another one, fading; in order of ``code``."""

    code: Codes
    """key · number of patterns + pattern; key: 0 = all buses, 1 + the pattern run before, n patterns further on the
    leader's, and n further the BMS's tag."""
    weight: Floats
    tags: Texts
    """Tags of the BMS that runs were seen to carry; their rows are their numbers."""


def no_habits() -> Habits:
    """Nothing seen yet."""
    return Habits(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0, dtype=object))


def note_leaders(index: TrackingIndex, vehicles: Vehicles, rows: Index) -> None:
    """Note, for these vehicles that begin a run, since when they are on it, and who left last before them."""
    vehicles.run_since[rows] = vehicles.run_at[rows]
    vehicles.led_by[rows] = vehicles.variant[rows] = None
    if len(rows) == 0:
        return
    pattern = vehicles.pattern_ix
    group = np.where(pattern >= 0, index.group[pattern], -1)
    with np.errstate(invalid="ignore"):
        left_m = np.where(pattern >= 0, vehicles.dist_m - index.first_m[pattern], 0.0)
    under_way = vehicles.begun & np.isfinite(vehicles.run_since) & (left_m >= LEFT_M)
    near = vehicles.begun_m[rows] - index.first_m[pattern[rows]] <= START_M
    for row in rows[near & branched(index)[pattern[rows]]].tolist():
        ahead = under_way & (group == group[row])
        ahead[row] = False
        if ahead.any():
            vehicles.led_by[row] = vehicles.vehicle_id[np.argmax(np.where(ahead, vehicles.run_since, -np.inf))]


def leaders(
    index: TrackingIndex, vehicles: Vehicles, row_of: Mapping[str, int], rows: Index, ran: Ints | None = None
) -> Ints:
    """Pattern that the leader of each of these vehicles runs, or ran, as far as is known by now; -1 = none.

    ``ran``: patterns of the vehicles themselves, if not of the runs they are on.
    """
    found = np.full(len(rows), -1, dtype=np.int32)
    mine = vehicles.pattern_ix[rows] if ran is None else ran
    for each in np.flatnonzero(vehicles.led_by[rows] != None).tolist():  # noqa: E711 (of each element)
        ahead = row_of.get(str(vehicles.led_by[rows[each]]), -1)
        own = index.group[mine[each]]
        for pattern in (vehicles.pattern_ix[ahead], vehicles.came_on[ahead]) if ahead >= 0 else ():
            if pattern >= 0 and index.group[pattern] == own and found[each] < 0:
                found[each] = pattern
    return found


def followed(
    index: TrackingIndex, habits: Habits, vehicles: Vehicles, row_of: Mapping[str, int], rows: Index
) -> Habits:
    """What is known with the runs of these vehicles, that are over; the vehicles remember what they ran."""
    ran = arrived(index, vehicles, rows)
    return settled(index, habits, vehicles, row_of, ran)


def arrived(index: TrackingIndex, vehicles: Vehicles, rows: Index) -> Index:
    """Let these vehicles, whose runs have ended, remember what they ran; those of them that were followed.

    That tells nothing yet: who has come to the end of a branch may go on along another one.
    """
    if len(rows) == 0:
        return rows
    pattern = _turned_out(index, vehicles, rows)
    length = index.last_m[pattern] - index.first_m[pattern]
    most = vehicles.dist_m[rows] - vehicles.begun_m[rows] >= FOLLOWED * length
    ran = rows[most]
    vehicles.came_before[ran] = vehicles.came_on[ran]
    vehicles.came_on[ran] = pattern[most]
    vehicles.unsettled[ran] = True
    return ran


def goes_on(vehicles: Vehicles, rows: Index) -> None:
    """Take back what these vehicles ran: they have gone on beyond its end."""
    rows = rows[vehicles.unsettled[rows]]
    vehicles.came_on[rows] = vehicles.came_before[rows]
    vehicles.unsettled[rows] = False


def settled(index: TrackingIndex, habits: Habits, vehicles: Vehicles, row_of: Mapping[str, int], rows: Index) -> Habits:
    """What is known with the runs that these vehicles have behind them for good."""
    rows = rows[vehicles.unsettled[rows]] if len(rows) else rows
    if len(rows) == 0:
        return habits
    vehicles.unsettled[rows] = False
    behind = leaders(index, vehicles, row_of, rows, vehicles.came_on[rows])
    habits = with_tags(habits, vehicles.variant[rows])
    tag = numbers_of(habits, vehicles.variant[rows])
    return learned(index, habits, vehicles.came_before[rows], behind, tag, vehicles.came_on[rows])


def _turned_out(index: TrackingIndex, vehicles: Vehicles, rows: Index) -> Ints:
    """Pattern of the run that each of these vehicles has behind it: where it stopped short, the one that ends there.

    Buses of a branch that ends on the way look, to the last, like those that go on.
    """
    pattern = vehicles.pattern_ix[rows].copy()
    short = vehicles.dist_m[rows] < index.last_m[pattern] - ENDS_M
    for each in np.flatnonzero(short & branched(index)[pattern]).tolist():
        kin = np.flatnonzero(index.group == index.group[pattern[each]])
        apart = _ends_apart_m(index, kin, int(pattern[each]), float(vehicles.dist_m[rows[each]]))
        if apart.min() <= ENDS_M:
            pattern[each] = kin[apart.argmin()]
    return pattern


def _ends_apart_m(index: TrackingIndex, kin: Index, pattern: int, dist_m: float) -> Floats:
    """How far the last stops of ``kin`` lie from a place on a pattern."""
    x, y = zip(*(_place(index, each, float(index.last_m[each])) for each in kin.tolist()), strict=True)
    here_x, here_y = _place(index, pattern, dist_m)
    return np.asarray(np.hypot(np.array(x) - here_x, np.array(y) - here_y))


def _place(index: TrackingIndex, pattern: int, dist_m: float) -> tuple[float, float]:
    patterns, line = index.network.patterns, index.network.pattern_line(pattern)
    x, y = point_at(dist_m, patterns.shape_dist_m[line], patterns.shape_x_m[line], patterns.shape_y_m[line])
    return float(x), float(y)


def with_tags(habits: Habits, tags: Texts) -> Habits:
    """The same, with numbers for these tags, as long as there is room."""
    new = sorted({str(tag) for tag in tags.tolist() if tag} - set(habits.tags.tolist()))
    if not new:
        return habits
    new = new[: MOST_TAGS - len(habits.tags)]
    return replace(habits, tags=np.concatenate((habits.tags, np.array(new, dtype=object))))


def numbers_of(habits: Habits, tags: Texts) -> Ints:
    """Numbers of these tags, -1 of one that no run was seen to carry."""
    number = {tag: row for row, tag in enumerate(habits.tags.tolist())}
    return np.array([number.get(tag, -1) for tag in tags.tolist()], dtype=np.int32)


def learned(index: TrackingIndex, habits: Habits, before: Ints, behind: Ints, tag: Ints, pattern: Ints) -> Habits:
    """What is known with these runs, one after the other.

    ``before``, ``behind``: patterns run before, and by the leader; ``tag``: number of the BMS's tag; -1 = unknown.
    """
    n = len(index.group)
    branches = branched(index)
    weights = dict(zip(habits.code.tolist(), habits.weight.tolist(), strict=True))
    for *given, ran in zip(before.tolist(), behind.tolist(), tag.tolist(), pattern.tolist(), strict=True):
        kin = np.flatnonzero(index.group == index.group[ran]).tolist() if branches[ran] else []
        keys = [1 + kind * n + each for kind, each in enumerate(given) if each >= 0]
        for key in [0, *keys] if kin else ():
            for other in kin:
                code = key * n + other
                weights[code] = FADES * weights.get(code, 0.0) + float(other == ran)
    code = np.array(sorted(weights), dtype=np.int64)
    return Habits(code, np.array([weights[each] for each in code.tolist()], dtype=np.float64), habits.tags)


def branched(index: TrackingIndex) -> Bools:
    """Patterns of headway service that are not the only one of their route and direction."""
    if len(index.group) == 0:
        return np.zeros(0, dtype=bool)
    return np.asarray((np.bincount(index.group)[index.group] > 1) & (index.has_headway > 0))
