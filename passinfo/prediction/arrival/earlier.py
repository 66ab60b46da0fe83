"""Earlier runs: when the buses of the days before were at the same stops at the same time of day.

A bus has a plan even where nobody published it: it leaves at the same minute each weekday, is late or early against
that, waits at its timepoints and makes up. The run of an earlier day that was here nearest to this time of day stands
in for the plan: how far off it this bus is, what that run needed from here on, and when it was at the stops ahead. Each
day gives one such run; their median is told, and how far they differ: where they do, there is no plan to be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.network.network import Network
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.hops import Rows

MOST_DAYS = 5
"""Days of a kind that are kept: plans change, and each costs memory and time."""
NEAR_S = 1_200.0
"""A run farther off than twenty minutes is another one."""
SOFT_S = 30.0
"""Ratios are of seconds plus this, as the model's own."""
_SPAN = 1e6
"""Sets stops apart on one axis of service seconds: a service day has 10⁵."""
COLUMNS = ("plan_dev_s", "plan_dev_range_s", "plan_days", "plan_log", "plan_log_range", "plan_late_s")


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs that were driven, one row each; ``service_s`` of run r at stop ``first + k`` is at ``ptr[r] + k``."""

    pattern: Rows
    """Pattern of the network, or row of a model's list of patterns."""
    first: Rows
    """Position within the pattern of the first stop known."""
    kind: Rows
    """Kind of its day."""
    day: Rows
    """Number of its day, in order of time."""
    ptr: Rows
    service_s: Floats
    """Service seconds; stops not seen lie between those that were, evenly."""


@dataclass(frozen=True, slots=True)
class DayRuns:
    """The runs of one day, ready to be looked up; ``row`` is a flat row of ``network.patterns``."""

    axis: Floats
    """Stop and instant of every passing, sorted."""
    run: Rows
    """Run of every passing, in that order."""
    first_row: Rows
    ptr: Rows
    service_s: Floats


Earlier = tuple[tuple[DayRuns, ...], ...]
"""By kind of day, the newest first."""


def no_runs() -> Runs:
    """None."""
    none = np.empty(0, dtype=np.int64)
    return Runs(none, none, none, none, np.zeros(1, dtype=np.int64), np.empty(0))


def run_begins(code: Rows, pattern: Rows, row: Rows) -> Bools:
    """Where a new run begins among stops reached in order of vehicle and time."""
    later = (np.diff(code) != 0) | (np.diff(pattern) != 0) | (np.diff(row) <= 0)
    return np.concatenate(([True], later))[: len(row)].astype(bool)


def runs_driven(network: Network, reached: Reached, zero_at: float, kind: int) -> Runs:
    """The runs of a day from the stops reached on it."""
    known = np.flatnonzero((reached.stop_row >= 0) & np.isfinite(reached.at))
    if not len(known):
        return no_runs()
    _, code = np.unique(reached.vehicle_id[known].astype(str), return_inverse=True)
    order = np.lexsort((reached.stop_row[known], reached.at[known], code))
    row, at, code = reached.stop_row[known][order], reached.at[known][order] - zero_at, code[order]
    pattern = np.searchsorted(network.patterns.stop_ptr, row, side="right") - 1
    begins = np.flatnonzero(run_begins(code, pattern, row))
    ends = np.append(begins[1:], len(row)) - 1
    long = ends > begins
    run = np.repeat(np.arange(len(begins)), ends - begins + 1)
    sizes = (row[ends] - row[begins] + 1)[long]
    ptr = np.concatenate(([0], np.cumsum(sizes)))
    of = np.repeat(np.flatnonzero(long), sizes)
    wanted = row[begins][of] + np.arange(ptr[-1]) - np.repeat(ptr[:-1], sizes)
    span = int(network.patterns.stop_ptr[-1]) + 1
    filled = np.interp(of * span + wanted, run * span + row, at)
    first = row[begins][long] - network.patterns.stop_ptr[pattern[begins][long]]
    n = len(sizes)
    return Runs(
        pattern[begins][long].astype(np.int64),
        first.astype(np.int64),
        np.full(n, kind, dtype=np.int64),
        np.zeros(n, dtype=np.int64),
        ptr.astype(np.int64),
        filled.astype(np.float32),
    )


