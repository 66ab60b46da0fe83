"""The failing cases, to look at: which vehicle, when, on what, and what was said instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.tracking.cities import Tracked
from benchmarks.tracking.truth import Truth
from passinfo.columns import Bools
from passinfo.network.network import Network


def clock(at: float, timezone: str) -> str:
    """Local time of an instant."""
    return dt.datetime.fromtimestamp(at, ZoneInfo(timezone)).strftime("%H:%M:%S")


def cases(seen: Tracked, truth: Truth, rows: Bools, wrong: Bools) -> list[str]:
    """The wrong ones among some rows: a line for each stretch of a vehicle told the same; longest first."""
    said = seen.matches
    vehicle = said.vehicle_id.astype(str)
    order = np.lexsort((said.observed_at, vehicle))
    found: list[list[int]] = []
    last: tuple[object, ...] = ()
    for row in order[rows[order]].tolist():
        now: tuple[object, ...] = ()
        if wrong[row]:
            now = (vehicle[row], truth.trip_id[row], said.trip_id[row], said.pattern_id[row], said.reason[row])
            if now != last:
                found.append([])
            found[-1].append(row)
        last = now
    return [_line(seen, truth, each) for each in sorted(found, key=len, reverse=True)]


def _line(seen: Tracked, truth: Truth, rows: Sequence[int]) -> str:
    network, said = seen.network, seen.matches
    first, last = rows[0], rows[-1]
    window = f"{clock(said.observed_at[first], network.timezone)}–{clock(said.observed_at[last], network.timezone)}"
    true_ix, said_ix = int(truth.trip_ix[first]), network.trip_rows.get(said.trip_id[first], -1)
    pattern = network.patterns.pattern_id[truth.pattern_ix[first]] if true_ix >= 0 else None
    return (
        f"{said.vehicle_id[first]} {window} {len(rows):3d} rows"
        f" at {truth.dist_m[first]:.0f}–{truth.dist_m[last]:.0f} m"
        f" | true {truth.trip_id[first]} {truth.route_id[first]}/{truth.direction_id[first]} {pattern}"
        f"{_start(network, true_ix)}"
        f" | said {said.trip_id[first]} {said.route_id[first]}/{said.direction_id[first]} {said.pattern_id[first]}"
        f"{_start(network, said_ix)} at {said.dist_m[first]:.0f}–{said.dist_m[last]:.0f} m"
        f" | {said.phase[first]} {said.reason[first]} {float(np.mean(said.confidence[list(rows)])):.2f}"
    )


def _start(network: Network, trip_ix: int) -> str:
    """Planned start and block of a trip."""
    if trip_ix < 0:
        return ""
    start = int(network.trips.start_service_s[trip_ix])
    return f" {start // 3600:02d}:{start // 60 % 60:02d} block {network.trips.block_id[trip_ix]}"
