"""Made-up beliefs, memories and hints of many vehicles on the tiny feed."""

import numpy as np

from passinfo.network.network import Network
from passinfo.tracking.belief import Belief
from passinfo.tracking.candidates import Memory, Told
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.plan import Plan
from passinfo.tracking.vehicles import SLOTS
from tests.unit.tracking.drives import at

Draw = np.random.Generator


def instants(draw: Draw, network: Network, n: int) -> np.ndarray:
    """Around the two morning trips, to the second."""
    return at(network, 7.5 * 3600) + draw.integers(0, 3 * 3600, n).astype(float)


def places_at(index: TrackingIndex, aside_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places so far east and north of the first stop."""
    x, y = index.network.projection.to_xy(index.network.stops.lat_deg[:1], index.network.stops.lon_deg[:1])
    return x[0] + aside_m[:, 0], y[0] + aside_m[:, 1]


def some_belief(
    draw: Draw, index: TrackingIndex, now: np.ndarray, near: tuple[np.ndarray, np.ndarray] | None = None
) -> Belief:
    """No, one or several places of each vehicle, by rank, then distance; some of them not seen just now.

    ``near``: where the vehicles are; they were some hundred metres from there.
    """
    n = len(now)
    x, y = near or (np.zeros(n), np.zeros(n))
    count = draw.integers(0, 5, n)
    owner = np.repeat(np.arange(n), count)
    pattern = draw.integers(0, len(index.rank), len(owner))
    dist = np.round(draw.uniform(-20.0, 4_100.0, len(owner)), 1) * draw.integers(0, 2, len(owner))
    order = np.lexsort((dist, index.rank[pattern], owner))
    pattern, dist = pattern[order].astype(np.int32), dist[order]
    seen_at = now[owner] - draw.choice([0.0, 0.0, 30.0, 1_000.0], len(owner))
    born_at = now[owner] - draw.choice([0.0, 30.0, 600.0], len(owner))
    return Belief(
        np.cumsum(count) - count,
        count,
        draw.uniform(-8.0, 0.0, n),
        pattern,
        dist,
        draw.uniform(0.0, 100.0, len(owner)),
        draw.uniform(-10.0, 0.0, len(owner)),
        x[owner] + draw.uniform(-400.0, 400.0, len(owner)),
        y[owner] + draw.uniform(-50.0, 50.0, len(owner)),
        seen_at,
        born_at,
        draw.uniform(0.0, 4_000.0, len(owner)),
        np.where(draw.random(len(owner)) < 0.5, np.nan, born_at + draw.choice([0.0, 100.0, 200.0], len(owner))),
    )


def some_told(draw: Draw, index: TrackingIndex, plan: Plan, n: int) -> Told:
    """Hints, or none."""
    patterns, runs = len(index.rank), len(plan.trip_ix)
    return Told(
        draw.integers(-1, patterns, n).astype(np.int32),
        draw.integers(-1, runs, n) if runs else np.full(n, -1, dtype=np.intp),
        draw.integers(-2, 2, n).astype(np.int32),
        draw.integers(-1, 2, n).astype(np.int32),
        draw.integers(-1, 2, n).astype(np.int32),
        draw.choice([-8.0, -10.0], n),
        draw.choice([0.0, -4.0], n),
    )


def some_memory(draw: Draw, plan: Plan, now: np.ndarray) -> Memory:
    """Runs and blocks that each vehicle may have served."""
    shape = (len(now), SLOTS)
    blocks = np.unique(plan.block_code)
    return Memory(
        draw.integers(-1, max(len(plan.trip_ix), 1), shape),
        draw.choice([0.0, 0.2, 0.99, 1.0], shape),
        draw.choice([-1, *blocks.tolist()], shape),
        draw.choice([0.0, 0.1, 0.5], shape),
        np.where(draw.random(len(now)) < 0.5, np.nan, now - draw.choice([10.0, 400.0, 3_000.0], len(now))),
    )
