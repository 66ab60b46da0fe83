"""Margins: what the day teaches about the intervals of predictions that no days have been learned from.

How sure a timetable or an assumed pace may be of a city nobody knows beforehand; the widths they begin with
(:data:`~passinfo.prediction.intervals.UNTRAINED`) are those of another. So a sample of what is told is kept, and each
p10 and p90 is judged at its own instant: if more than one bus in ten has come before p10, that side grows, if fewer it
shrinks, and so p90 (Gibbs and Candès, adaptive conformal inference). Timetable and headway service learn apart, buses
under way and waiting ones, and by how far ahead they tell. A trained model learns likewise, by errors of its own
(:mod:`.arrival.lessons`).

Limits: it takes a morning of some dozen buses; when a bus leaves its terminal is told as before, only the road from
there is widened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from passinfo.columns import Bools, Floats, Texts
from passinfo.network.network import Network
from passinfo.prediction.arrival.came import came_at
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.lessons import BINS, MIDDLES_S, bins_of
from passinfo.prediction.order import settle
from passinfo.prediction.protocol import Method, Predicted, Predictor, RunAhead
from passinfo.prediction.rows import Indices, RowsAhead, rows_ahead

KINDS = 4
"""By timetable and by pace, of buses under way and of buses that wait at their first stop."""
LEVEL, STEP = 0.1, 0.04
"""Of each side, and how far a case moves the logarithm of its width. Of those kept together none moves it so far:
their number's root of it, for neighbours err alike and a few buses have to teach too."""
LEAST, MOST = -1.5, 1.5
"""Of that logarithm: a side is 0.22 to 4.5 times as wide as it began."""
EVERY_S = 60.0
SAMPLE, OF_ROWS = 80, 4
"""Buses kept each minute, and one in so many of their stops: neighbouring ones tell the same."""
LONGEST_S = 2_400.0
GRACE_S = 60.0
"""A stop visit becomes known so long after it happened, at most, as a rule."""
SILENT_S = 120.0
"""A bus not heard of for longer may have come unseen."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Predictions still to be judged, one row each."""

    vehicle_id: Texts
    pattern_ix: Indices
    stop_row: Indices
    cell: Indices
    """Kind and horizon's bin."""
    weight: Floats
    """How far it moves the margin."""
    made_at: Floats
    due_at: Floats
    """Shape (rows, 2): the instants of p10 and p90; NaN once judged."""
    reached_at: Floats
    """NaN until the bus is known to have come."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Immutable."""

    log: Floats
    """Shape (2 sides, KINDS × BINS): logarithm of the factor of each side's width."""
    pending: Pending
    asked_at: float = -np.inf
    """When predictions were kept last."""


def no_margins() -> Margins:
    """Nothing learned yet."""
    ints, floats = np.empty(0, dtype=np.int64), np.empty(0)
    pending = Pending(np.empty(0, dtype=object), ints, ints, ints, floats, floats, np.empty((0, 2)), floats)
    return Margins(np.zeros((2, KINDS * BINS)), pending)


class Margined:
    """A predictor of one tick whose untrained intervals are as wide as the day has taught.

    Parameters
    ----------
    predictor
        Whose predictions they are.
    margins
        What was known after the tick before.
    reached
        Stops that became known to be reached in this one.
    """

    def __init__(self, predictor: Predictor, margins: Margins, reached: Reached) -> None:
        self._of, self._reached = predictor, reached
        self.margins = margins
        """What is known now, after ``predict``."""

    def predict(self, network: Network, runs: RunAhead, now: float) -> Predicted:
        """The predictor's answers, as sure as they may be."""
        known = judged(self.margins, self._reached, runs, now)
        made = self._of.predict(network, runs, now)
        plain = _plain(made)
        if plain.any():
            rows = rows_ahead(network, runs)
            kind = _kind(runs, made, rows)
            made = _widened(rows, made, known, kind, plain, now)
            if now - known.asked_at >= EVERY_S:
                known = _kept(known, runs, made, rows, kind, plain, now)
        self.margins = known
        return made


