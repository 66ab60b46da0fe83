"""Short moves at a terminal that look like the beginning of a run: pulling up, a turn around the block."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from passinfo.tracking.hindsight.paths import Stretch
from passinfo.tracking.index import TrackingIndex

SHORT_M = 1_000.0
"""Shorter than any run worth a name."""
SOON_S = 300.0
"""The run itself begins this soon after."""


def sequels(index: TrackingIndex, stretches: Sequence[Stretch]) -> list[int]:
    """For each stretch of a vehicle the one it belongs to: itself, or the run that it only prepares."""
    belongs = list(range(len(stretches)))
    for number in range(len(stretches) - 2, -1, -1):
        here, then = stretches[number], stretches[number + 1]
        if not here.ways or not then.ways or _progress(here) >= SHORT_M:
            continue
        kin = {int(index.group[way.pattern_ix]) for way in then.ways}
        if int(index.group[here.ways[0].pattern_ix]) in kin and then.at[0] - here.at[-1] <= SOON_S:
            belongs[number] = belongs[number + 1]
    return belongs


def _progress(stretch: Stretch) -> float:
    dist = stretch.ways[0].dist_m
    there = dist[~np.isnan(dist)]
    return float(there[-1] - there[0]) if len(there) else 0.0
