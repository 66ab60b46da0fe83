"""Predictions of other producers, brought to the same moments and the same arrivals.

What a GTFS-Realtime archive leaves out is filled in from the visits where only one run or stop can be meant; what stays
open cannot be paired and is counted as such.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from passinfo.columns import Bools, Floats, Ints, Texts, column, take
from passinfo.prediction.accuracy.keys import By, Indices, keys_of
from passinfo.prediction.accuracy.truth import Truth, codes
from passinfo.prediction.protocol import Predictions

OLDEST_S = 30.0
"""How old a producer's newest feed may be at our moment: the usual time between two polls."""


@dataclass(frozen=True, slots=True)
class StopUpdates:
    """Stop time updates of an archive, one row per moment, run and stop."""

    made_at: Floats = column("instant", "when the feed was made or received")
    trip_id: Texts = column("text", "trip")
    start_date: Ints = column("service_date", "service day")
    start_service_s: Ints = column("service_time", "start time", file_name="start_time")
    stop_sequence: Ints = column("i4", "the static feed's own")
    stop_id: Texts = column("text", "stop")
    arrival_at: Floats = column("instant", "predicted arrival")
    departure_at: Floats = column("instant", "predicted departure")
    delay_s: Floats = column("f8", "deviation from the timetable", unit="s")
    route_id: Texts = column("text", "route")
    vehicle_id: Texts = column("text", "vehicle")


def as_predictions(updates: StopUpdates, truth: Truth, by: By = "instance") -> Predictions:
    """The updates as predictions: departures where the truth is a departure, else arrivals.

    Basis is TIMETABLE where a run's delays at one moment are all zero (a run not yet followed echoes its timetable),
    else TRACKED: whether a producer followed the bus cannot be seen otherwise.
    """
    updates = _completed(updates, truth)
    n = len(updates.made_at)
    unknown = np.full(n, np.nan)
    arrival = np.where(np.isnan(updates.arrival_at), updates.departure_at, updates.arrival_at)
    departure = np.where(np.isnan(updates.departure_at), updates.arrival_at, updates.departure_at)
    said = Predictions(
        updates.made_at,
        updates.vehicle_id,
        updates.route_id,
        np.full(n, -1, dtype=np.int32),
        updates.trip_id,
        updates.start_date,
        updates.start_service_s,
        updates.stop_id,
        updates.stop_sequence,
        unknown,
        arrival,
        unknown,
        np.full(n, None, dtype=object),
        np.where(_echoes(updates), "TIMETABLE", "TRACKED").astype(object),
        unknown,
    )
    visit = keys_of(said, truth, by).visit
    if len(truth.at):
        said = replace(said, p50_at=np.where(truth.departure[visit] & (visit >= 0), departure, arrival))
    return said


def at_moments(predictions: Predictions, moments: Floats, oldest_s: float = OLDEST_S) -> Predictions:
    """What stood at each moment: the newest feed not after it, if no older than ``oldest_s``; each feed once.

    ``made_at`` becomes the moment, so that both producers are asked at the same time and know what was known by then.

    Examples
    --------
    >>> from passinfo.columns import from_rows
    >>> said = from_rows(Predictions, [(float(t), *[None] * 14) for t in (3, 13, 40)])
    >>> at_moments(said, np.array([15.0, 30.0, 45.0]), 10.0).made_at.tolist()
    [15.0, 45.0]
    """
    of_row, feeds = pd.factorize(predictions.made_at, sort=True)
    moments = np.append(np.sort(pd.unique(moments)), np.inf)
    moment = moments[np.searchsorted(moments, feeds)]
    newest = np.append(moment[1:] != moment[:-1], [True] * bool(len(feeds)))
    stands = newest & (moment - feeds <= oldest_s)
    said = take(predictions, stands[of_row])
    return replace(said, made_at=moment[of_row][stands[of_row]])


def _echoes(updates: StopUpdates) -> Bools:
    run = codes(updates.made_at, updates.trip_id, updates.start_date, updates.start_service_s)
    table = pd.DataFrame({"run": run, "delay": np.abs(updates.delay_s)})
    return np.asarray((table.groupby("run")["delay"].transform("max") == 0.0).to_numpy())


def _completed(updates: StopUpdates, truth: Truth) -> StopUpdates:
    """The updates with the start dates, start times and stop sequences that only one run or stop of the truth has."""
    date = _filled(updates.start_date, updates.start_date == 0, (updates.trip_id,), (truth.trip_id,), truth.start_date)
    start = _filled(
        updates.start_service_s,
        updates.start_service_s < 0,
        (updates.trip_id, date),
        (truth.trip_id, truth.start_date),
        truth.start_service_s,
    )
    sequence = _filled(
        updates.stop_sequence,
        updates.stop_sequence < 0,
        (updates.trip_id, date, start, updates.stop_id),
        (truth.trip_id, truth.start_date, truth.start_service_s, truth.stop_id),
        truth.stop_sequence,
    )
    return replace(updates, start_date=date, start_service_s=start, stop_sequence=sequence)


def _filled(
    values: Ints, open_: Bools, names: tuple[Texts | Ints, ...], true_names: tuple[Texts | Ints, ...], known: Ints
) -> Ints:
    if not open_.any() or not len(known):
        return values
    n = len(values)
    number = codes(*(np.concatenate([ours, theirs]) for ours, theirs in zip(names, true_names, strict=True)))
    table = pd.DataFrame({"number": number[n:], "known": known}).drop_duplicates()
    table = table.drop_duplicates("number", keep=False)
    row: Indices = pd.Index(table["number"]).get_indexer(pd.Index(number[:n]))
    found = open_ & (row >= 0)
    return np.where(found, table["known"].to_numpy()[np.maximum(row, 0)] if len(table) else values, values).astype(
        np.int32
    )
