"""A line of eight stops, two minutes apart, driven by buses eight minutes apart; predicted every minute."""

from dataclasses import replace

import numpy as np

from passinfo.columns import from_rows, take
from passinfo.prediction.accuracy.keys import keys_of
from passinfo.prediction.accuracy.pairs import pair, take_pairs
from passinfo.prediction.accuracy.truth import truth_of
from passinfo.prediction.protocol import Predictions
from passinfo.tracking.columns import Visits

NOON = 1_771_243_200.0
"""2026-02-16 12:00 UTC."""
DATE = 20260216
STOPS = 8
LEG_S = 120.0
EVERY_S = 480.0


def reached_at(bus, stop):
    """Instant at which a bus reaches the stop (1 to STOPS)."""
    return NOON + EVERY_S * bus + LEG_S * (stop - 1)


def visit(bus, stop, at, **other):
    """A visit without standing, between reports 10 s before and after."""
    first, last = stop == 1, stop == STOPS
    row = {
        "vehicle_id": f"bus{bus}",
        "route_id": f"R{bus % 2}",
        "direction_id": bus % 2,
        "pattern_id": "P",
        "trip_id": f"T{bus}",
        "start_date": DATE,
        "start_service_s": 43_200 + int(EVERY_S) * bus,
        "stop_id": f"S{stop}",
        "stop_sequence": stop,
        "arrived_at": None if first else at,
        "departed_at": None if last else at,
        "earliest_at": at - 10,
        "latest_at": at + 10,
        "known_at": at + 12,
        "how": "observed",
    }
    return tuple({**row, **other}.values())


def visits(buses=4):
    """Visits as planned."""
    return from_rows(Visits, [visit(b, s, reached_at(b, s)) for b in range(buses) for s in range(1, STOPS + 1)])


def predictions(seen, *, shift_s=0.0, every_s=60.0, half_width_s=30.0, basis="TRACKED", ahead_s=1200.0):
    """What somebody who knows the visits says, ``shift_s`` late, of every arrival up to 20 minutes ahead."""
    rows = []
    for i in range(len(seen.stop_id)):
        at = seen.departed_at[i] if np.isnan(seen.arrived_at[i]) else seen.arrived_at[i]
        made = np.arange(np.floor((at - ahead_s) / every_s) * every_s, at, every_s)
        ids = (seen.route_id[i], seen.direction_id[i], seen.trip_id[i], seen.start_date[i], seen.start_service_s[i])
        stop = (seen.stop_id[i], seen.stop_sequence[i])
        said = (at + shift_s - half_width_s, at + shift_s, at + shift_s + half_width_s)
        rows += [(m, seen.vehicle_id[i], *ids, *stop, *said, "MODEL", basis, None) for m in made.tolist()]
    return from_rows(Predictions, rows)


def pairs_of(said, seen, by="instance"):
    """Pairs of arrivals, departures from first stops left out."""
    truth = truth_of(seen)
    found, _ = pair(said, truth, keys_of(said, truth, by))
    return take_pairs(found, ~found.departure)


def shuffled(table, seed):
    """The same rows in another order."""
    return take(table, np.random.default_rng(seed).permutation(len(table.vehicle_id)))


def changed(table, **columns):
    """The table with other columns."""
    return replace(table, **columns)
