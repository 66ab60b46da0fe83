"""Where the day's errors lie: on which pattern, from which hop, into which part of the city.

A storm is not everywhere. What the trees made too little or too much of lately is averaged by the pattern asked about,
by the hop its bus was on and by the square its stop lies in. Whether that tells anything of the next bus the day
itself says: the averages are terms among the others (:mod:`.today`), and on a quiet day their weights are nought.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.prediction.arrival.hops import Rows

SPOTS = 3
FADES_S = 1_800.0
"""An error counts 1/e after half an hour; twenty minutes and an hour: as good."""
LEAN = 3.0
"""So many cases hold an average at nought."""


@dataclass(frozen=True, slots=True)
class Spots:
    """Mean error (log) by pattern, hop and square; beyond their ends nothing is known."""

    by: tuple[Floats, ...]


def no_spots() -> Spots:
    """Nothing known anywhere."""
    return Spots((np.empty(0),) * SPOTS)


def spots_of(places: Rows, error: Floats, ago_s: Floats) -> Spots:
    """Averages of cases: where each was, shape (cases, SPOTS), its error, and how long ago that became known."""
    weight = np.exp(-ago_s / FADES_S)
    return Spots(
        tuple(
            np.bincount(place, weight * error) / (np.bincount(place, weight) + LEAN) if len(place) else np.empty(0)
            for place in places.T
        )
    )


def errors_at(spots: Spots, places: Rows) -> Floats:
    """What is known of some places, shape (rows, SPOTS); nought where nothing is."""
    made = np.zeros(places.shape)
    for number, known in enumerate(spots.by):
        if len(known):
            place = places[:, number]
            made[:, number] = np.where(place < len(known), known[np.minimum(place, len(known) - 1)], 0.0)
    return made
