"""Every second moving report hidden: when does the track pass its place?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.tracking.cities import ALL, Tracked, drive, network, reports
from benchmarks.tracking.failures import clock
from benchmarks.tracking.figures import UNASKED, Figure, mean, quantile, share, statistic
from benchmarks.tracking.stops import moving
from benchmarks.tracking.truth import recorded_truth
from passinfo.columns import take
from passinfo.settings import CitySettings
from passinfo.tracking.crossing import ARRIVAL_REACH_M
from passinfo.tracking.motion import motion

WORST_S = 18.0
"""Larger errors are told one by one."""
BRIDGE_S = 120.0
"""Between reports farther apart nothing is claimed."""


def hidden() -> Iterator[Figure]:
    """Error of the instant, true trip given."""
    everything = reports("kingston")
    city = network("kingston")
    moves = moving()
    kept = np.ones(len(everything.vehicle_id), dtype=bool)
    targets: dict[tuple[str, float], int] = {}
    for vehicle in np.unique(everything.vehicle_id.astype(str)).tolist():
        rows = np.flatnonzero((everything.vehicle_id == vehicle) & moves)
        second = np.unique(everything.observed_at[rows])[1::2]
        gone = (everything.vehicle_id == vehicle) & np.isin(everything.observed_at, second)
        kept &= ~gone
        for row in np.flatnonzero(gone).tolist():
            if everything.trip_id[row] in city.trip_rows:
                targets.setdefault((vehicle, float(everything.observed_at[row])), row)
    seen = drive(city, take(everything, kept), CitySettings(hints=ALL))
    truth_row, truth = recorded_truth("kingston")
    error, even, who, failures = [], [], [], []
    strays: list[float] = []
    stray_of: list[str] = []
    bridged = np.zeros(len(targets), dtype=bool)
    for number, ((vehicle, at), row) in enumerate(targets.items()):
        trip_id = str(everything.trip_id[row])
        true = truth_row[vehicle, at]
        place = float(truth.dist_m[true])
        found = _passing(seen, vehicle, trip_id, place, at) if truth.in_service[true] else None
        if found is None:
            continue
        if np.isnan(found[1]):
            strays.append(abs(found[0] - at))
            stray_of.append(vehicle)
            continue
        bridged[number] = True
        error.append(abs(found[0] - at))
        even.append(abs(found[1] - at))
        who.append(vehicle)
        failures.append(f"{error[-1]:4.0f} s: {vehicle} on {trip_id} {clock(at, city.timezone)} at {place:.0f} m")
    errors, ids = np.array(error), np.array(who, dtype=object)
    worst = [failures[row] for row in np.argsort(-errors).tolist() if errors[row] > WORST_S]
    measure = f"hidden moving reports, mean error (even speed: {np.mean(even):.1f})"
    yield statistic("kingston", measure, "≤ 7 s", mean(errors), "s", ids, worst)
    measure = "hidden moving reports, 90 % of errors within"
    yield statistic("kingston", measure, "≤ 18 s", quantile(errors, 0.9), "s", ids)
    serving = np.array([truth.in_service[truth_row[key]] for key in targets], dtype=bool)
    all_ids = np.array([vehicle for vehicle, _ in targets], dtype=object)[serving]
    measure = "    of those in service, two shown reports within 2 min bridge the place"
    yield share("kingston", measure, UNASKED, bridged[serving], all_ids)
    measure = "    mean error with those whose place lies beyond the shown reports (counted at the nearer one)"
    yield statistic(
        "kingston", measure, UNASKED, mean(np.array(strays + error)), "s", np.array([*stray_of, *who], dtype=object)
    )


def _passing(seen: Tracked, vehicle: str, trip_id: str, dist_m: float, at: float) -> tuple[float, float] | None:
    """When the track passes a place, by the track and by even speed; None if no two reports lie around its instant.

    A place beyond both reports is passed at the nearer one; even speed then is NaN.
    """
    matches = seen.matches
    mine = np.flatnonzero((matches.vehicle_id == vehicle) & (matches.trip_id == trip_id) & ~np.isnan(matches.dist_m))
    mine = mine[np.argsort(matches.observed_at[mine], kind="stable")]
    when, where = matches.observed_at[mine], matches.dist_m[mine]
    after = int(np.searchsorted(when, at))
    if after in (0, len(when)) or when[after] - when[after - 1] > BRIDGE_S:
        return None
    t0, t1, d0, d1 = when[after - 1], when[after], where[after - 1], where[after]
    if not d0 < dist_m < d1:
        return float(t0 if dist_m <= d0 else t1), float("nan")
    even = t0 + (dist_m - d0) / (d1 - d0) * (t1 - t0)
    city = seen.network
    pattern = int(city.trips.pattern_ix[city.trip_rows[trip_id]])
    stops = city.patterns.stop_dist_m[city.pattern_stops(pattern)]
    inner = stops[(stops > d0 + ARRIVAL_REACH_M) & (stops < d1 - ARRIVAL_REACH_M)]
    speed = seen.accepted.speed_mps[seen.row[mine[[after - 1, after]]]]
    way = motion(*(np.array([each]) for each in (d0, d1, t0, t1, speed[0], speed[1], float(len(inner)))))
    before = np.array([float((inner < dist_m).sum())])
    return float(way.instant(np.array([0]), np.array([dist_m]), before)[0]), float(even)
