"""Where buses are, on which trip, when at each stop: measured on real positions whose truth is known."""

from __future__ import annotations

from benchmarks.tracking.measures import MEASURES, measure
from benchmarks.tracking.table import Table

NAME = "tracking"
SUMMARY = (
    "right pattern, trip, phase and stop instants on recorded positions, live and in hindsight (needs PASSINFO_DATA)"
)


def run() -> Table:
    """All figures; ``python -m benchmarks.tracking --only …`` gives some of them."""
    return measure(tuple(MEASURES))
