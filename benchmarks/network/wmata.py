"""Washington: lines and stops learned from noisy positions, against its GTFS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from benchmarks.network.truth import TruePattern, nearest, off_m, schedule
from benchmarks.tracking.cities import data
from benchmarks.tracking.figures import UNASKED, Figure
from passinfo.columns import Floats
from passinfo.geo import EARTH_RADIUS_M
from passinfo.network.learn.learn import learn_patterns
from passinfo.network.learn.learned import LearnedPattern
from passinfo.network.learn.stops import with_stops
from passinfo.network.learn.traces import Traces, traces_of

SIGMA_M, SEEDS = 10.0, 5
"""The positions are snapped to the shapes: noise per axis, drawn anew for each seed."""
MIN_PASSES = 10
ON = "wmata + 10 m"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One learned pattern of one seed beside the true one."""

    learned: LearnedPattern
    true: TruePattern
    off_m: Floats
    hausdorff_m: float

    @property
    def told(self) -> tuple[str, ...]:
        """The stops it is said to serve."""
        return tuple(stop.stop_id for stop in self.learned.stops)


def figures() -> Iterator[Figure]:
    """What was reached on Washington."""
    found = [each for seed in range(SEEDS) for each in drawn(seed)]
    off = np.concatenate([each.off_m for each in found])
    yield _of("learned line to the true shape, median", "≤ 6 m", float(np.median(off)), "m", len(off), len(found))
    yield _of("the same, 95th percentile", "≤ 20 m", float(np.percentile(off, 95)), "m", len(off), len(found))
    far = float(np.mean([each.hausdorff_m for each in found]))
    yield _of("    Hausdorff distance, mean", UNASKED, far, "m", len(found), len(found))
    yield from _stops(found)


def _stops(found: list[Drawn]) -> Iterator[Figure]:
    right = [len(set(each.told) & set(each.true.stop_ids)) for each in found]
    told, true = sum(len(each.told) for each in found), sum(len(each.true.stop_ids) for each in found)
    order = [_in_order(each) for each in found]
    equal = 100 * float(np.mean([each.told == each.true.stop_ids for each in found]))
    failing = [_said(each) for each in found if each.told != each.true.stop_ids]
    per_seed = len(found) / SEEDS
    yield _of(f"patterns of {MIN_PASSES} passes and more", "4", per_seed, "a seed", len(found), len(found))
    yield _of("stop order equal to the truth's, stops known to both", "100 %", 100 * float(np.mean(order)), "%",
              len(found), len(found))  # fmt: skip
    yield _of("    whole stop list equal", UNASKED, equal, "%", len(found), len(found), tuple(failing))
    yield _of("stops, precision", "98 %", 100 * sum(right) / told, "%", told, len(found))
    yield _of("stops, recall", "98 %", 100 * sum(right) / true, "%", true, len(found))


def drawn(seed: int) -> list[Drawn]:
    """The patterns learned with one draw of noise; each route's stops known, not their order nor direction."""
    rows = pd.read_csv(data() / "wmata" / "vehicle_positions.csv", dtype=str)
    rows = rows.drop_duplicates(["vehicle.vehicle.id", "vehicle.timestamp"])
    told = schedule(data() / "wmata" / "gtfs.zip")
    learned = learn_patterns(_traces(rows, seed))
    true = told.patterns(rows["vehicle.trip.trip_id"].drop_duplicates().tolist(), learned.projection)
    learned = with_stops(learned, told.lists(true, seed))
    found = []
    for pattern in learned.patterns:
        beside = nearest(pattern, true)
        if pattern.evidence.passes >= MIN_PASSES and beside is not None:
            line = shapely.linestrings(np.column_stack((pattern.x_m, pattern.y_m)))
            off = off_m(pattern.x_m, pattern.y_m, beside.line)
            found.append(Drawn(pattern, beside, off, float(shapely.hausdorff_distance(line, beside.line))))
    return found


def _traces(rows: pd.DataFrame, seed: int) -> Traces:
    lat, lon = (rows[f"vehicle.position.{axis}"].to_numpy(float) for axis in ("latitude", "longitude"))
    north, east = np.random.default_rng(seed).normal(0, SIGMA_M, (2, len(lat))) / np.radians(EARTH_RADIUS_M)
    return traces_of(
        rows["vehicle.vehicle.id"].to_numpy(object),
        rows["vehicle.timestamp"].to_numpy(float),
        lat + north,
        lon + east / np.cos(np.radians(lat)),
        rows["vehicle.trip.route_id"].to_numpy(object),
        rows["vehicle.trip.direction_id"].to_numpy(object),
    )


def _in_order(each: Drawn) -> bool:
    known = set(each.told) & set(each.true.stop_ids)
    return [stop for stop in each.told if stop in known] == [stop for stop in each.true.stop_ids if stop in known]


def _said(each: Drawn) -> str:
    extra, missing = set(each.told) - set(each.true.stop_ids), set(each.true.stop_ids) - set(each.told)
    return f"{each.learned.pattern_id}: extra {sorted(extra)}, missing {sorted(missing)}"


def _of(
    measure: str, asked: str, reached: float, unit: str, rows: int, patterns: int, failures: tuple[str, ...] = ()
) -> Figure:
    none = float("nan")
    return Figure(ON, measure, asked, reached, unit, none, none, None, rows, patterns, None, failures)
