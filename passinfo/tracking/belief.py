"""Where on which pattern vehicles may be: possible places with their weights, as columns."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.tracking import fast
from passinfo.tracking.fast.belief import replaced
from passinfo.tracking.ragged import Index, best_rows, spread

FREE_AT_FIRST = -1.0
"""First seen, one vehicle in four is on no pattern."""


@dataclass(frozen=True, slots=True)
class Belief:
    """Possible places of many vehicles; those of vehicle ``v`` are the rows ``start[v]`` to ``start[v] + count[v]``.

    The rows of a vehicle are in order of the pattern's rank, then distance; ``log_weight`` of its best is 0,
    or ``free`` is where no pattern explains where it was.
    """

    start: Index
    count: Index
    free: Floats
    """Log-weight of being on no pattern at all, of each vehicle."""
    pattern_ix: Ints
    dist_m: Floats
    offset_m: Floats
    log_weight: Floats
    x_m: Floats
    y_m: Floats
    at: Floats
    """Where and when the bus was when the place was last confirmed (older than the report: it is off the line)."""
    born_at: Floats
    """When and where it came onto the pattern."""
    born_m: Floats
    left_at: Floats
    """When it was last seen at the first stop; NaN if it came onto the pattern farther on."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a belief came from: where likelier than staying, vehicles change patterns, or leave them."""

    row: Index
    """Row of the belief before, of all its rows, that each place came from; FROM_ANY = its likeliest place, FROM_FREE =
    no pattern."""
    left: Bools
    """Of each vehicle: to be on no pattern it had to leave one just now."""


FLAT = tuple(field.name for field in fields(Belief))[3:]


def nothing(n: int) -> Belief:
    """No places of n vehicles."""
    zero = np.zeros(n, dtype=np.intp)
    return Belief(zero, zero, np.full(n, FREE_AT_FIRST), np.empty(0, dtype=np.int32), *(np.empty(0) for _ in FLAT[1:]))


def rows_of(belief: Belief, vehicles: Index) -> Belief:
    """The places of these vehicles, renumbered 0, 1, 2 …"""
    count = belief.count[vehicles]
    _, rows = spread(belief.start[vehicles], count)
    flat = (getattr(belief, name).take(rows) for name in FLAT)
    return Belief(np.cumsum(count) - count, count, belief.free[vehicles], *flat)


def of_vehicles(belief: Belief, vehicles: Index) -> Belief:
    """The places of these vehicles, renumbered 0, 1, 2 …, where they lie: other rows may lie between them."""
    return replace(belief, start=belief.start[vehicles], count=belief.count[vehicles], free=belief.free[vehicles])


def with_rows(belief: Belief, vehicles: Index, new: Belief) -> Belief:
    """The belief with the places of these vehicles replaced by the rows of ``new``."""
    return with_rows_fast(belief, vehicles, new) if fast.AVAILABLE else with_rows_numpy(belief, vehicles, new)


def with_rows_fast(belief: Belief, vehicles: Index, new: Belief) -> Belief:
    """The same, compiled: every row is copied once."""
    stays = np.ones(len(belief.count), dtype=bool)
    stays[vehicles] = False
    count, free = belief.count.copy(), belief.free.copy()
    count[vehicles], free[vehicles] = new.count, new.free
    old, added = ([getattr(each, name) for name in FLAT] for each in (belief, new))
    start, pattern, table = replaced(
        stays, belief.start, belief.count, old[0], tuple(old[1:]), vehicles, new.count, added[0], tuple(added[1:])
    )
    return Belief(start, count, free, pattern, *table)


def with_rows_numpy(belief: Belief, vehicles: Index, new: Belief) -> Belief:
    """The same, with numpy: column by column."""
    others = np.ones(len(belief.count), dtype=bool)
    others[vehicles] = False
    rest = np.flatnonzero(others)
    kept = rows_of(belief, rest)
    start, count, free = np.empty_like(belief.start), belief.count.copy(), belief.free.copy()
    start[rest] = kept.start
    start[vehicles] = new.start + len(kept.pattern_ix)
    count[vehicles], free[vehicles] = new.count, new.free
    columns = (np.concatenate((getattr(kept, name), getattr(new, name))) for name in FLAT)
    return Belief(start, count, free, *columns)


def move_on(
    belief: Belief,
    vehicles: Index,
    pattern: Ints,
    dist_m: Floats,
    offset_m: Floats,
    x_m: Floats,
    y_m: Floats,
    at: Floats,
) -> None:
    """Move the likeliest place of each vehicle along its pattern, in the belief itself: the tick's own copy."""
    owner, row = spread(belief.start[vehicles], belief.count[vehicles])
    own = belief.pattern_ix[row] == pattern[owner]
    owner, row = owner[own], row[own]
    best = best_rows(owner, belief.log_weight[row])
    owner, row = owner[best], row[best]
    belief.dist_m[row], belief.offset_m[row] = dist_m[owner], offset_m[owner]
    belief.x_m[row], belief.y_m[row], belief.at[row] = x_m[owner], y_m[owner], at[owner]
