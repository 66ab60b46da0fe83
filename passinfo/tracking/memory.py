"""What vehicles were thought to run: candidates of the run under way, blocks served, runs that are over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.tracking import fast
from passinfo.tracking.candidates import Candidates, Memory, odds
from passinfo.tracking.fast.memory import keep_likeliest
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.plan import Plan
from passinfo.tracking.ragged import Index, heads
from passinfo.tracking.vehicles import SLOTS, Vehicles

FAINT = 0.02
"""Candidates less likely are not remembered."""
SILENT_S = 300.0
"""A vehicle silent for five minutes claims its trip less, one silent for ten no more."""
OVER = 0.3
"""A run that is over is remembered from this probability on …"""
OVER_S = 10_800.0
"""… for three hours: nobody comes later than that."""
UNSURE = 0.9
"""What a run does not tell of the block is taken from the runs before, fading by this factor."""


@dataclass(frozen=True, slots=True)
class Over:
    """Timetable runs that are over: rows of the plan, how sure it is that they were run, when they ended."""

    plan_row: Index
    likely: Floats
    ended_at: Floats


def nothing_over() -> Over:
    """No runs."""
    return Over(np.empty(0, dtype=np.intp), np.empty(0), np.empty(0))


def recall(vehicles: Vehicles, rows: Index) -> Memory:
    """What is remembered of these vehicles."""
    return Memory(
        vehicles.may_row.take(rows, axis=0),  # much quicker than an index in brackets
        vehicles.may_alone.take(rows, axis=0),
        vehicles.block_code.take(rows, axis=0),
        vehicles.block_p.take(rows, axis=0),
        vehicles.ended_at[rows],
    )


def claims(vehicles: Vehicles, over: Over, n_runs: int, now: float) -> Floats:
    """Odds that each run of the plan is some vehicle's, summed over all vehicles and the runs that are over.

    A vehicle that has fallen silent claims less and less.
    """
    row = vehicles.may_row.reshape(-1)
    known = np.flatnonzero(row >= 0)
    heard = 1.0 - np.clip((now - vehicles.received_at - SILENT_S) / SILENT_S, 0.0, 1.0)
    claim = odds(vehicles.may_alone.take(known)) * heard.take(known // SLOTS)
    rows = np.concatenate((row.take(known), over.plan_row))
    return np.asarray(np.bincount(rows, np.concatenate((claim, odds(over.likely))), n_runs), dtype=np.float64)


def remember(vehicles: Vehicles, rows: Index, candidates: Candidates, kept: Index) -> None:
    """Keep the likeliest timetable runs of each report; ``kept``: reports whose memory is to be renewed."""
    way = remember_fast if fast.AVAILABLE else remember_numpy
    way(vehicles, rows, candidates, kept)


def remember_fast(vehicles: Vehicles, rows: Index, candidates: Candidates, kept: Index) -> None:
    """The same, compiled: vehicle by vehicle."""
    renewed = np.zeros(len(rows), dtype=bool)
    renewed[kept] = True
    keep_likeliest(
        FAINT,
        rows,
        renewed,
        candidates.report,
        candidates.plan_row,
        candidates.likely,
        candidates.alone,
        vehicles.may_row,
        vehicles.may_p,
        vehicles.may_alone,
    )


def remember_numpy(vehicles: Vehicles, rows: Index, candidates: Candidates, kept: Index) -> None:
    """The same, with numpy: in sweeps over all candidates."""
    wanted = np.zeros(len(rows), dtype=bool)
    wanted[kept] = True
    which = np.flatnonzero(
        (candidates.plan_row >= 0)
        & (np.maximum(candidates.likely, candidates.alone) >= FAINT)
        & wanted[candidates.report]
    )
    which = which[np.lexsort((candidates.plan_row[which], candidates.report[which]))]
    report, row, likely = candidates.report[which], candidates.plan_row[which], candidates.likely[which]
    alone = candidates.alone[which]
    same = heads(report * (int(row.max(initial=0)) + 1) + row)  # a loop passes a place twice on one run
    likely = np.add.reduceat(likely, same) if len(same) else likely
    alone = np.add.reduceat(alone, same) if len(same) else alone
    report, row = report[same], row[same]
    order = np.lexsort((-alone, report))
    report, row, likely, alone = report[order], row[order], likely[order], alone[order]
    first = heads(report)
    number = np.arange(len(report)) - np.repeat(first, np.diff(np.append(first, len(report))))
    fits = number < SLOTS
    vehicles.may_row[rows[kept]] = -1
    vehicles.may_p[rows[kept]] = vehicles.may_alone[rows[kept]] = 0.0
    vehicles.may_row[rows[report[fits]], number[fits]] = row[fits]
    vehicles.may_p[rows[report[fits]], number[fits]] = likely[fits]
    vehicles.may_alone[rows[report[fits]], number[fits]] = alone[fits]


def close_runs(index: TrackingIndex, vehicles: Vehicles, plan: Plan, rows: Index, at: Floats, over: Over) -> Over:
    """The runs of these vehicles are over: what they were tells which block is served.

    One that ends in its first half was none: its trip is still to be run.
    """
    if len(rows) == 0:
        return over
    vehicles.ended_at[rows] = np.fmin(at, vehicles.stand_since[rows])  # a bus that stands there arrived before
    for row in rows.tolist():
        _serve(vehicles, plan, row)
    driven = vehicles.dist_m[rows] >= 0.5 * index.last_m[vehicles.pattern_ix[rows]]
    which = (vehicles.may_row[rows] >= 0) & (vehicles.may_p[rows] >= OVER) & driven[:, None]
    ended = np.broadcast_to(at[:, None], which.shape)
    new = Over(vehicles.may_row[rows][which], vehicles.may_p[rows][which], ended[which])
    vehicles.may_row[rows] = -1
    vehicles.may_p[rows] = vehicles.may_alone[rows] = 0.0
    return Over(
        np.concatenate((over.plan_row, new.plan_row)),
        np.concatenate((over.likely, new.likely)),
        np.concatenate((over.ended_at, new.ended_at)),
    )


def recent(over: Over, now: float) -> Over:
    """Without the runs that ended long ago."""
    keep = over.ended_at > now - OVER_S
    return over if keep.all() else Over(over.plan_row[keep], over.likely[keep], over.ended_at[keep])


def moved_to(vehicles: Vehicles, over: Over, old: Plan, new: Plan) -> Over:
    """Rows of another day's plan in place of the old one's: the vehicles' (a copy to work on) and those over."""
    vehicles.may_row[:] = _moved(vehicles.may_row.reshape(-1), old, new).reshape(vehicles.may_row.shape)
    vehicles.may_p[vehicles.may_row < 0] = vehicles.may_alone[vehicles.may_row < 0] = 0.0
    row = _moved(over.plan_row, old, new)
    return Over(row[row >= 0], over.likely[row >= 0], over.ended_at[row >= 0])


