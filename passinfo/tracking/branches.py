"""Which branch of its route a bus will take: as a rule the one that buses of which the same was known have taken.

Habit (:mod:`.habits`) says nothing of route and direction: it shares out their probability among their patterns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from passinfo.columns import Bools, Floats, Ints, Texts
from passinfo.tracking.belief import Belief
from passinfo.tracking.candidates import Candidates
from passinfo.tracking.habits import Habits, branched, numbers_of
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.place_prices import ROUGH_SIGMA_M, SIGMA_M
from passinfo.tracking.ragged import Index, heads
from passinfo.tracking.vehicles import Codes, Vehicles
from passinfo.tracking.way import FINISH_M

ALL_BUSES = 2.0
"""Where buses go whatever they ran before counts like two runs of one's own kind …"""
TAGGED = 0.5
"""… and like half a run with one's own tag: a tag says the branch, or it says nothing."""
TELLS = 2.0
"""A tag with which a branch is twice, or half, as likely as without is a branch's own: nothing else is asked."""
WIDE = 2.5
"""… but the road, so far as the bus is there now: this many times the spread of GPS and surveyed lines, for learned
lines miss a terminal's bays by that …"""
AWAY = -4.0
"""… and log-likelihood of a branch whose road the bus has left."""
LEAST = 0.05
"""No branch is less likely: one in twenty, as buses are swapped and sent where they are needed."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of the bus of each report that may tell its branch; -1 = unknown."""

    came_on: Ints
    """Pattern run before."""
    led: Ints
    """Pattern of the leader."""
    tag: Ints
    """Number of the tag the report carries …"""
    direction_id: Ints
    """… and the direction it names: the tag speaks of that one."""
    run_tag: Ints
    """Number of the tag its run carries …"""
    group: Ints
    """… and route and direction of that run: at its end the report's tag is the next one's."""


def signs_of(
    index: TrackingIndex,
    habits: Habits,
    vehicles: Vehicles,
    rows: Index,
    led: Ints,
    said: Texts | None,
    direction_id: Ints,
) -> Signs:
    """The signs of these vehicles, whose runs' tags are noted. ``said``: tags of their reports, if they may be used."""
    pattern, patterns = vehicles.pattern_ix[rows], index.network.patterns
    under_way = (pattern >= 0) & vehicles.begun[rows] & ~vehicles.finished[rows]
    if said is None or len(patterns.direction_id) == 0:
        none = np.full(len(rows), -1, dtype=np.int32)
        return Signs(vehicles.came_on[rows], led, none, none, none, none)
    clear = vehicles.dist_m[rows] < index.last_m[pattern] - FINISH_M
    mine = under_way & clear & (said != None)  # noqa: E711 (of each element)
    mine &= (direction_id < 0) | (direction_id == patterns.direction_id[pattern])
    vehicles.variant[rows[mine]] = said[mine]
    return Signs(
        vehicles.came_on[rows],
        led,
        numbers_of(habits, said),
        direction_id,
        numbers_of(habits, vehicles.variant[rows]),
        np.where(under_way, index.group[pattern], -1).astype(np.int32),
    )


def by_habit(
    index: TrackingIndex, habits: Habits, belief: Belief, candidates: Candidates, signs: Signs, at: Floats
) -> Candidates:
    """The candidates, branches of headway service weighed by habit. ``at``: instant of each report."""
    pattern = belief.pattern_ix[candidates.place]
    which = np.flatnonzero(branched(index)[pattern] & (candidates.plan_row < 0))
    if len(which) == 0 or len(habits.code) == 0:
        return candidates
    report = candidates.report[which]
    ran: Codes = pattern[which].astype(np.int64)
    group = index.group[ran].astype(np.int64)
    first = heads(report * (int(group.max()) + 1) + group)
    sizes = np.diff(np.append(first, len(which)))
    likely = candidates.likely[which]
    prior, tagged, tells = _prior(index, habits, signs, report, ran)
    tells = np.repeat(np.logical_or.reduceat(tells, first), sizes)
    here = _fits_now(index, belief, candidates.place[which], likely, report, ran, at[report])
    weighed = np.where(tells, np.maximum(tagged, LEAST) * here, np.maximum(prior, LEAST) * likely)
    together, before = np.add.reduceat(weighed, first), np.add.reduceat(likely, first)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(together > 0, before / together, 0.0)
    shared = candidates.likely.copy()
    shared[which] = weighed * np.repeat(share, sizes)
    return replace(candidates, likely=shared)


