"""10,000 vehicles and their runs of 30 stops, a tenth of them reported since the tick before."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from benchmarks.big_city import STOPS_PER_RUN, big_city, noon, runs_ahead, snapshot_of
from benchmarks.tracking.figures import UNASKED, Figure
from passinfo.prediction.stack import default_predictor
from passinfo.realtime.encode import encode_feeds, to_json
from passinfo.realtime.encoder import FeedEncoder
from passinfo.snapshot import Snapshot

VEHICLES = 10_000
SHARE = 0.1
TICKS, TICK_S = 15, 5.0
LATER_S = 7.0
"""Whoever reported is predicted so much later than before."""


def figures() -> Iterator[Figure]:
    """Each tick encoded from scratch and as a change of the tick before, one right after the other."""
    network = big_city(VEHICLES)
    ahead = runs_ahead(network)
    snapshot = snapshot_of(network, ahead, default_predictor(network).predict(network, ahead, noon()))
    encoder = FeedEncoder(network)
    encoder.encode(snapshot)
    encoder.json()
    plain, changes, twins = [], [], []
    for tick in range(TICKS):
        snapshot = reported(snapshot, tick)
        began = time.perf_counter()
        feeds = encoder.encode(snapshot)
        middle = time.perf_counter()
        whole = encode_feeds(snapshot, network)
        plain.append(time.perf_counter() - middle)
        changes.append(middle - began)
        if feeds != whole:
            raise AssertionError("the changed tick is not the plain message")
        began = time.perf_counter()
        encoder.json()
        twins.append(time.perf_counter() - began)
    began = time.perf_counter()
    to_json(feeds.trip_updates)
    plain_twin = time.perf_counter() - began
    on = f"{VEHICLES:,} vehicles × {STOPS_PER_RUN} stops, {SHARE:.0%} changed"
    ratio = np.array(changes) / np.array(plain)
    low, high = np.quantile(ratio, [0.25, 0.75])
    median = float(np.median(ratio))
    say = f"encoding against plain build + serialise (medians {_ms(changes)} and {_ms(plain)}; quartiles in brackets)"
    yield Figure(on, say, "≤ 0.15 ×", median, "×", float(low), float(high), 1.0, TICKS, VEHICLES, None)
    say = f"JSON twins against protobuf's of the trip updates ({_ms(twins)} and {_ms([plain_twin])})"
    share = float(np.median(twins)) / plain_twin
    yield Figure(on, say, UNASKED, share, "×", np.nan, np.nan, 1.0, TICKS, VEHICLES, None)


def reported(snapshot: Snapshot, seed: int) -> Snapshot:
    """The next tick: a seeded tenth of the vehicles has moved and is predicted later."""
    which = np.zeros(VEHICLES, dtype=bool)
    which[np.random.default_rng(seed).choice(VEHICLES, int(VEHICLES * SHARE), replace=False)] = True
    calls, later = snapshot.calls, np.where(which[snapshot.calls.run_row], LATER_S, 0.0)
    moved = np.where(which, 1e-4, 0.0)
    return replace(
        snapshot,
        sequence=snapshot.sequence + 1,
        made_at=snapshot.made_at + TICK_S,
        calls=replace(
            calls,
            arrival_at=calls.arrival_at + later,
            departure_at=calls.departure_at + later,
            p10_at=calls.p10_at + later,
            p50_at=calls.p50_at + later,
            p90_at=calls.p90_at + later,
        ),
        runs=replace(snapshot.runs, measured_at=snapshot.runs.measured_at + np.where(which, TICK_S, 0.0)),
        vehicles=replace(
            snapshot.vehicles,
            lat_deg=snapshot.vehicles.lat_deg + moved,
            observed_at=snapshot.vehicles.observed_at + np.where(which, TICK_S, 0.0),
        ),
    )


def _ms(seconds: list[float]) -> str:
    return f"{float(np.median(seconds)) * 1e3:.0f} ms"
