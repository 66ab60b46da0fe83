"""How long tracking takes for a report, and how a tick grows with the fleet."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import numpy as np
import shapely

from benchmarks.replicated import replicated, replicated_reports
from benchmarks.result import Result
from benchmarks.tracking.cities import NONE, network, reports
from feeds.replay import tick_rows
from passinfo.bms.intake import Last, accept
from passinfo.bms.reports import Reports
from passinfo.columns import concat, take
from passinfo.network.area import area_of
from passinfo.network.network import Network
from passinfo.settings import CitySettings
from passinfo.tracking import fast
from passinfo.tracking.track import begin, track

NAME = "tracking_speed"
SUMMARY = (
    "µs of tracking per report, Kingston's network and fleet many times over, no hints, one core (needs PASSINFO_DATA)"
)
COPIES = 16
FOLD = 11
"""Fleet of the growth figure: every vehicle so many times, on the same network."""
LARGE_COPIES, LARGE_FOLD = 32, 6
"""More than 5,000 patterns and 20,000 vehicles."""
WINDOW_S, TICK_S = 1_680.0, 15.0
"""Kingston's only long window."""
WARM_TICKS = 40
"""Ten minutes: a fleet that has just appeared is no steady state, and what is compiled is compiled by then."""


def run() -> Result:
    """Microseconds of the whole stage per accepted report, in steady state."""
    os.environ["OMP_NUM_THREADS"] = "1"  # numpy's loops use one core anyway; shapely's too
    rows = reports("kingston")
    rows = take(rows, np.flatnonzero(rows.received_at < rows.received_at.min() + WINDOW_S))
    city = replicated(network("kingston"), COPIES)
    fleet = replicated_reports(rows, COPIES)
    many = concat(Reports, [_renamed(fleet, fold) for fold in range(FOLD)])
    large = replicated(network("kingston"), LARGE_COPIES)
    largest = replicated_reports(rows, LARGE_COPIES)
    largest = concat(Reports, [_renamed(largest, fold) for fold in range(LARGE_FOLD)])
    details: dict[str, float] = {}
    figure, ticks, vehicles = 0.0, 0, 0
    for way in ("numpy only", "[fast]") if fast.AVAILABLE else ("numpy only",):
        with _numpy_only() if way == "numpy only" else nullcontext():
            figure, per_tick, vehicles = _driven(city, fleet)
            grown_per_report, grown, grown_vehicles = _driven(city, many)
            large_per_report, _, large_vehicles = _driven(large, largest)
        ticks = len(per_tick)
        details |= {
            f"{way}: µs/report, {vehicles:,} vehicles": figure,
            f"{way}: µs/report, {grown_vehicles:,} vehicles on the same network": grown_per_report,
            f"{way}: µs/report, {large_vehicles:,} vehicles on {len(large.patterns.pattern_id):,} patterns": (
                large_per_report
            ),
            f"{way}: time of all ticks, larger fleet over smaller": sum(grown) / sum(per_tick),
            "vehicles, larger fleet over smaller": grown_vehicles / vehicles,
        }
    return Result(
        figure=figure,
        unit="µs/report",
        n=vehicles,
        of=f"vehicles, {ticks} ticks together, {'[fast], compiled before' if fast.AVAILABLE else 'numpy only'}",
        baseline=_projection_us(rows),
        baseline_of="one vectorised shapely projection of the same reports on one line",
        reference="aim: 15 with numpy only, 3 with numba",
        details=details,
    )


@contextmanager
def _numpy_only() -> Iterator[None]:
    """As if numba were not installed."""
    fast.AVAILABLE = False
    try:
        yield
    finally:
        fast.AVAILABLE = True


def _driven(city: Network, fleet: Reports) -> tuple[float, list[float], int]:
    """After a warm-up: microseconds per report, all ticks together; seconds of each tick; and the vehicles."""
    fleet = take(fleet, np.argsort(fleet.received_at, kind="stable"))
    area = dataclasses.replace(area_of(city, CitySettings()), east_deg=180.0)
    settings = CitySettings(hints=NONE, area=area)
    state, last = begin(city), dict[str, Last]()
    reports, per_tick = 0, []
    for number, (now, part) in enumerate(tick_rows(fleet, TICK_S, settings.max_report_age_s)):
        taken = accept(take(fleet, part), now, area=area, settings=settings, fleet_ids=None, last=last)
        last = dict(taken.last)
        began = time.perf_counter()
        state, _ = track(settings, state, taken.reports, (), now)
        seconds = time.perf_counter() - began
        n = len(taken.reports.vehicle_id)
        if number >= WARM_TICKS:
            reports += n
            per_tick.append(seconds)
    return 1e6 * sum(per_tick) / reports, per_tick, len(state.vehicles)


def _renamed(fleet: Reports, fold: int) -> Reports:
    """Further vehicles on the same ways, some centimetres aside: one place to the digit would be one vehicle."""
    ids = np.array([f"{each}/{fold}" for each in fleet.vehicle_id], dtype=object)
    return dataclasses.replace(fleet, vehicle_id=ids, lat_deg=fleet.lat_deg + 1e-6 * fold)


def _projection_us(rows: Reports) -> float:
    city = network("kingston")
    span = city.pattern_line(0)
    line = shapely.LineString(np.column_stack((city.patterns.shape_x_m[span], city.patterns.shape_y_m[span])))
    shapely.prepare(line)
    points = shapely.points(*city.projection.to_xy(rows.lat_deg, rows.lon_deg))
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        shapely.line_locate_point(line, points)
        taken.append(time.perf_counter() - began)
    return 1e6 * float(np.median(taken)) / len(points)
