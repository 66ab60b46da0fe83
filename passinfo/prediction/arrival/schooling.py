"""Keeps a sample of predictions to learn from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from passinfo.network.network import Network
from passinfo.prediction.arrival.clock import day_of
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.features import Moment, ask
from passinfo.prediction.arrival.hops import HopTable
from passinfo.prediction.arrival.judging import judged, kept
from passinfo.prediction.arrival.lessons import Pending, bins_of, no_lessons
from passinfo.prediction.arrival.model import SOFT_S, ArrivalModel, corrected, said_at
from passinfo.prediction.arrival.threads import threads_for
from passinfo.prediction.arrival.today import terms_of
from passinfo.prediction.arrival.traffic import Sights, Traffic
from passinfo.prediction.arrival.usual import Usual

EVERY_S = 60.0
SAMPLE = 80
"""Buses asked each time: enough to tell nine of ten from eight within minutes, and little work for any fleet."""
OF_ROWS = 4
"""… and one stop in so many of theirs: neighbouring stops tell the same."""
LONGEST_S = 2_400.0
BEGUN_M = 60.0
APART_M = 1e7


def schooled(
    network: Network,
    table: HopTable,
    usual: Usual,
    model: ArrivalModel,
    traffic: Traffic,
    reached: Reached,
    sights: Sights,
    now: float,
) -> Traffic:
    """The traffic with what became known judged, and a sample of what is predicted now kept for later."""
    lessons = judged(traffic.lessons, reached, traffic, now)
    if now - lessons.asked_at >= EVERY_S and len(sights.measured_at):
        traffic = replace(traffic, lessons=lessons)
        lessons = kept(lessons, _asked(network, table, usual, model, traffic, sights, now), now)
    return replace(traffic, lessons=lessons)


def _asked(
    network: Network, table: HopTable, usual: Usual, model: ArrivalModel, traffic: Traffic, sights: Sights, now: float
) -> Pending:
    order = np.argsort(sights.measured_at, kind="stable")[::-1]
    _, newest = np.unique(sights.vehicle_id[order].astype(str), return_index=True)
    rows = order[newest]
    rows = rows[(sights.dist_m[rows] > BEGUN_M) & (sights.pattern_ix[rows] >= 0)]
    stride = max(len(rows) // SAMPLE, 1)
    rows = rows[int(now // EVERY_S) % stride :: stride]
    patterns = network.patterns
    pattern = sights.pattern_ix[rows].astype(np.int64)
    owner = np.repeat(np.arange(len(patterns.pattern_id)), np.diff(patterns.stop_ptr))
    key = owner * APART_M + patterns.stop_dist_m
    first = np.searchsorted(key, pattern * APART_M + sights.dist_m[rows], side="right") - patterns.stop_ptr[pattern]
    kind, service_s = day_of(network, now)
    moment = Moment(
        sights.vehicle_id[rows],
        pattern,
        first.astype(np.int64),
        sights.dist_m[rows],
        sights.measured_at[rows],
        now,
        service_s,
        kind,
    )
    asked = ask(network, table, usual, traffic, moment)
    some = np.flatnonzero(asked.mix_s < LONGEST_S)[int(now // EVERY_S) % OF_ROWS :: OF_ROWS]
    if not len(some):
        return no_lessons().pending
    with threads_for(len(some)):
        said = said_at(network, table, usual, traffic, moment, asked, model, some)
    # the quantiles as they are told, between the rows that the trees are asked at: those have to hold
    p10, p50, p90 = (each[some] for each in corrected(network, table, usual, traffic, moment, asked, model))
    run, said_log = asked.road.run[some], np.log(asked.mix_s[some] + SOFT_S) + said.log
    return Pending(
        moment.vehicle_id[run],
        pattern[run],
        asked.stop_row[some].astype(np.int64),
        bins_of(p50),
        np.full(len(some), now),
        now + np.stack([p10, p90], axis=1),
        np.full(len(some), np.nan),
        said_log,
        terms_of(said.columns, said_log, said.errors),
        said.places,
    )
