"""Where the day's errors lie: on which pattern, on which hops, in which part of the city.

A storm is not everywhere. What the trees made too little or too much of lately is averaged by the pattern asked about,
by the hop its bus was on and by the square its stop lies in; and over the hops ahead, by the buses that were on them.
Whether that tells anything of the next bus the day itself says: the averages are terms among the others
(:mod:`.today`), and on a quiet day their weights are nought.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.prediction.arrival.hops import Rows

PLACES = 3
"""Pattern, hop, square: what a case is remembered by."""
HOP = 1
SPOTS = PLACES + 1
"""Averages asked: at each of the three, and over the hops ahead."""
FADES_S = 1_800.0
"""An error counts 1/e after half an hour; twenty minutes and an hour: as good."""
LEAN = 3.0
"""So many cases hold an average at nought."""


@dataclass(frozen=True, slots=True)
class Spots:
    """Errors (logs) of the cases at each pattern, hop and square; beyond the ends of the columns nothing is known."""

    total: tuple[Floats, ...]
    """Sums, faded …"""
    weight: tuple[Floats, ...]
    """… and how many cases."""


def no_spots() -> Spots:
    """Nothing known anywhere."""
    return Spots((np.empty(0),) * PLACES, (np.empty(0),) * PLACES)


def spots_of(places: Rows, error: Floats, ago_s: Floats) -> Spots:
    """What cases tell: where each was, shape (cases, PLACES), its error, and how long ago that became known."""
    weight = np.exp(-ago_s / FADES_S)
    return Spots(
        tuple(np.bincount(place, weight * error).astype(float) for place in places.T),
        tuple(np.bincount(place, weight).astype(float) for place in places.T),
    )


def errors_at(spots: Spots, places: Rows) -> Floats:
    """Average error at some places, shape (rows, PLACES); nought where nothing is known."""
    made = np.zeros(places.shape)
    for number, (total, weight) in enumerate(zip(spots.total, spots.weight, strict=True)):
        if len(total):
            made[:, number] = _at(total / (weight + LEAN), places[:, number])
    return made


def errors_ahead(spots: Spots, hop: Rows, first: Rows, last: Rows) -> Floats:
    """Average error over hops in a row: ``hop[first[k]]`` to ``hop[last[k]]`` of each k."""
    if not len(spots.total[HOP]):
        return np.zeros(len(first))
    sums = []
    for column in (spots.total[HOP], spots.weight[HOP]):
        summed = np.concatenate(([0.0], np.cumsum(_at(column, hop))))
        sums.append(summed[last + 1] - summed[first])
    return np.asarray(sums[0] / (sums[1] + LEAN))


def _at(column: Floats, place: Rows) -> Floats:
    return np.where(place < len(column), column[np.minimum(place, len(column) - 1)], 0.0)
