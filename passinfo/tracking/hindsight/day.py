"""Tracking with the whole day known: matches and visits, the same columns as live.

Every vehicle's way is decided from its end, its trips together with those of all other vehicles. Labels for training
and records; never features.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.bms.reports import Reports
from passinfo.columns import Floats, Ints, concat, take
from passinfo.network.network import Network
from passinfo.settings import CitySettings
from passinfo.times import service_date_of
from passinfo.tracking.columns import Matches, Visits
from passinfo.tracking.hindsight.duties import duties
from passinfo.tracking.hindsight.ends import departed
from passinfo.tracking.hindsight.hints import favours, hinted_rows
from passinfo.tracking.hindsight.instances import Named, named
from passinfo.tracking.hindsight.manoeuvres import sequels
from passinfo.tracking.hindsight.paths import Stretch, standing_since, stretches
from passinfo.tracking.hindsight.records import match_records, visit_records
from passinfo.tracking.hindsight.siblings import with_siblings
from passinfo.tracking.hindsight.trips import Options, options
from passinfo.tracking.index import TrackingIndex, make_index
from passinfo.tracking.ragged import Index
from passinfo.tracking.told import read_hints

DAY_BREAK_S = 4 * 3600.0
"""The night between two days of service is cut at four in the morning."""


@dataclass(frozen=True, slots=True)
class Drive:
    """One vehicle's day: its stretches, which of them each belongs to, and the candidates of those that are runs."""

    stretches: tuple[Stretch, ...]
    belongs: tuple[int, ...]
    options: dict[int, Options]


def hindsight(settings: CitySettings, network: Network, reports: Reports, live: Matches) -> tuple[Matches, Visits]:
    """Matches (one row per report) and visits of accepted reports, all of them known.

    Parameters
    ----------
    settings
        The city's; ``hints`` says which ids of the reports may be used.
    reports
        Accepted reports in order of received_at.
    live
        What was said live of the same reports: instances of headway service keep the names they were given.
    """
    index = make_index(network)
    matches, visits = [], []
    for rows in _days(reports, network.timezone):
        found = _of_day(settings, index, take(reports, rows), live)
        matches.append(found[0])
        visits.append(found[1])
    return concat(Matches, matches), concat(Visits, visits)


def _days(reports: Reports, timezone: str) -> list[Index]:
    """Rows of each day of service."""
    hour = np.floor((reports.observed_at - DAY_BREAK_S) / 3600.0)
    hours, which = np.unique(hour, return_inverse=True)
    day = np.array([service_date_of(each * 3600.0, timezone) for each in hours.tolist()], dtype=np.int64)
    days = day[which] if len(which) else day
    return [np.flatnonzero(days == each) for each in np.unique(days)]


def _of_day(settings: CitySettings, index: TrackingIndex, reports: Reports, live: Matches) -> tuple[Matches, Visits]:
    plan = index.plan(float(np.median(reports.observed_at)) - DAY_BREAK_S)
    x_m, y_m = index.network.projection.to_xy(reports.lat_deg, reports.lon_deg)
    since = _since(reports, x_m, y_m)
    told, hinted = read_hints(index, plan, settings.hints, reports, np.arange(len(x_m)), {})
    drives = []
    for parts in stretches(index, plan, reports, told, since):
        whole = [with_siblings(index, plan, each, x_m[each.rows], y_m[each.rows]) for each in parts]
        belongs = sequels(index, whole)
        chain: dict[int, Options] = {}
        ended_at = float("nan")
        for number, each in enumerate(whole):
            if belongs[number] == number and each.ways:
                favour = favours(index, told, each.rows)
                chain[number] = options(index, plan, each, ended_at, hinted_rows(told, each.rows), favour)
                ended_at = float(each.at[-1])
        drives.append(Drive(tuple(whole), tuple(belongs), chain))
    drives.sort(key=lambda drive: drive.stretches[0].vehicle_id if drive.stretches else "")
    found = duties(plan, [list(drive.options.values()) for drive in drives])
    runs: list[Named] = []
    for drive, duty in zip(drives, found, strict=True):
        picks = dict(zip(drive.options, zip(duty.option.tolist(), duty.likely.tolist(), strict=True), strict=True))
        found_runs = named(index, plan, drive.stretches, drive.belongs, drive.options, picks, hinted, live, reports)
        runs.extend(departed(index, run) for run in found_runs)
    return match_records(settings, index, reports, x_m, y_m, since, runs), visit_records(index, reports, x_m, y_m, runs)


def _since(reports: Reports, x_m: Floats, y_m: Floats) -> Floats:
    """Since when each vehicle stood at its report."""
    _, number = np.unique(reports.vehicle_id.astype(str), return_inverse=True)
    order = np.lexsort((reports.received_at, reports.observed_at, number))
    since = np.empty(len(number))
    which: Ints = number[order].astype(np.int32)
    since[order] = standing_since(x_m[order], y_m[order], reports.observed_at[order], which)
    return since
