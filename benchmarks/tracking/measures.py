"""The figures by name, in the order of the table they answer; a new measure is one more row here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.tracking.availability import availability
from benchmarks.tracking.confidence import confidence
from benchmarks.tracking.figures import Figure
from benchmarks.tracking.hidden import hidden
from benchmarks.tracking.kingston import kingston
from benchmarks.tracking.phases import phases
from benchmarks.tracking.table import Table
from benchmarks.tracking.visits import visits
from benchmarks.tracking.wmata import noise, wmata

MEASURES: dict[str, Callable[[], Iterator[Figure]]] = {
    "noise": noise,
    "wmata": wmata,
    "kingston": kingston,
    "nyc": phases,
    "visits": visits,
    "hidden": hidden,
    "confidence": confidence,
    "availability": availability,
}


def measure(words: tuple[str, ...]) -> Table:
    """These figures, in this order."""
    return Table(tuple(figure for word in words for figure in MEASURES[word]()))
