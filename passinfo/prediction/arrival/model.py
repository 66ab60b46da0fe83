"""What was learned of a city's arrivals: usual times of hops, a regressor for what they miss, one for its errors."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from passinfo.columns import Floats, Texts
from passinfo.network.network import Network
from passinfo.prediction.arrival.bands import told_by_band
from passinfo.prediction.arrival.earlier import Runs, earlier_of
from passinfo.prediction.arrival.feature_names import TREES
from passinfo.prediction.arrival.features import Asked, Moment, features
from passinfo.prediction.arrival.hops import HopTable, Rows
from passinfo.prediction.arrival.inside import level
from passinfo.prediction.arrival.lessons import shifts
from passinfo.prediction.arrival.spots import Spots, errors_ahead, errors_at
from passinfo.prediction.arrival.threads import threads_for
from passinfo.prediction.arrival.today import correction
from passinfo.prediction.arrival.traffic import Traffic
from passinfo.prediction.arrival.usual import BINS, Usual
from passinfo.prediction.forest import Regressor, quick

SOFT_S = 30.0
"""Ratios are of seconds plus this: at a stop's door a second more is no doubling."""
KNOTS_S = (30.0, 75.0, 150.0, 270.0, 420.0, 900.0)
"""The regressors are asked at the first and last stop and at those first reached after these times; between,
interpolated."""


@dataclass(frozen=True, slots=True)
class ArrivalModel:
    """Hops by the ids of their stops, so that it outlives a change of network."""

    from_stop_id: Texts
    to_stop_id: Texts
    usual: Usual
    pace: Floats
    """Seconds per metre by kind of day and half hour: for hops nothing is known of; shape (kinds, 48)."""
    medians: tuple[Regressor, ...]
    """Log of (actual + 30 s) over (live mix + 30 s), a regressor for each band of horizons (:mod:`.bands`)."""
    scale: Regressor
    """Log of the usual absolute error of that."""
    edge_s: Floats
    """Horizons (live mix) at which the multipliers below change."""
    low: Floats
    """p10 in units of the scale, by horizon; negative."""
    high: Floats
    pattern_id: Texts = field(default_factory=lambda: np.empty(0, dtype=object))
    """Patterns of the runs of ``usual`` …"""
    pattern_stops: Rows = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """… and how many stops each has: one that has changed is another."""


def at_work(model: ArrivalModel) -> ArrivalModel:
    """The same model, its trees asked in the fastest way there is."""
    return replace(model, medians=tuple(quick(each) for each in model.medians), scale=quick(model.scale))


def bound(model: ArrivalModel, network: Network, table: HopTable) -> Usual:
    """The usual times of a network's hops; those the model does not know by their length."""
    known = {pair: row for row, pair in enumerate(zip(model.from_stop_id, model.to_stop_id, strict=True))}
    stop_id = network.stops.stop_id
    pairs = zip(stop_id[table.from_ix].tolist(), stop_id[table.to_ix].tolist(), strict=True)
    row = np.array([known.get(pair, -1) for pair in pairs], dtype=np.int64)
    there, place = row >= 0, np.maximum(row, 0)
    kinds = len(model.pace)
    if not len(known):
        plain = table.metres[None, :, None] * model.pace[:, None, :]
        flat = np.full(len(table), 0.4)
        return Usual(plain, flat, flat, np.zeros(len(table)), level(len(table)))
    plain = table.metres[None, :, None] * model.pace[:, None, :]
    seconds = np.where(there[None, :, None], model.usual.seconds[:, place, :], plain.reshape(kinds, len(table), BINS))
    spread, late = (np.where(there, v[place], float(np.median(v))) for v in (model.usual.spread, model.usual.late))
    everywhere = np.median(model.usual.inside, axis=0)
    inside = np.where(there[:, None, None], model.usual.inside[place], everywhere)
    usual = Usual(seconds, spread, late, np.where(there, model.usual.count[place], 0.0), inside)
    return replace(usual, earlier=earlier_of(network, _runs_there(model, network), kinds))


def _runs_there(model: ArrivalModel, network: Network) -> Runs:
    """The model's runs on the patterns of a network; -1 where it has none like theirs."""
    runs, stops = model.usual.runs, np.diff(network.patterns.stop_ptr)
    rows = network.pattern_rows
    place = np.array([rows.get(each, -1) for each in model.pattern_id.tolist()], dtype=np.int64)
    place = np.where((place >= 0) & (stops[place] == model.pattern_stops), place, -1)
    return replace(runs, pattern=place[runs.pattern]) if len(runs.pattern) else runs


