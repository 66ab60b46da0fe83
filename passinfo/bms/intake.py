"""Intake: which reports of a batch the pipeline takes, judged by now, the area, the fleet and what came before.

The readers refuse what a row alone shows to be wrong (:mod:`passinfo.bms.read`); this is the rest. A batch is taken in
the order of observation, so that a device which sends its buffer newest first loses nothing. A report that implies an
impossible speed is refused as a teleport; but if the next one agrees with it, it was the earlier place that was wrong,
and the vehicle goes on from the new one. The same place to the digit is one measurement told again, it agrees with
nothing: that is how receivers look that have lost their fix. Where both places go on, two vehicles report under one id:
the one known first is followed. Where two ids report one and the same journey to the digit, one of them is a ghost.

Pure: the caller keeps the last accepted report of each vehicle and gets the updated ones back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from passinfo.bms.reports import Reports
from passinfo.columns import Bools, Floats, take
from passinfo.geo import EARTH_RADIUS_M
from passinfo.rejections import Reason, Rejection
from passinfo.settings import Area, CitySettings

SOURCE = "reports"

FIX_SLACK_M = 100.0
"""Two fixes among tall buildings may each be 50 m off, however short the time between them."""
SUSPECT_S = 300.0
"""A refused place says nothing about later ones after five minutes: the whole city can be reached from it."""
STUCK_S = 600.0
"""… and one that is told again and again to the digit is believed after ten: such a bus stands there, after all."""
CAUTIOUS = 0.6
"""After a teleport this share of the fastest speed is believed: receivers without a fix come nearer by leaps."""
SILENT_S = 120.0
"""Of two vehicles under one id the other is followed once this one has been silent for so long."""
TWIN_MOVED_M = 20.0
"""Standing vehicles may well be snapped to one place; moving ones never share theirs twice running."""


@dataclass(frozen=True, slots=True)
class Last:
    """The last accepted report of a vehicle, and the place elsewhere that was refused (or left) last."""

    observed_at: float
    lat_deg: float
    lon_deg: float
    suspect: Last | None = None
    rival: bool = False
    """Of a suspect: another vehicle is known to report from there."""
    since: float | None = None
    """Of a suspect that was told again to the digit: when it was first."""

    def told_since(self) -> float:
        """When this place was told first."""
        return self.observed_at if self.since is None else self.since

    def same_place(self, other: Last) -> bool:
        """Whether both lie at one place, to the digit."""
        return (self.lat_deg, self.lon_deg) == (other.lat_deg, other.lon_deg)

    def same_fix(self, other: Last | None) -> bool:
        """Whether both are one measurement, to the digit."""
        return other is not None and (self.observed_at, self.lat_deg, self.lon_deg) == (
            other.observed_at,
            other.lat_deg,
            other.lon_deg,
        )


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a batch gave: the reports taken (by observed_at), the refusals, the last reports brought up to date."""

    reports: Reports
    rejections: tuple[Rejection, ...]
    """``row`` is the 1-based position in the batch."""
    last: Mapping[str, Last]


def accept(
    reports: Reports,
    now: float,
    *,
    area: Area,
    settings: CitySettings,
    fleet_ids: frozenset[str] | None,
    last: Mapping[str, Last],
) -> Accepted:
    """The reports of a batch that may be tracked.

    Parameters
    ----------
    reports
        One batch, in any order.
    now
        Instant of the tick, epoch seconds. A report is as old as it was when received, not as it is at the tick.
    area
        Box outside which no report is believed.
    fleet_ids
        Vehicles the master data knows, None if it knows none; they matter only under ``refuse_unknown_vehicles``.
    last
        Last accepted report by vehicle, as the previous call returned it; not changed.

    Examples
    --------
    >>> from passinfo.columns import empty, from_rows, specs
    >>> rows = [("bus", at, at, lat, 121.0) + (None,) * 19 for at, lat in ((0.0, 14.5), (30.0, 14.9), (60.0, 14.501))]
    >>> taken = accept(from_rows(Reports, rows), 60.0, area=Area(14, 120, 15, 122), settings=CitySettings(),
    ...                fleet_ids=None, last={})
    >>> taken.reports.observed_at.tolist(), [(r.row, r.reason.value) for r in taken.rejections]
    ([0.0, 60.0], [(2, 'teleport')])
    """
    refused = _refuse_alone(reports, now, area, settings, fleet_ids)
    newest = dict(last)
    taken: list[int] = []
    twins = _Twins()
    order = np.argsort(reports.observed_at, kind="stable").tolist()
    vehicles, instants = reports.vehicle_id.tolist(), reports.observed_at.tolist()
    lats, lons = reports.lat_deg.tolist(), reports.lon_deg.tolist()
    for row in order:
        if row in refused:
            continue
        vehicle = vehicles[row]
        here = Last(instants[row], lats[row], lons[row])
        before = newest.get(vehicle)
        reason, newest[vehicle] = _judge(before, here, settings.max_speed_mps)
        if reason is not None:
            refused[row] = _rejection(row, reason, *_what(reason, here))
            continue
        taken.append(row)
        ghost = twins.ghost(row, vehicle, before, here)
        if ghost is not None:
            refused[ghost] = _rejection(ghost, Reason.TWIN_VEHICLE, "vehicle_id", vehicles[ghost])
    rejections = tuple(refused[row] for row in sorted(refused))
    kept = [row for row in taken if row not in refused]
    return Accepted(take(reports, np.array(kept, dtype=np.intp)), rejections, newest)


