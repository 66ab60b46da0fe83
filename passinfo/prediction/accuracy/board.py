"""The whole scoreboard of one method, or of several on the same pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from passinfo.prediction.accuracy.availability import Availability, availability
from passinfo.prediction.accuracy.bins import HORIZON
from passinfo.prediction.accuracy.bootstrap import DRAWS, Estimate
from passinfo.prediction.accuracy.compare import Contest, contest, mae_below, neutral_bins
from passinfo.prediction.accuracy.heard import Heard
from passinfo.prediction.accuracy.keys import By, keys_of
from passinfo.prediction.accuracy.pairs import Fates, Pairs, common, pair, take_pairs
from passinfo.prediction.accuracy.parts import Part, direction_names, hour_names, parts, route_names
from passinfo.prediction.accuracy.scores import BinScores, eta_accuracy, score
from passinfo.prediction.accuracy.steadiness import Steadiness, steadiness
from passinfo.prediction.accuracy.truth import Truth
from passinfo.prediction.protocol import Predictions


@dataclass(frozen=True, slots=True)
class Standing:
    """All figures of one method."""

    name: str
    fates: Fates
    availability: Availability
    own: tuple[BinScores, ...]
    """Arrivals of buses that were followed, by the horizon as predicted."""
    neutral: tuple[BinScores, ...]
    """The same rows by the mean horizon of the methods it is compared with; empty if it stands alone."""
    departures: tuple[BinScores, ...]
    """Departures from first stops, by the horizon as predicted."""
    planned: tuple[BinScores, ...]
    """Arrivals predicted from a timetable or headway alone (by any of the methods), by the horizon as predicted."""
    eta: Estimate
    """ETA Accuracy Benchmark."""
    eta_by_bin: tuple[Estimate, ...]
    steadiness: Steadiness
    routes: tuple[Part, ...]
    hours: tuple[Part, ...]
    directions: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Rivalry:
    """The first method against another, on the pairs both have."""

    name: str
    below: tuple[Estimate, ...]
    """By which share its mean absolute error is below the other's, by neutral bin and over all."""
    by_actual: tuple[Contest, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Methods beside each other. With several, all errors are those of common pairs."""

    by: str
    """How predictions were paired with visits: instance, vehicle or stop."""
    timezone: str
    """Of the hours."""
    visits: int
    sure: int
    """Visits whose instant the reports pin down."""
    unnamed: int
    """Visits without a trip, or claimed twice: no prediction can be paired with them."""
    pairs: int
    """Common pairs: arrivals, departures and planned ones together."""
    standings: tuple[Standing, ...]
    rivalries: tuple[Rivalry, ...]


def board(
    truth: Truth,
    methods: Sequence[tuple[str, Predictions]],
    by: By = "instance",
    timezone: str = "UTC",
    draws: int = DRAWS,
    neutral: Sequence[str] | None = None,
    heard: Heard | None = None,
) -> Board:
    """Score the methods; the first is the one compared with each of the others.

    Parameters
    ----------
    methods
        Name and predictions of each.
    by
        How predictions are paired with visits, see :func:`~passinfo.prediction.accuracy.keys.keys_of`.
    timezone
        IANA zone of the hours.
    draws
        Draws of the 95 % intervals; 0 for none.
    neutral
        Names of the methods whose mean horizon makes the neutral bins, a list fixed beforehand; without it all methods.
    heard
        When buses were heard; without it no promise is set aside because nobody saw what came of it.

    Raises
    ------
    ValueError
        If there is no method, or ``neutral`` names none of them.
    """
    if not [name for name, _ in methods if neutral is None or name in neutral]:
        raise ValueError(f"neutral bins need one of the methods {[name for name, _ in methods]}, not {neutral}")
    keys = [keys_of(predictions, truth, by) for _, predictions in methods]
    found = [pair(predictions, truth, key) for (_, predictions), key in zip(methods, keys, strict=True)]
    shared = common([pairs for pairs, _ in found])
    followed = np.logical_and.reduce([pairs.tracked for pairs in shared])
    rides = [take_pairs(pairs, followed & ~pairs.departure) for pairs in shared]
    named = [ride for (name, _), ride in zip(methods, rides, strict=True) if neutral is None or name in neutral]
    common_bins = neutral_bins(named)
    standings = []
    for number, (name, predictions) in enumerate(methods):
        pairs, ride = shared[number], rides[number]
        own = HORIZON.of(ride.horizon_s)
        eta, eta_by_bin = eta_accuracy(ride, draws)
        standings.append(
            Standing(
                name,
                found[number][1],
                availability(predictions, truth, keys[number], heard),
                score(ride, own, draws=draws),
                score(ride, common_bins, draws=draws) if len(methods) > 1 else (),
                _own(take_pairs(pairs, pairs.departure), draws),
                _own(take_pairs(pairs, ~followed & ~pairs.departure), draws),
                eta,
                eta_by_bin,
                steadiness(ride, draws=draws),
                parts(ride, route_names(ride), own),
                parts(ride, hour_names(ride, timezone), own),
                parts(ride, direction_names(ride), own),
            )
        )
    rivalries = tuple(
        Rivalry(
            name,
            mae_below(rides[0], ride, common_bins, draws=draws),
            contest(rides[0], ride, truth.known_at, draws=draws),
        )
        for (name, _), ride in zip(methods[1:], rides[1:], strict=True)
    )
    unnamed = int(np.count_nonzero(keys[0].truth < 0))
    return Board(
        by,
        timezone,
        len(truth.at),
        int(np.count_nonzero(truth.sure)),
        unnamed,
        len(shared[0].at),
        tuple(standings),
        rivalries,
    )


def _own(pairs: Pairs, draws: int) -> tuple[BinScores, ...]:
    return score(pairs, HORIZON.of(pairs.horizon_s), draws=draws)