def _moved(rows: Index, old: Plan, new: Plan) -> Index:
    if len(old.trip_ix) == 0:
        return np.full(len(rows), -1, dtype=np.intp)
    found = new.rows_of(old.trip_ix[rows], old.date[rows], old.start_service_s[rows])
    return np.where(rows >= 0, found, -1)


def _serve(vehicles: Vehicles, plan: Plan, row: int) -> None:
    """Blocks the vehicle may be serving after the run it has just ended."""
    likely: dict[int, float] = {}
    told = 0.0
    for run, p in zip(vehicles.may_row[row].tolist(), vehicles.may_p[row].tolist(), strict=True):
        if run >= 0 and plan.block_ix[run] >= 0:
            code = int(plan.block_code[run])
            likely[code] = likely.get(code, 0.0) + p
            told += p
    for code, p in zip(vehicles.block_code[row].tolist(), vehicles.block_p[row].tolist(), strict=True):
        if code >= 0:
            likely[code] = likely.get(code, 0.0) + UNSURE * max(1.0 - told, 0.0) * p
    best = sorted(likely.items(), key=lambda item: (-item[1], item[0]))[:SLOTS]
    vehicles.block_code[row], vehicles.block_p[row] = -1, 0.0
    for slot, (code, p) in enumerate(best):
        vehicles.block_code[row, slot], vehicles.block_p[row, slot] = code, p
