"""Kingston, raw GPS: stretches of road that several buses drove, all routes together, against the shapes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely

from benchmarks.network.truth import schedule
from benchmarks.tracking.cities import data
from benchmarks.tracking.figures import Figure
from passinfo.columns import Floats, Ints
from passinfo.geo import along
from passinfo.network.learn.follow import NEAR_M
from passinfo.network.learn.learn import learn_patterns
from passinfo.network.learn.learned import Learned
from passinfo.network.learn.line import placed, resampled
from passinfo.network.learn.passes import Passes, passes_of
from passinfo.network.learn.traces import traces_of

PASSES = 8
STEP_M = 20.0
FAR_M = 800.0
"""Two places of a pass so far apart say nothing of the road between."""
ON = "kingston"


def figures() -> Iterator[Figure]:
    """What was reached on Kingston."""
    rows = pd.read_csv(data() / "kingston" / "vehicle_positions.csv", dtype=str)
    rows = rows.drop_duplicates(["vehicle_id", "vehicle_timestamp"])
    told = schedule(data() / "kingston" / "gtfs.zip")
    learned = learn_patterns(
        traces_of(
            rows["vehicle_id"].to_numpy(object),
            rows["vehicle_timestamp"].to_numpy(float),
            rows["lat"].to_numpy(float),
            rows["lon"].to_numpy(float),
            rows["route_id"].to_numpy(object),
            np.full(len(rows), None, dtype=object),
        )
    )
    true = told.patterns(told.trips.index.tolist(), learned.projection)
    passes = passes_of(learned.runs, np.flatnonzero(learned.runs.end - learned.runs.start >= 3))
    off: list[Floats] = []
    for pattern in learned.patterns:
        x_m, y_m = resampled(pattern.x_m, pattern.y_m, STEP_M)
        lines = shapely.multilinestrings([each.line for each in true if each.route_id == pattern.route_id])
        away = shapely.distance(lines, shapely.points(x_m, y_m))
        off.append(away[passes_at(x_m, y_m, passes) >= PASSES])
    yield from _of(np.concatenate(off), learned)


def passes_at(x_m: Floats, y_m: Floats, passes: Passes) -> Ints:
    """How many passes drove by each point of an evenly sampled line, its way."""
    found = placed(x_m, y_m, passes.x_m, passes.y_m, passes.ux, passes.uy)
    near = np.flatnonzero(found.cost_m < NEAR_M)
    owner, at = passes.of_pass()[near], found.dist_m[near]
    step = np.diff(at)
    one = (np.diff(near) == 1) & (np.diff(owner) == 0) & (step > 0) & (step < FAR_M)
    dist = along(x_m, y_m)
    low, high = np.searchsorted(dist, at[:-1][one]), np.searchsorted(dist, at[1:][one])
    change = np.bincount(low, minlength=len(dist) + 1) - np.bincount(high, minlength=len(dist) + 1)
    return np.asarray(np.cumsum(change)[: len(dist)])


def _of(off_m: Floats, learned: Learned) -> Iterator[Figure]:
    none = float("nan")
    n = len(learned.patterns)
    for level, asked in ((50, "≤ 5 m"), (95, "≤ 15 m")):
        said = f"roads with ≥ {PASSES} passes, learned line to the true one, {level}th percentile"
        value = float(np.percentile(off_m, level))
        yield Figure(ON, said, asked, value, "m", none, none, None, len(off_m), n, None)
