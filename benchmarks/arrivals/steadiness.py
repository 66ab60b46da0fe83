"""How much what is told of an arrival moves, tick by tick, against the live mix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from models.arrivals.day import Day
from models.arrivals.drives import BEGUN_M
from models.arrivals.moments import Known, Truth, moments_of
from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.prediction.accuracy.steadiness import FROM_S, TO_S
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.features import Moment, ask
from passinfo.prediction.arrival.hops import HopTable
from passinfo.prediction.arrival.model import ArrivalModel, corrected
from passinfo.prediction.arrival.schooling import schooled
from passinfo.prediction.arrival.traffic import Sights, Traffic, traffic_after
from passinfo.prediction.arrival.usual import Usual
from passinfo.prediction.order import settle
from passinfo.prediction.protocol import Method, RunAhead
from passinfo.prediction.rows import rows_ahead
from passinfo.prediction.steady import nothing_told, steadied, told_of

TICK_S = 20.0
HOURS = ((9.0, 10.5), (14.5, 16.0))
"""Normal traffic, and the afternoon that broke down."""
BEFORE_H = 1.0
"""Watched for so long before."""
OF_ROUTES = 4
"""Every fourth route: neighbouring stops and ticks are many enough."""
WAYS = ("live mix", "model", "told")
Names = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Moves:
    """Seconds that the median moves per minute, its error, and how many steps there were."""

    step_s: float
    error_s: float
    steps: int


def moves(network: Network, table: HopTable, usual: Usual, model: ArrivalModel, day: Day) -> dict[str, Moves]:
    """Of each way, three to twelve minutes ahead."""
    parts = [part for hours in HOURS for part in _told(network, table, usual, model, day, *hours)]
    arrival, now, actual = (np.concatenate([part[k] for part in parts]) for k in (0, 1, 2))
    _, arrival = np.unique(arrival.astype(str), return_inverse=True)
    order = np.lexsort((now, arrival))
    arrival, now, actual = arrival[order], now[order], actual[order]
    made = {}
    for number, name in enumerate(WAYS):
        at = np.concatenate([part[3 + number] for part in parts])[order]
        again = (arrival[1:] == arrival[:-1]) & (at[:-1] - now[:-1] >= FROM_S) & (at[:-1] - now[:-1] < TO_S)
        moved, minutes = np.abs(np.diff(at))[again], np.diff(now)[again] / 60.0
        error = np.abs(at - actual)[:-1][again]
        made[name] = Moves(float(moved.sum() / minutes.sum()), float(error.mean()), int(again.sum()))
    return made


def _told(
    network: Network, table: HopTable, usual: Usual, model: ArrivalModel, day: Day, first_h: float, last_h: float
) -> Iterator[tuple[Names, Floats, Floats, Floats, Floats, Floats]]:
    """Arrival, moment, instant it came, and what each way says, of every tick."""

    def watch(network: Network, traffic: Traffic | None, reached: Reached, sights: Sights, now: float) -> Traffic:
        after = traffic_after(network, table, traffic, reached, sights, now)
        return schooled(network, table, usual, model, after, reached, sights, now)

    truth, said = Truth(network, day), nothing_told()
    for known in moments_of(network, table, _between(day, first_h - BEFORE_H, last_h), TICK_S, watch):
        if known.moment.service_s < first_h * 3_600:
            continue
        some = _some(network, known)
        asked = ask(network, table, usual, known.traffic, some)
        seconds = corrected(network, table, usual, known.traffic, some, asked, model)
        runs, now = _runs(some), some.now
        rows = rows_ahead(network, runs)
        none, method = np.zeros(len(rows.run)), np.full(len(rows.run), Method.MODEL, dtype=np.uint8)
        p10, p50, p90 = (now + each for each in seconds)
        plain = settle(rows, now, p10, p50, p90, none, method)
        steady = steadied(network, runs, plain, said, now)
        said = told_of(runs, steady)
        at, sure = truth.next(some, asked.road.ptr, asked.stop_row)
        kept = np.flatnonzero(np.isfinite(at) & sure & (some.dist_m[asked.road.run] > BEGUN_M))
        names = some.vehicle_id[asked.road.run[kept]].astype(str)
        arrival = np.char.add(np.char.add(names, "@"), at[kept].astype(np.int64).astype(str))
        arrival = np.char.add(np.char.add(arrival, "@"), asked.stop_row[kept].astype(str))
        told = (now + asked.mix_s[kept], plain.p50_at[kept], steady.p50_at[kept])
        yield (arrival, np.full(len(kept), now), at[kept], *told)


def _between(day: Day, first_h: float, last_h: float) -> Day:
    """Some hours of a day."""
    low, high = day.zero_at + first_h * 3_600, day.zero_at + last_h * 3_600
    seen = (day.seen.received_at >= low) & (day.seen.received_at < high)
    live = (day.live.known_at >= low) & (day.live.known_at < high)
    return replace(
        day,
        seen=type(day.seen)(*(getattr(day.seen, name)[seen] for name in type(day.seen).__slots__)),
        live=Reached(*(getattr(day.live, name)[live] for name in Reached.__slots__)),
    )


def _some(network: Network, known: Known) -> Moment:
    moment = known.moment
    kept = np.flatnonzero(network.patterns.route_ix[moment.pattern_ix] % OF_ROUTES == 0)
    columns = {name: getattr(moment, name)[kept] for name in ("vehicle_id", "pattern_ix", "first_position")}
    return replace(moment, **columns, dist_m=moment.dist_m[kept], measured_at=moment.measured_at[kept])


def _runs(moment: Moment) -> RunAhead:
    n, never = len(moment.dist_m), np.full(len(moment.dist_m), np.nan)
    pattern, first = moment.pattern_ix.astype(np.int32), moment.first_position.astype(np.int32)
    trip = np.full(n, -1, dtype=np.int32)
    return RunAhead(pattern, trip, moment.dist_m, moment.measured_at, first, never, never, moment.vehicle_id)
