"""Errors of the three baselines and of the model on the same buses and moments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.tracking.figures import UNASKED, Figure
from benchmarks.tracking.interval import gain
from models.departures.day import DepartureDay
from models.departures.rows import Asked, rows_of
from models.departures.train import departures
from passinfo.columns import Bools, Floats
from passinfo.network.network import Network
from passinfo.prediction.departure.features import Expected
from passinfo.prediction.departure.model import DepartureModel, waits
from passinfo.prediction.departure.places import places

EVERY_S = 60.0
HORIZON_S = 1_800.0
"""Neutral: the mean of the baselines' answers is at most half an hour ahead."""
BASELINES = ("schedule", "layover", "headway")
ASKED = "10 %"


@dataclass(frozen=True, slots=True)
class Said:
    """Rows asked, and what the model said of them; seconds from the moment."""

    rows: Asked
    p10_s: Floats
    p50_s: Floats
    p90_s: Floats

    def answers(self) -> dict[str, Floats]:
        """By baseline, and of the model."""
        told = {name: getattr(self.rows, f"{name}_s") for name in BASELINES}
        return {**told, "model": self.p50_s}


def said(network: Network, model: DepartureModel, day: DepartureDay) -> Said:
    """What a model says on a day, every minute."""
    rows = rows_of(network, places(network), model.layovers, day, EVERY_S)
    nothing = np.zeros(len(rows.base_s))
    return Said(rows, *waits(model, Expected(nothing, nothing, nothing, rows.base_s, rows.columns), 0.0))


def together(parts: list[Said]) -> Said:
    """Several, one after the other."""
    rows = [part.rows for part in parts]
    whole = Asked(*(np.concatenate([getattr(each, name) for each in rows]) for name in Asked.__slots__))
    return Said(
        whole, *(np.concatenate([getattr(part, name) for part in parts]) for name in ("p10_s", "p50_s", "p90_s"))
    )


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of what was said: which, and by whom they are drawn for the interval."""

    name: str
    mine: Bools
    owner: npt.NDArray[Any]
    of: str


def errors(on: str, part: Part, found: Said, asked: str) -> Iterator[Figure]:
    """Errors of all, the gain over the best baseline with its interval, and the coverage of p10 to p90."""
    rows, told = found.rows, found.answers()
    near = part.mine & (np.mean([told[name] for name in BASELINES], axis=0) <= HORIZON_S)
    if not near.any():
        return
    actual = rows.actual_s[near]
    off = {name: np.abs(values[near] - actual) for name, values in told.items()}
    means = {name: float(values.mean()) for name, values in off.items()}
    best = min(BASELINES, key=lambda name: means[name])
    listed = ", ".join(f"{name} {means[name]:.0f}" for name in (*BASELINES, "model"))
    left = departures(Asked(*(getattr(rows, name)[near] for name in Asked.__slots__)))
    low, high = gain(off["model"], off[best], part.owner[near])
    n, buses = int(near.sum()), len(np.unique(rows.vehicle_id[near].astype(str)))
    measure = f"{part.name}: error below the best baseline, {best} ({listed} s; {left} departures; 95 % by {part.of})"
    below_best = 100 * (1 - means["model"] / means[best])
    yield Figure(on, measure, asked, below_best, "%", low, high, None, n, buses, None)
    below = 100 * float((actual < found.p10_s[near]).mean())
    above = 100 * float((actual > found.p90_s[near]).mean())
    measure = f"{part.name}: coverage of p10–p90 (below {below:.1f}, above {above:.1f})"
    yield Figure(on, measure, UNASKED, 100 - below - above, "%", np.nan, np.nan, None, n, buses, None)
