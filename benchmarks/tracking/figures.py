"""A figure with its interval: bootstrap over vehicles, for the rows of one bus are right or wrong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from passinfo.columns import Bools, Floats

DRAWS = 1_000
WRONG_SHARE = 0.1
"""A vehicle is wrong if more than a tenth of its rows are."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure reached, beside what was asked."""

    on: str
    measure: str
    asked: str
    reached: float
    unit: str
    low: float
    high: float
    baseline: float | None
    rows: int
    vehicles: int
    wrong_vehicles: int | None

    def cells(self) -> tuple[str, ...]:
        """As cells of a table."""
        base = "" if self.baseline is None else f"{self.baseline:.1f}"
        wrong = "" if self.wrong_vehicles is None else str(self.wrong_vehicles)
        interval = "" if np.isnan(self.low) else f"{self.low:.1f}–{self.high:.1f}"
        return (
            self.on,
            self.measure,
            self.asked,
            f"{self.reached:.2f} {self.unit}",
            interval,
            base,
            f"{self.rows:,}",
            str(self.vehicles),
            wrong,
        )


def share(
    on: str, measure: str, asked: str, right: Bools, vehicles: npt.NDArray[Any], baseline: Bools | None = None
) -> Figure:
    """Share of rows that are right, in percent."""
    ids, owner = np.unique(vehicles.astype(str), return_inverse=True)
    good: Floats = np.bincount(owner, weights=right).astype(np.float64)
    rows: Floats = np.bincount(owner).astype(np.float64)
    low, high = _interval(good, rows)
    return Figure(
        on,
        measure,
        asked,
        100 * float(right.mean()),
        "%",
        100 * low,
        100 * high,
        None if baseline is None else 100 * float(baseline.mean()),
        len(right),
        len(ids),
        int((1 - good / rows > WRONG_SHARE).sum()),
    )


def precision(
    on: str, asked: str, coverage: float, right: Bools, confidence: Floats, vehicles: npt.NDArray[Any]
) -> Figure:
    """Share of right rows among the surest ``coverage`` of all."""
    surest = np.argsort(-confidence, kind="stable")[: int(np.ceil(coverage * len(right)))]
    measure = f"right trip, precision at coverage {100 * coverage:.0f} %"
    return share(on, measure, asked, right[surest], vehicles[surest])


def _interval(good: Floats, rows: Floats) -> tuple[float, float]:
    draws = np.random.default_rng(0).integers(0, len(rows), (DRAWS, len(rows)))
    shares = good[draws].sum(axis=1) / rows[draws].sum(axis=1)
    return float(np.quantile(shares, 0.025)), float(np.quantile(shares, 0.975))


def value(on: str, measure: str, asked: str, reached: float, unit: str, rows: int, vehicles: int) -> Figure:
    """A figure without interval."""
    return Figure(on, measure, asked, reached, unit, float("nan"), float("nan"), None, rows, vehicles, None)
