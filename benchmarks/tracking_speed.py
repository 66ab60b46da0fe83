"""How long tracking takes for a report, and how a tick grows with the fleet."""

from __future__ import annotations

import dataclasses
import os
import time

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
from passinfo.tracking.track import begin, track

NAME = "tracking_speed"
SUMMARY = (
    "µs of tracking per report, Kingston's network and fleet many times over, no hints, one core (needs PASSINFO_DATA)"
)
COPIES = 16
FOLD = 11
"""Fleet of the growth figure: every vehicle so many times, on the same network."""
WINDOW_S, TICK_S = 1_000.0, 15.0
WARM_TICKS = 5


def run() -> Result:
    """Microseconds of the whole stage per accepted report, in steady state."""
    os.environ["OMP_NUM_THREADS"] = "1"  # numpy's loops use one core anyway; shapely's too
    rows = reports("kingston")
    rows = take(rows, np.flatnonzero(rows.received_at < rows.received_at.min() + WINDOW_S))
    city = replicated(network("kingston"), COPIES)
    fleet = replicated_reports(rows, COPIES)
    per_report, per_tick, vehicles = _driven(city, fleet)
    many = concat(Reports, [_renamed(fleet, fold) for fold in range(FOLD)])
    _, grown, grown_vehicles = _driven(city, many)
    return Result(
        figure=float(np.median(per_report)),
        unit="µs/report",
        n=vehicles,
        of=f"vehicles, median of {len(per_report)} ticks",
        baseline=_projection_us(rows),
        baseline_of="one vectorised shapely projection of the same reports on one line",
        reference="aim: 15 with numpy only, 3 with numba",
        details={
            "growth: time of a tick, larger fleet over smaller": float(np.median(grown) / np.median(per_tick)),
            "growth: vehicles, larger fleet over smaller": grown_vehicles / vehicles,
        },
    )


def _driven(city: Network, fleet: Reports) -> tuple[list[float], list[float], int]:
    """Microseconds per report and seconds per tick of every tick with reports, after a warm-up; and the vehicles."""
    fleet = take(fleet, np.argsort(fleet.received_at, kind="stable"))
    area = dataclasses.replace(area_of(city, CitySettings()), east_deg=180.0)
    settings = CitySettings(hints=NONE, area=area)
    state, last = begin(city), dict[str, Last]()
    per_report, per_tick = [], []
    for number, (now, part) in enumerate(tick_rows(fleet, TICK_S, settings.max_report_age_s)):
        taken = accept(take(fleet, part), now, area=area, settings=settings, fleet_ids=None, last=last)
        last = dict(taken.last)
        began = time.perf_counter()
        state, _ = track(settings, state, taken.reports, (), now)
        seconds = time.perf_counter() - began
        n = len(taken.reports.vehicle_id)
        if number >= WARM_TICKS and n:
            per_report.append(1e6 * seconds / n)
            per_tick.append(seconds)
    return per_report, per_tick, len(state.vehicles)


def _renamed(fleet: Reports, fold: int) -> Reports:
    ids = np.array([f"{each}/{fold}" for each in fleet.vehicle_id], dtype=object)
    return dataclasses.replace(fleet, vehicle_id=ids)


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