def judged(margins: Margins, reached: Reached, runs: RunAhead, now: float) -> Margins:
    """The margins after what became known: stops reached, and instants that passed without it."""
    pending, log = margins.pending, margins.log.copy()
    if not len(pending.made_at):
        return margins
    at = came_at(pending.vehicle_id, pending.stop_row, reached)
    at = np.where(np.isnan(pending.reached_at), at, pending.reached_at)
    with np.errstate(invalid="ignore"):
        ripe = pending.due_at + GRACE_S <= now
        came = at[:, None] <= pending.due_at
        gone = at < pending.made_at  # it had been there, and was not known to
    counts = ripe & ((np.isfinite(at) | _followed(pending, runs, now)) & ~gone)[:, None]
    for side, wrong in enumerate((came[:, 0], ~came[:, 1])):
        mine = counts[:, side]
        log[side] += np.bincount(pending.cell[mine], ((wrong - LEVEL) * pending.weight)[mine], KINDS * BINS)
    due_at = np.where(ripe, np.nan, pending.due_at)
    pending = replace(pending, due_at=due_at, reached_at=at)
    left = np.isfinite(due_at).any(axis=1)
    pending = Pending(*(getattr(pending, name)[left] for name in Pending.__slots__))
    return replace(margins, log=np.clip(log, LEAST, MOST), pending=pending)


def _followed(pending: Pending, runs: RunAhead, now: float) -> Bools:
    """Whether the bus is still heard of on the same pattern: one that left it proves nothing."""
    heard = _heard(runs, now)
    if not heard.any():
        return np.zeros(len(pending.made_at), dtype=bool)
    names = np.concatenate((pending.vehicle_id, runs.vehicle_id[heard])).astype(str)
    _, code = np.unique(names, return_inverse=True)
    pattern = np.concatenate((pending.pattern_ix, runs.pattern_ix[heard]))
    key = code.astype(np.int64) * (int(pattern.max()) + 2) + pattern.astype(np.int64) + 1
    return np.asarray(np.isin(key[: len(pending.made_at)], key[len(pending.made_at) :]))


def _heard(runs: RunAhead, now: float) -> Bools:
    """Runs of a known vehicle that was lately heard of."""
    if not len(runs.vehicle_id):
        return np.zeros(len(runs.pattern_ix), dtype=bool)
    with np.errstate(invalid="ignore"):
        return np.asarray((runs.vehicle_id != "") & (now - runs.measured_at <= SILENT_S), dtype=bool)


def _plain(made: Predicted) -> Bools:
    """Arrivals that no trained model predicted."""
    return np.asarray((made.position > 0) & (made.method != Method.MODEL) & np.isfinite(made.p50_at), dtype=bool)


def _kind(runs: RunAhead, made: Predicted, rows: RowsAhead) -> Indices:
    waits = np.isfinite(runs.departs_at) | (runs.first_position <= 0)
    return np.asarray((made.method != Method.SCHEDULE).astype(np.int64) + 2 * waits[rows.run])


def _widened(rows: RowsAhead, made: Predicted, margins: Margins, kind: Indices, plain: Bools, now: float) -> Predicted:
    if not margins.log.any():
        return made
    by_kind = margins.log.reshape(2, KINDS, BINS)
    ahead_s = made.p50_at - now
    early, late = (
        np.where(plain, np.exp(np.choose(kind, [np.interp(ahead_s, MIDDLES_S, row) for row in side])), 1.0)
        for side in by_kind
    )
    p10 = made.p50_at - early * (made.p50_at - made.p10_at)
    p90 = made.p50_at + late * (made.p90_at - made.p50_at)
    return settle(rows, now, p10, made.p50_at, p90, made.dwell_s, made.method)


def _kept(
    margins: Margins, runs: RunAhead, made: Predicted, rows: RowsAhead, kind: Indices, plain: Bools, now: float
) -> Margins:
    """With a sample of what is told now."""
    fresh = np.flatnonzero(_heard(runs, now))
    minute = int(now // EVERY_S)
    stride = max(len(fresh) // SAMPLE, 1)
    chosen = np.zeros(len(runs.pattern_ix), dtype=bool)
    chosen[fresh[minute % stride :: stride]] = True
    asked = np.flatnonzero(chosen[rows.run] & plain & (made.p50_at - now < LONGEST_S))[minute % OF_ROWS :: OF_ROWS]
    cell = kind[asked] * BINS + bins_of(made.p50_at[asked] - now)
    more = Pending(
        runs.vehicle_id[rows.run[asked]],
        runs.pattern_ix[rows.run[asked]].astype(np.int64),
        rows.stop_row[asked],
        cell,
        STEP / np.sqrt(np.bincount(cell, minlength=KINDS * BINS)[cell]),
        np.full(len(asked), now),
        np.stack([made.p10_at[asked], made.p90_at[asked]], axis=1),
        np.full(len(asked), np.nan),
    )
    both = Pending(
        *(np.concatenate((getattr(margins.pending, name), getattr(more, name))) for name in Pending.__slots__)
    )
    return replace(margins, pending=both, asked_at=now)
