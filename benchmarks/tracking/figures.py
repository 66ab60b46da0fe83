"""A figure with its interval: bootstrap over vehicles, for the rows of one bus are right or wrong together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.tracking.interval import by_vehicle
from passinfo.columns import Bools, Floats

WRONG_SHARE = 0.1
"""A vehicle is wrong if more than a tenth of its rows are."""
UNASKED = "—"

Statistic = Callable[[Floats], float]
"""The figure of rows with these weights (how often the vehicle of each row was drawn)."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure reached, beside what was asked."""

    on: str
    measure: str
    asked: str
    """``98 %``: at least; ``≤ 7 s``: at most; :data:`UNASKED`: printed only."""
    reached: float
    unit: str
    low: float
    high: float
    baseline: float | None
    rows: int
    vehicles: int
    wrong_vehicles: int | None
    failures: tuple[str, ...] = ()
    """The failing cases, to look at."""

    @property
    def met(self) -> bool | None:
        """Whether what was asked is reached; None if nothing was."""
        if self.asked == UNASKED:
            return None
        at_most = self.asked.startswith("≤")
        bound = float(self.asked.removeprefix("≤").split()[0])
        return self.reached <= bound if at_most else self.reached >= bound

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
            {None: "", True: "yes", False: "NO"}[self.met],
            interval,
            base,
            f"{self.rows:,}",
            str(self.vehicles),
            wrong,
        )


def statistic(
    on: str,
    measure: str,
    asked: str,
    of: Statistic,
    unit: str,
    vehicles: npt.NDArray[Any],
    failures: Sequence[str] = (),
) -> Figure:
    """Any figure of rows, with its interval; NaN without rows."""
    ids, owner = np.unique(vehicles.astype(str), return_inverse=True)
    reached, low, high = by_vehicle(of, owner, len(ids))
    return Figure(on, measure, asked, reached, unit, low, high, None, len(owner), len(ids), None, tuple(failures))


def share(
    on: str,
    measure: str,
    asked: str,
    right: Bools,
    vehicles: npt.NDArray[Any],
    baseline: Bools | None = None,
    failures: Sequence[str] = (),
    *,
    wanted: bool = True,
) -> Figure:
    """Share of rows that are right, in percent; ``wanted`` False: that are so though they should not be."""
    ids, owner = np.unique(vehicles.astype(str), return_inverse=True)
    good = right.astype(float)
    reached, low, high = by_vehicle(
        lambda weights: 100 * float(np.dot(weights, good)) / float(weights.sum()), owner, len(ids)
    )
    bad = np.bincount(owner, weights=1 - good if wanted else good, minlength=len(ids))
    wrong = int((bad > WRONG_SHARE * np.bincount(owner, minlength=len(ids))).sum())
    base = None if baseline is None else 100 * float(baseline.mean())
    return Figure(on, measure, asked, reached, "%", low, high, base, len(right), len(ids), wrong, tuple(failures))


def precision(
    on: str, asked: str, coverage: float, right: Bools, confidence: Floats, vehicles: npt.NDArray[Any]
) -> Figure:
    """Share of right rows among the surest ``coverage`` (0..1) of all; abstained rows (no confidence) are not right."""
    order = np.argsort(-confidence, kind="stable")
    good = right[order].astype(float)

    def of(weights: Floats) -> float:
        drawn = weights[order]
        kept = drawn * (np.cumsum(drawn) <= np.ceil(coverage * drawn.sum()))
        return 100 * float(np.dot(kept, good)) / float(kept.sum())

    named = confidence > 0
    own = f"named: {100 * right[named].mean():.1f} right of {100 * named.mean():.1f}" if named.any() else "none named"
    return statistic(on, f"right trip, precision at coverage {100 * coverage:.0f} % ({own})", asked, of, "%", vehicles)


def quantile(values: Floats, level: float) -> Statistic:
    """The statistic that tells a quantile of the values."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]

    def of(weights: Floats) -> float:
        cumulated = np.cumsum(weights[order])
        return float(ordered[np.searchsorted(cumulated, level * cumulated[-1])])

    return of


def mean(values: Floats) -> Statistic:
    """The statistic that tells the mean of the values."""
    return lambda weights: float(np.dot(weights, values) / weights.sum())


def value(
    on: str,
    measure: str,
    asked: str,
    reached: float,
    unit: str,
    rows: int,
    vehicles: int,
    failures: Sequence[str] = (),
    wrong_vehicles: int | None = None,
) -> Figure:
    """A figure without interval."""
    none = float("nan")
    return Figure(on, measure, asked, reached, unit, none, none, None, rows, vehicles, wrong_vehicles, tuple(failures))
