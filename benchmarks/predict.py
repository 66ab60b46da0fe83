"""How many arrivals are predicted in a second."""

from __future__ import annotations

import numpy as np

from benchmarks.big_city import RUNS, big_city, noon, runs_ahead
from benchmarks.clock import seconds_of
from benchmarks.result import Result
from passinfo.prediction.rows import take_runs
from passinfo.prediction.stack import default_predictor

NAME = "predict"
SUMMARY = "arrivals predicted per second, one tick of 5,000 runs (half timetable, half headway)"
ONE_BY_ONE = 200


def run() -> Result:
    """Measure the default predictor on one tick of a big city."""
    network = big_city()
    ahead = runs_ahead(network)
    predictor = default_predictor(network)
    rows = len(predictor.predict(network, ahead, noon()).p50_at)
    taken = seconds_of(lambda: predictor.predict(network, ahead, noon()), 20)
    few = [take_runs(ahead, np.array([row], dtype=np.int32)) for row in range(ONE_BY_ONE)]
    single = seconds_of(lambda: [predictor.predict(network, one, noon()) for one in few], 3)
    median_s = float(np.median(taken))
    return Result(
        figure=rows / median_s,
        unit="rows/s",
        n=rows,
        of=f"arrivals of {RUNS:,} runs, 20 ticks",
        baseline=rows / RUNS * ONE_BY_ONE / float(np.median(single)),
        baseline_of=f"the same predictor, run by run ({ONE_BY_ONE} of them)",
        reference="aim: a tick of 5,000 runs × 30 stops in under 100 ms",
        details={"median ms per tick": median_s * 1e3, "slowest ms per tick": float(taken.max()) * 1e3},
    )
