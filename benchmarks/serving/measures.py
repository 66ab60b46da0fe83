"""The figures by name, in the order of the table they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.serving.closed import closed
from benchmarks.serving.figures import Figure
from benchmarks.serving.newness import newness
from benchmarks.serving.open import open_loop
from benchmarks.serving.slips import search
from benchmarks.serving.start import start

MEASURES: dict[str, Callable[[], Iterator[Figure]]] = {
    "closed": closed,
    "open": open_loop,
    "new": newness,
    "start": start,
    "search": search,
}
