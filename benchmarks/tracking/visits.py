"""Stop visits: does a visit contain the instant at which the bus was seen to stand there, that report hidden?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.tracking.cities import ALL, Tracked, drive, network, reports
from benchmarks.tracking.figures import Figure, share, value
from benchmarks.tracking.stops import moving, stood_rows
from passinfo.columns import take
from passinfo.settings import CitySettings

FOLDS = 8
"""So many runs, each with another eighth of the standing reports hidden: neighbours are rarely hidden together."""
SLACK_S = 20.0
FAR_S = 900.0
"""A visit farther off in time is another one, or none."""


def visits() -> Iterator[Figure]:
    """Containment, width, and moving reports inside a visit."""
    rows, stops = stood_rows()
    everything = reports("kingston")
    city, settings = network("kingston"), CitySettings(hints=ALL)
    inside, proven, who = [], [], []
    for fold in range(FOLDS):
        chosen = np.arange(fold, len(rows), FOLDS)
        kept = np.ones(len(everything.vehicle_id), dtype=bool)
        for row in rows[chosen].tolist():  # every poll repeats the report
            kept &= ~(
                (everything.vehicle_id == everything.vehicle_id[row])
                & (everything.observed_at == everything.observed_at[row])
            )
        seen = drive(city, take(everything, kept), settings)
        for number in chosen.tolist():
            row = int(rows[number])
            visit = _visit(seen, str(everything.vehicle_id[row]), stops[number], float(everything.observed_at[row]))
            if visit is None:
                continue
            arrived, departed, earliest, latest = visit
            at = float(everything.observed_at[row])
            inside.append(arrived - SLACK_S <= at <= departed + SLACK_S)
            proven.append(earliest <= at <= latest)
            who.append(everything.vehicle_id[row])
    ids = np.array(who, dtype=object)
    found = f"stood within the visit ± 20 s, that report hidden ({len(ids)} of {len(rows)} have a visit)"
    yield share("kingston", found, "95 %", np.array(inside), ids)
    yield share("kingston", "earliest … latest contain the hidden instant", "99 %", np.array(proven), ids)
    whole = drive(city, everything, settings)
    width = whole.visits.departed_at - whole.visits.arrived_at
    known = ~np.isnan(width)
    n = len(np.unique(whole.visits.vehicle_id.astype(str)))
    yield value(
        "kingston", "median width of a visit", "≤ 35 s", float(np.median(width[known])), "s", int(known.sum()), n
    )
    yield _moving_inside(whole)


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
    earliest = float(np.nan_to_num(-np.inf if first[best] else table.earliest_at[mine[best]], nan=-np.inf))
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
    return share("kingston", "moving reports inside a visit", "≤ 5 %", inside, everything.vehicle_id[rows])
