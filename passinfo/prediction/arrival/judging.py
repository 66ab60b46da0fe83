"""Predictions judged when the instant of each quantile has passed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from passinfo.columns import Bools
from passinfo.prediction.arrival.came import came_at
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.lessons import BINS, Lessons, Pending
from passinfo.prediction.arrival.today import MOST as MOST_OFF
from passinfo.prediction.arrival.today import SOFT_S, Cases, Today, learned
from passinfo.prediction.arrival.traffic import Traffic

LEVELS, STEP = (0.1, 0.9), 0.0025
"""Quantiles, and how far one case moves each, in units of the usual error; a little more or less is as good, 0.004
widens what is far by 2 % (ttc)."""
MOST = 3.0
"""A quantile moves no farther than this."""
FADES_S = 6 * 3_600.0
"""Lessons are forgotten overnight."""
GRACE_S = 120.0
"""A stop visit becomes known so long after it happened at most, as a rule: of a hundred one later (ttc; six after half
of it, who were taken for late)."""
SILENT_S = 120.0


def judged(lessons: Lessons, reached: Reached, traffic: Traffic, now: float) -> Lessons:
    """The lessons after what became known: stops reached, and instants that passed without it."""
    elapsed_s = now - lessons.judged_at if np.isfinite(lessons.judged_at) else 0.0
    pending = lessons.pending
    at = came_at(pending.vehicle_id, pending.stop_row, reached)
    pending = replace(pending, reached_at=np.where(np.isnan(pending.reached_at), at, pending.reached_at))
    due = pending.due_at
    with np.errstate(invalid="ignore"):
        ripe = due + GRACE_S <= now
        came = pending.reached_at[:, None] <= due
        gone = pending.reached_at < pending.made_at  # it had been there, and was not known to
    followed = _followed(pending, traffic, now)[:, None] | np.isfinite(pending.reached_at)[:, None]
    counts = ripe & followed & ~gone[:, None]
    shift = lessons.shift * np.exp(-elapsed_s / FADES_S)
    for which, level in enumerate(LEVELS):
        mine = counts[:, which]
        cases = np.bincount(pending.bin[mine], minlength=BINS)
        early = np.bincount(pending.bin[mine], came[mine, which], minlength=BINS)
        shift[which] += STEP * (level * cases - early)
    shift = np.clip(shift, -MOST, MOST)
    known, today = _known(pending, followed[:, 0], gone, lessons.today, now)
    pending = replace(pending, due_at=np.where(ripe, np.nan, due), said_log=np.where(known, np.nan, pending.said_log))
    stays = np.isfinite(pending.due_at).any(axis=1) | np.isfinite(pending.said_log)
    left = Pending(*(getattr(pending, name)[stays] for name in Pending.__slots__))
    return replace(lessons, shift=shift, pending=left, judged_at=now, today=today)


def _known(pending: Pending, followed: Bools, gone: Bools, today: Today, now: float) -> tuple[Bools, Today]:
    """Of which rows it is known what came, and what that teaches: the bus came, or is as late as any that counts."""
    late_at = pending.made_at + np.exp(pending.said_log + MOST_OFF) - SOFT_S
    with np.errstate(invalid="ignore"):
        there, late = np.isfinite(pending.reached_at), late_at + GRACE_S <= now
    known = np.isfinite(pending.said_log) & (there | late)
    counts = known & followed & ~gone
    took_s = np.where(there, pending.reached_at - pending.made_at, np.inf)[counts]
    residual = np.log(np.maximum(took_s, 0.0) + SOFT_S) - pending.said_log[counts]
    cases = Cases(
        np.full(len(residual), now), pending.terms[counts], pending.places[counts], np.minimum(residual, MOST_OFF)
    )
    return known, learned(today, cases, now)


def kept(lessons: Lessons, more: Pending, now: float) -> Lessons:
    """The lessons with further predictions to judge."""
    both = Pending(
        *(np.concatenate((getattr(lessons.pending, name), getattr(more, name))) for name in Pending.__slots__)
    )
    return replace(lessons, pending=both, asked_at=now)


def _followed(pending: Pending, traffic: Traffic, now: float) -> Bools:
    """Whether the bus is still seen on the same pattern: one that left it proves nothing."""
    row = traffic.rows_of(pending.vehicle_id)
    if not len(traffic.vehicle_id):
        return np.zeros(len(row), dtype=bool)
    return np.asarray(
        (row >= 0) & (traffic.seen_pattern[row, 0] == pending.pattern_ix) & (now - traffic.seen_at[row, 0] <= SILENT_S)
    )
