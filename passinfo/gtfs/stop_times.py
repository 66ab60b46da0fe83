"""The calls of all trips as one table, made column by column: nothing is done for each row but to write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from passinfo.bms.master import PatternKey
from passinfo.gtfs.running import whole_seconds
from passinfo.times import format_service_time


@dataclass(frozen=True, slots=True)
class Run:
    """One trip: its pattern, when it leaves the first stop, and the speed that its times come from."""

    trip_id: str
    key: PatternKey
    start_service_s: int
    speed_mps: float


@dataclass(frozen=True, slots=True)
class Way:
    """A pattern's stops, and the metres from the first to each, straight from stop to stop.

    ``drawn``: the feed has a shape of it, so the distances are told.
    """

    stop_ids: tuple[str, ...]
    dist_m: tuple[float, ...]
    drawn: bool = False

    def told_dist_m(self) -> list[float]:
        """``shape_dist_traveled``: tenths of a metre, strictly increasing though two stops share a place."""
        steps = np.arange(len(self.dist_m))
        tenths = np.maximum.accumulate(np.rint(np.array(self.dist_m) * 10) - steps) + steps
        return [float(at) / 10 for at in tenths]


def stop_times(runs: Sequence[Run], ways: Mapping[PatternKey, Way]) -> pd.DataFrame | None:
    """The table, sorted by trip and sequence; None without runs.

    Times are whole seconds, strictly increasing; the first call has the trip's start. Nobody promised them, so
    ``timepoint`` is 0.
    """
    if not runs:
        return None
    runs = sorted(runs, key=lambda run: run.trip_id)
    stops = {key: np.array(way.stop_ids, dtype=object) for key, way in ways.items()}
    offsets: dict[tuple[PatternKey, float], np.ndarray] = {}
    for run in runs:
        pair = run.key, run.speed_mps
        if pair not in offsets:
            offsets[pair] = np.array(whole_seconds(ways[run.key].dist_m, run.speed_mps))
    sizes = np.array([len(ways[run.key].stop_ids) for run in runs])
    seconds = np.concatenate([run.start_service_s + offsets[run.key, run.speed_mps] for run in runs])
    dist = {key: way.told_dist_m() if way.drawn else [np.nan] * len(way.stop_ids) for key, way in ways.items()}
    distinct, codes = np.unique(seconds, return_inverse=True)
    clock = pd.Series(np.array([format_service_time(int(second)) for second in distinct], dtype=object)[codes])
    return pd.DataFrame(
        {
            "trip_id": np.repeat(np.array([run.trip_id for run in runs], dtype=object), sizes),
            "arrival_time": clock,
            "departure_time": clock,
            "stop_id": np.concatenate([stops[run.key] for run in runs]),
            "stop_sequence": np.arange(1, sizes.sum() + 1) - np.repeat(np.cumsum(sizes) - sizes, sizes),
            "timepoint": np.zeros(sizes.sum(), dtype=np.int64),
            "shape_dist_traveled": np.concatenate([dist[run.key] for run in runs]),
        }
    )