def knots_of(asked: Asked) -> Rows:
    """Rows at which the regressors are asked, in order; of each run the first and the last."""
    road, ptr = asked.road, asked.road.ptr
    some = np.flatnonzero(np.diff(ptr) > 0)
    if not len(some):
        return np.empty(0, dtype=np.int64)
    lift = 1e7
    axis = road.run * lift + asked.mix_s
    wanted = [np.searchsorted(axis, some * lift + at) for at in KNOTS_S]
    asked_at = np.zeros(len(axis), dtype=bool)
    for rows in (ptr[some], ptr[some + 1] - 1, *(np.clip(each, ptr[some], ptr[some + 1] - 1) for each in wanted)):
        asked_at[rows] = True
    return np.flatnonzero(asked_at)


def corrected(
    network: Network, table: HopTable, usual: Usual, traffic: Traffic, moment: Moment, asked: Asked, model: ArrivalModel
) -> tuple[Floats, Floats, Floats]:
    """Seconds from now to each row: p10, p50, p90."""
    knots = knots_of(asked)
    with threads_for(len(knots)):
        return told_at(network, table, usual, traffic, moment, asked, model, knots)


def told_at(
    network: Network,
    table: HopTable,
    usual: Usual,
    traffic: Traffic,
    moment: Moment,
    asked: Asked,
    model: ArrivalModel,
    knots: Rows,
) -> tuple[Floats, Floats, Floats]:
    """The same, the regressors asked at some rows, by as many threads as they like."""
    if not len(knots):
        none = np.empty(0)
        return none, none, none
    said = said_at(network, table, usual, traffic, moment, asked, model, knots)
    p10, p50, p90 = _between(asked.mix_s + SOFT_S, knots, logs_at(traffic, model, asked.mix_s[knots], said))
    return p10, p50, p90


@dataclass(frozen=True, slots=True)
class Said:
    """What the trees say of some rows."""

    columns: Floats
    """Features."""
    log: Floats
    """Of actual over live mix."""
    scale: Floats
    """Usual error of that."""
    places: Rows
    """Pattern, hop that the bus is on, square of the stop, shape (rows, PLACES) …"""
    errors: Floats
    """… and how far the trees were off there lately (:mod:`.spots`), shape (rows, SPOTS)."""


def said_at(
    network: Network,
    table: HopTable,
    usual: Usual,
    traffic: Traffic,
    moment: Moment,
    asked: Asked,
    model: ArrivalModel,
    rows: Rows,
) -> Said:
    """The trees asked at some rows, whatever the day has taught."""
    # the trees want doubles: made so once, not by each of them
    columns = features(network, table, usual, traffic, moment, asked, rows).astype(np.float64)
    known = columns[:, :TREES]
    middle = told_by_band(model.medians, known, asked.mix_s[rows])
    scale = np.exp(np.clip(model.scale.predict(known), -5.0, 1.0))
    return Said(columns, middle, scale, *_places(table, moment, asked, rows, traffic.lessons.today.spots))


def _places(table: HopTable, moment: Moment, asked: Asked, rows: Rows, spots: Spots) -> tuple[Rows, Floats]:
    """Where some rows are, and what is known of errors there."""
    road = asked.road
    run = road.run[rows]
    first = road.ptr[run]
    places = np.stack([moment.pattern_ix[run], road.hop[first], table.square[road.hop[rows]]], axis=1).astype(np.int64)
    return places, np.column_stack((errors_at(spots, places), errors_ahead(spots, road.hop, first, rows)))


def logs_at(traffic: Traffic, model: ArrivalModel, mix_s: Floats, said: Said) -> list[Floats]:
    """p10, p50 and p90 of rows as logs of their ratio to the live mix: what the trees say, and what today taught."""
    at = np.log(mix_s + SOFT_S)
    middle = said.log + correction(traffic.lessons.today, said.columns, at + said.log, said.errors)
    low, high = (np.interp(at, np.log(model.edge_s + SOFT_S), values) for values in (model.low, model.high))
    lower, upper = shifts(traffic.lessons, np.exp(at + middle) - SOFT_S)
    below, above = np.minimum(low + lower, 0.0), np.maximum(high + upper, 0.0)
    return [middle + below * said.scale, middle, middle + above * said.scale]


def _between(base_s: Floats, knots: Rows, logs: list[Floats]) -> list[Floats]:
    """Seconds at all rows, from logs of ratios at the knots, interpolated over the log of the base."""
    spans = np.diff(knots, append=len(base_s))
    left = np.repeat(np.arange(len(knots)), spans)
    right = np.minimum(left + 1, len(knots) - 1)
    at = np.log(base_s)
    begin, width = at[knots], np.diff(at[knots], append=np.inf)
    per = np.where(width > 0, 1.0 / np.where(width > 0, width, 1.0), 0.0)
    share = (at - begin[left]) * per[left]  # nought at a knot, so the next run's first is never mixed in
    return [np.maximum(base_s * np.exp(each[left] + share * (each[right] - each[left])) - SOFT_S, 0.0) for each in logs]