def _fits_now(
    index: TrackingIndex, belief: Belief, place: Index, likely: Floats, report: Index, pattern: Codes, at: Floats
) -> Floats:
    """How well each pattern fits where the bus is now, shared out among its places; how it came there left aside.

    Where a terminal's loop is on one branch's line and not on the other's, the way out of it speaks for the one for
    minutes, though both go on along the same road.
    """
    sigma_m = WIDE * np.where(index.shape_known[pattern], SIGMA_M, ROUGH_SIGMA_M)
    fit = np.where(belief.at[place] == at, -0.5 * (belief.offset_m[place] / sigma_m) ** 2, AWAY)
    first = heads(report * len(index.group) + pattern)
    sizes = np.diff(np.append(first, len(pattern)))
    together = np.add.reduceat(likely, first)
    with np.errstate(invalid="ignore", divide="ignore"):
        within = np.where(np.repeat(together, sizes) > 0, likely / np.repeat(together, sizes), 0.0)
    return np.asarray(within * np.repeat(np.add.reduceat(within * np.exp(fit), first), sizes))


def _prior(
    index: TrackingIndex, habits: Habits, signs: Signs, report: Index, pattern: Codes
) -> tuple[Floats, Floats, Bools]:
    """How likely each pattern is, of those of its route and direction: by habit; by the tag; and whether that tells."""
    n, seen = len(index.group), _Seen(index, habits)
    usual = (seen.of(np.zeros_like(pattern), pattern) + 1.0 / np.bincount(index.group)[index.group[pattern]]) / (
        seen.of_group(np.zeros_like(pattern), pattern) + 1.0
    )
    prior = usual.copy()
    for which, offset in ((signs.came_on[report], 1), (signs.led[report], 1 + n)):
        prior *= seen.share(which, offset, pattern, usual, ALL_BUSES) / usual
    tagged = seen.share(_tag_of(index, signs, report, pattern), 1 + 2 * n, pattern, usual, TAGGED)
    return prior, tagged, np.maximum(tagged / usual, usual / tagged) >= TELLS


def _tag_of(index: TrackingIndex, signs: Signs, report: Index, pattern: Codes) -> Ints:
    """Number of the tag that speaks of each pattern: the run's own, or the one that the report carries now."""
    way = signs.direction_id[report]
    now = (way < 0) | (way == index.network.patterns.direction_id[pattern])
    own = index.group[pattern] == signs.group[report]
    return np.where(own, signs.run_tag[report], np.where(now, signs.tag[report], -1)).astype(np.int32)


class _Seen:
    """The habits, looked up by what was known of a bus, and what it ran."""

    def __init__(self, index: TrackingIndex, habits: Habits) -> None:
        self.n, self.group, self.groups = len(index.group), index.group, int(index.group.max()) + 1
        self.code, self.weight = habits.code, habits.weight
        code_of = self.code // self.n * self.groups + self.group[self.code % self.n]
        order = np.argsort(code_of, kind="stable")
        first = heads(code_of[order])
        self.code_of, self.total = code_of[order][first], np.add.reduceat(self.weight[order], first)

    def of(self, key: Codes, pattern: Codes) -> Floats:
        """How often these were run."""
        return _looked_up(self.code, self.weight, key * self.n + pattern)

    def of_group(self, key: Codes, pattern: Codes) -> Floats:
        """How often any of their route and direction was."""
        return _looked_up(self.code_of, self.total, key * self.groups + self.group[pattern])

    def share(self, which: Ints, offset: int, pattern: Codes, usual: Floats, like: float) -> Floats:
        """Share of the runs with that sign (-1 = none) that were on these; ``usual``, of all, counts like so many."""
        key = np.where(which >= 0, which.astype(np.int64) + offset, -1)
        own, own_of = self.of(key, pattern), self.of_group(key, pattern)
        return np.asarray((own + like * usual) / (own_of + like))


def _looked_up(keys: Codes, values: Floats, wanted: Codes) -> Floats:
    """Values of the keys wanted, 0 where there is none."""
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0.0)
