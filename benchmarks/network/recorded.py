"""The recorded cities as traces."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from benchmarks.tracking.cities import data
from passinfo.network.learn.runs import Runs, cut_runs
from passinfo.network.learn.stop_lists import StopLists
from passinfo.network.learn.traces import Traces, chosen, traces_of

NO_TAG = "null"
"""How ttc writes that a bus tells no direction."""
THURSDAY = pd.Timestamp("2016-12-15 04:00", tz="America/Toronto").timestamp()
FRIDAY = THURSDAY + 86_400


@cache
def ttc() -> Traces:
    """Toronto, all days."""
    rows = pd.read_parquet(data() / "ttc" / "positions.parquet")
    tag = rows["direction_tag"].to_numpy(dtype=object)
    tag[tag == NO_TAG] = None
    return traces_of(
        rows["vehicle"].to_numpy(dtype=object),
        rows["poll_ms"].to_numpy(dtype=float) / 1000,
        rows["lat"].to_numpy(dtype=float),
        rows["lon"].to_numpy(dtype=float),
        rows["route"].to_numpy(dtype=object),
        tag,
    )


def route_stops() -> StopLists:
    """Toronto's list of the stops of each route, both directions and all branches in one."""
    rows = pd.read_csv(data() / "ttc" / "route_stops.csv", dtype=str)
    return StopLists(
        rows["route"].to_numpy(object),
        rows["stop_tag"].to_numpy(object),
        rows["lat"].to_numpy(float),
        rows["lon"].to_numpy(float),
    )


def before_thursday(traces: Traces) -> Traces:
    """Sunday to Wednesday, by service day."""
    return chosen(traces, np.flatnonzero(traces.observed_at < THURSDAY))


def runs_of_thursday(traces: Traces) -> Runs:
    """Thursday's runs, by service day."""
    at = traces.observed_at
    return cut_runs(chosen(traces, np.flatnonzero((at >= THURSDAY) & (at < FRIDAY))))
