"""How long a tick of a big city takes to become the three GTFS-Realtime feeds."""

from __future__ import annotations

import numpy as np

from benchmarks.big_city import RUNS, big_city, noon, runs_ahead, snapshot_of
from benchmarks.clock import seconds_of
from benchmarks.result import Result
from passinfo.prediction.stack import default_predictor
from passinfo.realtime.encode import encode_feeds
from passinfo.realtime.trip_updates import trip_updates

NAME = "encode"
SUMMARY = "ms to encode one tick of 5,000 trips × 30 stops as three feeds"


def run() -> Result:
    """Measure the encoders on one tick of a big city."""
    network = big_city()
    ahead = runs_ahead(network)
    snapshot = snapshot_of(network, ahead, default_predictor(network).predict(network, ahead, noon()))
    taken = seconds_of(lambda: encode_feeds(snapshot, network), 9)
    message = trip_updates(snapshot, network)
    bare = seconds_of(lambda: message.SerializeToString(deterministic=True), 9)
    feeds = encode_feeds(snapshot, network)
    return Result(
        figure=float(np.median(taken)) * 1e3,
        unit="ms",
        n=len(snapshot.calls.run_row),
        of=f"stop time updates of {RUNS:,} trips, median of 9",
        baseline=float(np.median(bare)) * 1e3,
        baseline_of="protobuf alone serialising the finished TripUpdates message",
        reference="aim: a tenth of the live tick of 5 s (500 ms)",
        details={
            "slowest ms": float(taken.max()) * 1e3,
            "trip-updates MB": len(feeds.trip_updates) / 1e6,
            "vehicle-positions MB": len(feeds.vehicle_positions) / 1e6,
        },
    )
