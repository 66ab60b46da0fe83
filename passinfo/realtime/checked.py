"""The feed checks itself: what would break a rule is repaired or published with less, and counted by rule.

Rules are named as validators name them. A repair never hides a bus that serves people: the position of a bus off its
line goes out without its trip (E029), only one that is far outside the whole network is left out (E028).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from passinfo.columns import Bools
from passinfo.network.network import Network
from passinfo.realtime.call_columns import WITHOUT_STOPS
from passinfo.snapshot import RunRelationship, Snapshot

COVERAGE_M = 1_500.0
"""Farther outside the box of all lines nothing is the network's: E028 says a mile, measured in another plane."""
MOST_MPS = 26.0
"""W004: no bus is faster; the device is wrong."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The snapshot that may go out, and how often each rule would have been broken."""

    snapshot: Snapshot
    repaired: dict[str, int]


def checked(network: Network, snapshot: Snapshot) -> Checked:
    """The snapshot with what would break a rule repaired.

    ``E026`` no such place, ``E028`` far outside the network: the position is left out. ``E029`` off its line, without
    an alert that says so, and ``unsure`` whose trip is not known: the position goes without its trip. ``W004`` no such
    speed: without its speed. ``E022`` not after the stop before: told a second later than that. ``E041`` without a
    stop to tell of: no update.
    """
    vehicles = snapshot.vehicles
    place = _place(snapshot)
    near = _covered(network, snapshot) & place
    with np.errstate(invalid="ignore"):
        odd_speed = vehicles.public & ((vehicles.speed_mps > MOST_MPS) | (vehicles.speed_mps < 0))
    public = vehicles.public & near
    runs = snapshot.runs
    running = vehicles.run_row >= 0
    named = np.zeros(len(running), dtype=bool)
    of_run = vehicles.run_row[running]
    withdrawn = np.isin(runs.relationship[of_run], WITHOUT_STOPS)
    named[running] = np.array([trip_id is not None for trip_id in runs.trip_id.tolist()], dtype=bool)[of_run]
    named[running] &= ~withdrawn
    counts = {
        "E022": _not_after(snapshot),
        "E026": int((vehicles.public & ~place).sum()),
        "E028": int((vehicles.public & place & ~near).sum()),
        "E029": int((public & named & ~vehicles.trip_public).sum()),
        "E041": _without_stops(snapshot),
        "W004": int(odd_speed.sum()),
        "unsure": int((public & ~named).sum()),
    }
    repaired = {rule: count for rule, count in counts.items() if count}
    told = replace(snapshot, repaired=tuple(repaired.items())) if repaired else snapshot
    if not (odd_speed.any() or (vehicles.public & ~near).any()):
        return Checked(told, repaired)
    speed = np.where(odd_speed, np.nan, vehicles.speed_mps)
    return Checked(replace(told, vehicles=replace(vehicles, public=public, speed_mps=speed)), repaired)


def _place(snapshot: Snapshot) -> Bools:
    """E026: latitude and longitude are on the globe, and not its origin, where broken devices are."""
    lat, lon = snapshot.vehicles.lat_deg, snapshot.vehicles.lon_deg
    with np.errstate(invalid="ignore"):
        return np.asarray((np.abs(lat) <= 90) & (np.abs(lon) <= 180) & ((lat != 0) | (lon != 0)))


def _covered(network: Network, snapshot: Snapshot) -> Bools:
    """Whether a vehicle is in the box of the feed's lines, or of the network's where the feed draws none."""
    patterns = network.patterns
    if len(patterns.shape_x_m) == 0:
        return np.ones(len(snapshot.vehicles.public), dtype=bool)
    given = np.repeat(patterns.shape_given, np.diff(patterns.shape_ptr))
    drawn = given if given.any() else np.ones(len(given), dtype=bool)
    x_m, y_m = network.projection.to_xy(snapshot.vehicles.lat_deg, snapshot.vehicles.lon_deg)
    inside = np.ones(len(x_m), dtype=bool)
    for at, line in ((x_m, patterns.shape_x_m[drawn]), (y_m, patterns.shape_y_m[drawn])):
        with np.errstate(invalid="ignore"):
            inside &= (at >= line.min() - COVERAGE_M) & (at <= line.max() + COVERAGE_M)
    return inside


def _not_after(snapshot: Snapshot) -> int:
    """Calls that were not told later than the call before: the encoder raises them."""
    calls = snapshot.calls
    same = calls.run_row[1:] == calls.run_row[:-1]
    with np.errstate(invalid="ignore"):
        return int((same & (calls.arrival_at[1:] <= calls.departure_at[:-1])).sum())


def _without_stops(snapshot: Snapshot) -> int:
    """Published runs that have nothing to tell of any stop."""
    runs, calls = snapshot.runs, snapshot.calls
    timed = np.isfinite(calls.arrival_at) | np.isfinite(calls.departure_at)
    headway = runs.relationship == RunRelationship.UNSCHEDULED
    some = np.bincount(calls.run_row[timed | ~headway[calls.run_row]], minlength=len(headway)) > 0
    return int((runs.published & ~some & ~np.isin(runs.relationship, WITHOUT_STOPS)).sum())
