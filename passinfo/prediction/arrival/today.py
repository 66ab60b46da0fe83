"""What today is like: a few weights, learned within the day, of what the trees make too little or too much of.

Trees know only days they have seen. In a storm a bus that stands goes on standing, the traffic of the last minutes says
more than that of the last hours, the own pace more than the route's: always the same few features, with other weights.
So what is left of the model's errors (the log of actual over predicted) is laid on them, by the cases of the last two
hours; and on what was left of them lately at the same place (:mod:`.spots`). The weights lean on nought as if many
cases had shown it: on a day like those learned from little changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from passinfo.columns import Floats
from passinfo.prediction.arrival.feature_names import NAMES
from passinfo.prediction.arrival.hops import Rows
from passinfo.prediction.arrival.spots import PLACES, SPOTS, Spots, no_spots, spots_of

SOFT_S = 30.0
"""Ratios are of seconds plus this, as the model's own."""
WINDOW_S, FADES_S = 7_200.0, 3_600.0
"""Cases older are forgotten; one counts 1/e after an hour. Half and double of that: no better on a quiet day, worse in
a storm (ttc)."""
MOST = 1.0
"""A case is off by 2.7 times at most: later buses count as that, and so can be counted before they come."""
LEAN, LEAN_BIN = 30.0, 6_400.0
"""So many cases (of a term of one) hold a weight at nought. A level by horizon has to be seen in thousands: it lags by
the horizon, and follows chance on a quiet day (ttc, Wednesday, 12 to 30 minutes: with 300 0.8 points lost)."""
LEAST_CASES = 50
EVERY_S = 60.0
ROUNDS, LEAST_ERROR, USUAL_ERROR = 3, 0.08, 0.2
"""The median is looked for, not the mean: errors weigh by one over their size, round after round."""
BOUND = 2.0
"""No term is larger."""
MIDDLES = np.log(np.array([90.0, 270.0, 540.0, 1_200.0]) + SOFT_S)

Column = Callable[[str], Floats]
_TERMS: tuple[Callable[[Column], Floats], ...] = (
    lambda of: of("log_mix") - of("log_usual"),
    lambda of: of("network"),
    lambda of: of("hop_ahead") - of("route"),
    lambda of: of("jam_route") - of("jam_network"),
    lambda of: of("jam_ahead") - of("jam_route"),
    lambda of: of("slow_ahead") - of("hop_ahead"),
    lambda of: of("network_slow") - of("network"),
    lambda of: of("fast_ahead"),
    lambda of: of("part_ahead") - of("network"),
    lambda of: of("part_fast_ahead") - of("network"),
    lambda of: of("own_mean"),
    lambda of: of("own_last"),
    lambda of: of("stands_s") / 300.0,
    lambda of: np.clip(of("hop_over_s"), -200.0, 600.0) / 300.0,
    lambda of: of("inside"),
    lambda of: np.nan_to_num(of("plan_log")),
)
EVERYWHERE = len(MIDDLES) + len(_TERMS)
"""Terms that are the same thing in all places …"""
TERMS = EVERYWHERE + SPOTS
"""… and all, those of places last."""
_PRIOR = np.diag(np.concatenate((np.full(len(MIDDLES), LEAN_BIN), np.full(len(_TERMS) + SPOTS, LEAN))))
_PLACE = {name: number for number, name in enumerate(NAMES)}


@dataclass(frozen=True, slots=True)
class Cases:
    """Predictions of which it is known what came, one row each."""

    known_at: Floats
    terms: Floats
    """Shape (rows, TERMS); those of places as they were when it was predicted."""
    places: Rows
    """Shape (rows, PLACES)."""
    residual: Floats
    """Log of actual over what the trees said."""


@dataclass(frozen=True, slots=True)
class Today:
    """Immutable."""

    weights: Floats
    spots: Spots
    cases: Cases
    learned_at: float = -np.inf


def nothing_of_today() -> Today:
    """The trees are right."""
    return Today(np.zeros(TERMS), no_spots(), no_cases())


def no_cases() -> Cases:
    """None."""
    return Cases(np.empty(0), np.empty((0, TERMS)), np.empty((0, PLACES), dtype=np.int64), np.empty(0))


def terms_of(columns: Floats, said_log: Floats, errors: Floats) -> Floats:
    """The terms of rows, shape (rows, TERMS).

    Parameters
    ----------
    columns
        Features.
    said_log
        Log of the seconds (and ``SOFT_S``) that the trees say.
    errors
        What is known of their places, shape (rows, SPOTS).
    """
    made = np.empty((len(columns), TERMS))
    made[:, EVERYWHERE:] = errors
    at = np.interp(said_log, MIDDLES, np.arange(len(MIDDLES)))
    for number in range(len(MIDDLES)):
        made[:, number] = np.maximum(1.0 - np.abs(at - number), 0.0)
    for number, term in enumerate(_TERMS, len(MIDDLES)):
        np.clip(term(lambda name: columns[:, _PLACE[name]]), -BOUND, BOUND, out=made[:, number])
    return made


def correction(today: Today, columns: Floats, said_log: Floats, errors: Floats) -> Floats:
    """What is added to the log that the trees say."""
    if not today.weights.any():
        return np.zeros(len(columns))
    return np.asarray(np.clip(terms_of(columns, said_log, errors) @ today.weights, -MOST, MOST))


def learned(today: Today, more: Cases, now: float) -> Today:
    """Today with further cases, and without old ones; the weights are found anew once a minute."""
    if now - today.learned_at < EVERY_S and not len(more.residual):
        return today
    fresh = today.cases.known_at > now - WINDOW_S
    cases = Cases(
        np.concatenate((today.cases.known_at[fresh], more.known_at)),
        np.concatenate((today.cases.terms[fresh], more.terms)),
        np.concatenate((today.cases.places[fresh], more.places)),
        np.concatenate((today.cases.residual[fresh], np.clip(more.residual, -MOST, MOST))),
    )
    if now - today.learned_at < EVERY_S:
        return replace(today, cases=cases)
    if len(cases.residual) < LEAST_CASES:
        return Today(np.zeros(TERMS), no_spots(), cases, now)
    ago_s = now - cases.known_at
    fading = USUAL_ERROR * np.exp(-ago_s / FADES_S)
    weights: Floats = today.weights
    for _ in range(ROUNDS):
        each = fading / np.maximum(np.abs(cases.residual - cases.terms @ weights), LEAST_ERROR)
        weighed = (cases.terms * each[:, None]).T
        weights = np.asarray(np.linalg.solve(weighed @ cases.terms + _PRIOR, weighed @ cases.residual), dtype=float)
    unexplained = cases.residual - cases.terms[:, :EVERYWHERE] @ weights[:EVERYWHERE]
    return Today(weights, spots_of(cases.places, unexplained, ago_s), cases, now)