def joined(parts: Sequence[Runs]) -> Runs:
    """The runs of several days, in order of time; of each kind the last ``MOST_DAYS``."""
    kinds = [int(part.kind[0]) if len(part.kind) else -1 for part in parts]
    kept = [n for n, kind in enumerate(kinds) if kind >= 0 and kinds[n + 1 :].count(kind) < MOST_DAYS]
    if not kept:
        return no_runs()
    chosen = [parts[n] for n in kept]
    pattern, first, kind = (np.concatenate([getattr(part, k) for part in chosen]) for k in ("pattern", "first", "kind"))
    day = np.concatenate([np.full(len(part.kind), n, dtype=np.int64) for n, part in enumerate(chosen)])
    sizes = np.concatenate([np.diff(part.ptr) for part in chosen])
    ptr = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    return Runs(pattern, first, kind, day, ptr, np.concatenate([part.service_s for part in chosen]))


def earlier_of(network: Network, runs: Runs, kinds: int) -> Earlier:
    """Runs on a network's patterns (-1: not known there), ready to be looked up."""
    made: list[tuple[DayRuns, ...]] = []
    for kind in range(kinds):
        days = np.unique(runs.day[runs.kind == kind])[::-1]
        rows = [np.flatnonzero((runs.kind == kind) & (runs.day == day) & (runs.pattern >= 0)) for day in days.tolist()]
        made.append(tuple(_day_runs(network, runs, each) for each in rows if len(each)))
    return tuple(made)


def _day_runs(network: Network, runs: Runs, chosen: Rows) -> DayRuns:
    sizes = np.diff(runs.ptr)[chosen]
    ptr = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    of = np.repeat(np.arange(len(chosen)), sizes)
    along = np.arange(ptr[-1]) - ptr[of]
    first_row = network.patterns.stop_ptr[runs.pattern[chosen]].astype(np.int64) + runs.first[chosen]
    service_s = runs.service_s[runs.ptr[chosen][of] + along].astype(float)
    axis = (first_row[of] + along) * _SPAN + service_s
    order = np.argsort(axis, kind="stable")
    return DayRuns(axis[order], of[order], first_row, ptr, service_s)


def against_plan(
    days: Sequence[DayRuns], service_s: float, next_row: Rows, next_s: Floats, run: Rows, stop_row: Rows, mix_s: Floats
) -> list[Floats]:
    """The columns of ``COLUMNS`` for some rows; NaN where no earlier run tells.

    Parameters
    ----------
    days
        Earlier days of the same kind.
    service_s
        Time of day.
    next_row, next_s
        Of each run asked: its next stop, and the seconds to it by the live mix.
    run, stop_row, mix_s
        Of each row: its run, its stop, and the seconds to it by the live mix.
    """
    n = len(run)
    if not days or not n:
        return [np.full(n, np.nan) for _ in COLUMNS]
    here, there = np.empty((len(days), len(next_row))), np.empty((len(days), n))
    for number, day in enumerate(days):
        alike, here[number] = _nearest(day, next_row, service_s + next_s)
        chosen = alike[run]
        place = day.ptr[chosen] + stop_row - day.first_row[chosen]
        good = (chosen >= 0) & (stop_row >= day.first_row[chosen]) & (place < day.ptr[chosen + 1])
        there[number] = np.where(good, day.service_s[np.where(good, place, 0)], np.nan)
    deviation_s, deviation_range, _ = _middle(service_s + next_s - here)
    late_s, _, _ = _middle(service_s + mix_s - there)
    needs_s = np.maximum(there - here[:, run] + next_s[run], 0.0)
    ratio, ratio_range, told = _middle(np.log((needs_s + SOFT_S) / (mix_s + SOFT_S)))
    return [deviation_s[run], deviation_range[run], told.astype(float), ratio, ratio_range, late_s]


def _nearest(day: DayRuns, row: Rows, at_s: Floats) -> tuple[Rows, Floats]:
    """The run that passed each stop nearest to an instant, and when; -1 and NaN where none was near."""
    wanted = row * _SPAN + at_s
    after = np.minimum(np.searchsorted(day.axis, wanted), len(day.axis) - 1)
    before = np.maximum(after - 1, 0)
    nearer = np.abs(day.axis[before] - wanted) <= np.abs(day.axis[after] - wanted)
    place = np.where(nearer, before, after)
    good = np.abs(day.axis[place] - wanted) < NEAR_S
    return np.where(good, day.run[place], -1), np.where(good, day.axis[place] - row * _SPAN, np.nan)


def _middle(values: Floats) -> tuple[Floats, Floats, Rows]:
    """Median and range over the first axis, and how many; NaN does not count."""
    ordered = np.sort(values, axis=0)
    count = np.isfinite(ordered).sum(axis=0)
    column = np.arange(values.shape[1])
    last = np.maximum(count - 1, 0)
    middle = 0.5 * (ordered[last // 2, column] + ordered[count // 2, column])
    return np.where(count > 0, middle, np.nan), np.where(count > 0, ordered[last, column] - ordered[0], np.nan), count