@dataclass(slots=True)
class _Twins:
    """Finds ids that report one journey: the same fix now, the same one before, and a way between them."""

    fixes: dict[tuple[float, float, float], tuple[int, str, Last | None]] = field(default_factory=dict)

    def ghost(self, row: int, vehicle: str, before: Last | None, here: Last) -> int | None:
        """Row of the one of two twins that is to be refused: the greater id."""
        key = (here.observed_at, here.lat_deg, here.lon_deg)
        other = self.fixes.setdefault(key, (row, vehicle, before))
        if other[0] == row or before is None or not before.same_fix(other[2]):
            return None
        if _apart_m(before, here) < TWIN_MOVED_M:
            return None
        if vehicle > other[1]:
            return row
        self.fixes[key] = (row, vehicle, before)
        return other[0]


def _refuse_alone(
    reports: Reports, now: float, area: Area, settings: CitySettings, fleet_ids: frozenset[str] | None
) -> dict[int, Rejection]:
    """Refusals that need nothing but the row, now, the area and the fleet, by row index; the first rule wins."""
    lat, lon, observed = reports.lat_deg, reports.lon_deg, reports.observed_at
    known_at = np.fmin(reports.received_at, now)
    outside = ~_inside(area, lat, lon)
    skew = settings.max_clock_skew_s
    rules: list[tuple[Bools, Reason, str]] = [
        (~np.isfinite(observed), Reason.MISSING_VALUE, "observed_at"),
        (~np.isfinite(lat) | ~np.isfinite(lon), Reason.MISSING_VALUE, "lat_deg"),
        (observed > now + skew, Reason.FUTURE, "observed_at"),
        (observed > known_at + skew, Reason.CLOCK_SKEW, "observed_at"),
        (observed < known_at - settings.max_report_age_s, Reason.TOO_OLD, "observed_at"),
        (outside & _inside(area, lon, lat), Reason.SWAPPED_COORDINATES, "lat_deg"),
        (outside, Reason.OUT_OF_AREA, "lat_deg"),
    ]
    if settings.refuse_unknown_vehicles and fleet_ids is not None:
        unknown = np.array([vehicle not in fleet_ids for vehicle in reports.vehicle_id], dtype=bool)
        rules.append((unknown, Reason.UNKNOWN_VEHICLE, "vehicle_id"))
    refused: dict[int, Rejection] = {}
    for broken, reason, column in rules:
        for row in np.flatnonzero(broken).tolist():
            if row in refused:
                continue
            value = f"{lat[row]}, {lon[row]}" if column == "lat_deg" else str(getattr(reports, column)[row])
            refused[row] = _rejection(row, reason, column, value)
    return refused


def _inside(area: Area, lat_deg: Floats, lon_deg: Floats) -> Bools:
    inside: Bools = (area.south_deg <= lat_deg) & (lat_deg <= area.north_deg)
    inside &= (area.west_deg <= lon_deg) & (lon_deg <= area.east_deg)
    return inside


def _judge(before: Last | None, here: Last, max_speed_mps: float) -> tuple[Reason | None, Last]:
    """Why a report cannot follow the vehicle's last accepted one (None: it can), and the last one from now on."""
    if before is None:
        return None, here
    if here.observed_at == before.observed_at:
        return Reason.DUPLICATE, before
    if here.observed_at < before.observed_at:
        return Reason.OUT_OF_ORDER, before
    suspect = before.suspect
    went_on = suspect is not None and before.observed_at > suspect.observed_at
    if suspect is not None and not went_on and suspect.same_place(here):
        if here.observed_at - suspect.told_since() > STUCK_S:
            return None, _elsewhere(before, here, suspect)
        return Reason.TELEPORT, replace(before, suspect=replace(here, rival=suspect.rival, since=suspect.told_since()))
    if suspect is not None and here.observed_at - suspect.observed_at > SUSPECT_S:
        suspect = None
    cautious_mps = max_speed_mps if suspect is None or went_on else CAUTIOUS * max_speed_mps
    if _reachable(before, here, cautious_mps):
        return None, replace(here, suspect=suspect)
    if suspect is None:
        return Reason.TELEPORT, replace(before, suspect=here)
    if here.observed_at == suspect.observed_at:
        return Reason.DUPLICATE, before
    if not _reachable(suspect, here, cautious_mps):
        return Reason.TELEPORT, replace(before, suspect=here)
    if went_on or (suspect.rival and here.observed_at - before.observed_at <= SILENT_S):
        return Reason.CONFLICTING_VEHICLE, replace(before, suspect=replace(here, rival=True))
    return None, _elsewhere(before, here, suspect)


def _elsewhere(before: Last, here: Last, suspect: Last) -> Last:
    """The vehicle goes on from here: the place before is the one that may be another's."""
    return replace(here, suspect=replace(before, suspect=None, rival=suspect.rival))


def _reachable(start: Last, end: Last, max_speed_mps: float) -> bool:
    """Whether any bus drives from one place to the other in the time between them."""
    return _apart_m(start, end) <= FIX_SLACK_M + max_speed_mps * abs(end.observed_at - start.observed_at)


def _apart_m(start: Last, end: Last) -> float:
    per_deg = math.pi / 180 * EARTH_RADIUS_M
    dx_deg = (end.lon_deg - start.lon_deg) * math.cos(math.radians((start.lat_deg + end.lat_deg) / 2))
    return per_deg * math.hypot(dx_deg, end.lat_deg - start.lat_deg)


def _what(reason: Reason, here: Last) -> tuple[str, str]:
    if reason in (Reason.TELEPORT, Reason.CONFLICTING_VEHICLE):
        return "lat_deg", f"{here.lat_deg}, {here.lon_deg}"
    return "observed_at", str(here.observed_at)


def _rejection(row: int, reason: Reason, field: str, value: str) -> Rejection:
    return Rejection(SOURCE, row + 1, reason, field, value[:80])
