"""Does the confidence keep its word on a city it was not fitted on?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.tracking.cities import known, live
from benchmarks.tracking.figures import Figure
from benchmarks.tracking.truth import truth_of
from passinfo.columns import Bools, Floats

BINS = 10
DRAWS = 300


def confidence() -> Iterator[Figure]:
    """Expected calibration error over ten equal-count bins; area under risk against coverage."""
    for name in ("wmata", "kingston"):
        seen = live(name)
        real = truth_of(seen)
        rows = real.in_service & known(seen.matches.trip_id)
        right = (seen.matches.trip_id == real.trip_id)[rows]
        said, who = seen.matches.confidence[rows], seen.matches.vehicle_id[rows]
        ids = np.unique(who.astype(str))
        errors = _drawn(right, said, who, ids)
        order = np.argsort(-said, kind="stable")
        risk = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
        area = 100 * float(risk.mean())
        yield Figure(
            name,
            f"expected calibration error of named trips, live (area under risk–coverage {area:.1f})",
            "≤ 3 points",
            100 * _error(right, said),
            "points",
            100 * float(np.quantile(errors, 0.025)),
            100 * float(np.quantile(errors, 0.975)),
            None,
            len(right),
            len(ids),
            None,
        )


def _error(right: Bools, said: Floats) -> float:
    order = np.argsort(said, kind="stable")
    parts = np.array_split(order, BINS)
    return float(
        sum(len(part) * abs(right[part].mean() - said[part].mean()) for part in parts if len(part)) / len(said)
    )


def _drawn(right: Bools, said: Floats, who: npt.NDArray[Any], ids: npt.NDArray[Any]) -> Floats:
    rows = {vehicle: np.flatnonzero(who == vehicle) for vehicle in ids.tolist()}
    random = np.random.default_rng(0)
    errors = []
    for _ in range(DRAWS):
        chosen = np.concatenate([rows[vehicle] for vehicle in random.choice(ids, len(ids)).tolist()])
        errors.append(_error(right[chosen], said[chosen]))
    return np.array(errors)
