"""Stops that runs under way have visited, by vehicle, then position."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.tracking.ragged import Index


@dataclass(frozen=True, slots=True)
class Passed:
    """Stops visited by runs under way: row of the vehicle, position in the pattern, instants (NaN = none)."""

    row: Index
    position: Ints
    arrived_at: Floats
    departed_at: Floats


def nothing_passed() -> Passed:
    """No visits."""
    return Passed(np.empty(0, dtype=np.intp), np.empty(0, dtype=np.int32), np.empty(0), np.empty(0))


def chosen(passed: Passed, rows: Index | Bools) -> Passed:
    """Some of the visits."""
    return Passed(*(getattr(passed, each.name)[rows] for each in fields(Passed)))


def without(passed: Passed, vehicles: Index, n: int) -> Passed:
    """The visits of the other ones of ``n`` vehicles."""
    if len(vehicles) == 0:
        return passed
    stays = np.ones(n, dtype=bool)
    stays[vehicles] = False
    return chosen(passed, stays[passed.row])


def by_vehicle(passed: Passed) -> Passed:
    """The same visits by vehicle, then position."""
    key = passed.row * (int(passed.position.max(initial=0)) + 1) + passed.position
    if (key[1:] > key[:-1]).all():
        return passed
    return chosen(passed, np.argsort(key, kind="stable"))  # most are in order: quick to merge
