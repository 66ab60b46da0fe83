"""Stop visits: does a visit contain the instant at which the bus was seen to stand there, that report hidden?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.tracking.cities import ALL, Tracked, drive, network, reports
from benchmarks.tracking.failures import clock
from benchmarks.tracking.figures import UNASKED, Figure, quantile, share, statistic
from benchmarks.tracking.stops import moving, stood_rows
from passinfo.bms.reports import Reports
from passinfo.columns import Bools, Floats, Texts, take
from passinfo.settings import CitySettings

FOLDS = 8
"""So many runs, each with another eighth of the standing reports hidden: neighbours are rarely hidden together."""
SLACK_S = 20.0
BRIDGE_S = 120.0
"""Across longer gaps nothing is to be invented."""
LEFT_M = 60.0
"""Farther from where it stood than any stop reaches (30 m, definitions: arrival), noise allowed for."""
FAR_S = 900.0
"""A visit farther off in time is another one, or none."""


@dataclass(frozen=True, slots=True)
class Stood:
    """Hidden standing reports, and the visit found of each (NaN: none)."""

    vehicle_id: Texts
    stop_id: Texts
    at: Floats
    arrived_at: Floats
    departed_at: Floats
    """Infinite at a terminal, where a bus waits before its first departure and after its last arrival."""
    earliest_at: Floats
    latest_at: Floats
    bridged: Bools
    """The run was shown within two minutes before and after, and later gone from there: a visit could be told."""

    @property
    def found(self) -> Bools:
        """Which have a visit."""
        return ~np.isnan(self.arrived_at)

    @property
    def inside(self) -> Bools:
        """Which lie within their visit ± 20 s."""
        return np.asarray((self.arrived_at - SLACK_S <= self.at) & (self.at <= self.departed_at + SLACK_S))

    @property
    def proven(self) -> Bools:
        """Which lie between earliest and latest."""
        return np.asarray((self.earliest_at <= self.at) & (self.at <= self.latest_at))

    def failing(self, rows: Bools, right: Bools) -> list[str]:
        """The failing cases among some rows."""
        zone = network("kingston").timezone
        return [
            f"{self.vehicle_id[row]} stood at {self.stop_id[row]} {clock(self.at[row], zone)} | visit "
            + "–".join(clock(t, zone) if np.isfinite(t) else "…" for t in (self.arrived_at[row], self.departed_at[row]))
            + " within "
            + "–".join(clock(t, zone) if np.isfinite(t) else "…" for t in (self.earliest_at[row], self.latest_at[row]))
            for row in np.flatnonzero(rows & ~right).tolist()
        ]


def visits() -> Iterator[Figure]:
    """Containment, width, and moving reports inside a visit."""
    stood = _stood()
    rows, who = stood.found, stood.vehicle_id
    measure = f"stood within the visit ± 20 s, that report hidden ({rows.sum()} of {len(rows)} have a visit)"
    failures = stood.failing(rows, stood.inside)
    yield share("kingston", measure, "95 %", stood.inside[rows], who[rows], None, failures)
    inner = rows & np.isfinite(stood.departed_at - stood.arrived_at)
    yield share("kingston", "    of these between the terminals", UNASKED, stood.inside[inner], who[inner])
    could = stood.bridged
    failures = stood.failing(could & ~rows, stood.inside)
    measure = "    of all that were shown before, after and gone, no visit counted wrong"
    yield share("kingston", measure, UNASKED, stood.inside[could], who[could], None, failures)
    failures = stood.failing(rows, stood.proven)
    measure = "earliest … latest contain the hidden instant"
    yield share("kingston", measure, "99 %", stood.proven[rows], who[rows], None, failures)
    yield share("kingston", "    of these between the terminals", UNASKED, stood.proven[inner], who[inner])
    width = (stood.departed_at - stood.arrived_at)[inner]
    measure = "median width of a visit that contains a hidden standing report"
    yield statistic("kingston", measure, "≤ 35 s", quantile(width, 0.5), "s", who[inner])
    whole = drive(network("kingston"), reports("kingston"), CitySettings(hints=ALL))
    width = whole.visits.departed_at - whole.visits.arrived_at
    known = ~np.isnan(width)
    of = quantile(width[known], 0.5)
    yield statistic("kingston", "median width of any visit", "≤ 35 s", of, "s", whole.visits.vehicle_id[known])
    yield _moving_inside(whole)


def _stood() -> Stood:
    rows, stops = stood_rows()
    everything, city = reports("kingston"), network("kingston")
    found, bridged = np.full((len(rows), 4), np.nan), np.zeros(len(rows), dtype=bool)
    for fold in range(FOLDS):
        hidden = np.arange(fold, len(rows), FOLDS)
        kept = np.ones(len(everything.vehicle_id), dtype=bool)
        for row in rows[hidden].tolist():  # every poll repeats the report
            kept &= ~(
                (everything.vehicle_id == everything.vehicle_id[row])
                & (everything.observed_at == everything.observed_at[row])
            )
        seen = drive(city, take(everything, kept), CitySettings(hints=ALL))
        for number in hidden.tolist():
            row = int(rows[number])
            visit = _visit(seen, str(everything.vehicle_id[row]), stops[number], float(everything.observed_at[row]))
            found[number] = np.nan if visit is None else visit
            bridged[number] = _bridged(everything, row, kept)
    return Stood(
        everything.vehicle_id[rows],
        np.array(stops, dtype=object),
        everything.observed_at[rows],
        found[:, 0],
        found[:, 1],
        found[:, 2],
        found[:, 3],
        bridged,
    )


def _bridged(everything: Reports, row: int, kept: Bools) -> bool:
    """Whether the run is shown shortly before and after a hidden report, and later away from where it stood."""
    same = (
        kept & (everything.vehicle_id == everything.vehicle_id[row]) & (everything.trip_id == everything.trip_id[row])
    )
    since = everything.observed_at[same] - everything.observed_at[row]
    x_m, y_m = network("kingston").projection.to_xy(everything.lat_deg, everything.lon_deg)
    left = np.hypot(x_m[same] - x_m[row], y_m[same] - y_m[row]) > LEFT_M
    before, after = (since < 0) & (since >= -BRIDGE_S), (since > 0) & (since <= BRIDGE_S)
    return bool(before.any() and after.any() and ((since > 0) & (since <= FAR_S) & left).any())


def _visit(seen: Tracked, vehicle: str, stop: str, at: float) -> tuple[float, float, float, float] | None:
    """The visit at the stop nearest in time; a bus waits before its first departure and after its last arrival."""
    table = seen.visits
    named = {stop, stop.removeprefix("S")}
    mine = np.flatnonzero((table.vehicle_id == vehicle) & np.isin(table.stop_id.astype(str), list(named)))
    if len(mine) == 0:
        return None
    first, last = np.isnan(table.arrived_at[mine]), np.isnan(table.departed_at[mine])
    arrived = np.where(first, -np.inf, table.arrived_at[mine])
    departed = np.where(last, np.inf, table.departed_at[mine])
    off = np.maximum(np.maximum(arrived - at, at - departed), 0.0)
    beside = np.minimum(np.abs(np.where(first, departed, arrived) - at), np.abs(np.where(last, arrived, departed) - at))
    best = int(np.lexsort((beside, off))[0])
    if beside[best] > FAR_S:
        return None
    earliest = -np.inf if first[best] else float(table.earliest_at[mine[best]])
    if np.isnan(earliest):
        earliest = -np.inf
    latest = np.inf if last[best] else float(table.latest_at[mine[best]])
    return float(arrived[best]), float(departed[best]), earliest, latest


def _moving_inside(seen: Tracked) -> Figure:
    everything = reports("kingston")
    rows = np.flatnonzero(moving())
    _, once = np.unique(
        np.array([f"{everything.vehicle_id[row]} {everything.observed_at[row]}" for row in rows.tolist()]),
        return_index=True,
    )
    rows = rows[once]
    tracked = set(seen.visits.vehicle_id.tolist())
    rows = rows[[everything.vehicle_id[row] in tracked for row in rows.tolist()]]
    inside = np.zeros(len(rows), dtype=bool)
    table = seen.visits
    for number, row in enumerate(rows.tolist()):
        at = everything.observed_at[row]
        inside[number] = (
            (table.vehicle_id == everything.vehicle_id[row]) & (table.arrived_at < at) & (at < table.departed_at)
        ).any()
    return share(
        "kingston", "moving reports inside a visit", "≤ 5 %", inside, everything.vehicle_id[rows], wanted=False
    )
