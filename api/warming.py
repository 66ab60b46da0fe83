"""What is kept of each stop is made before anybody asks: in slices of a millisecond, beside the requests.

The headways of a stop are the same until a band of them begins or ends, so they are kept; the first to ask after a
start, or after the service day has changed, would wait for them to be made.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from api.board import View
from api.planning import headways_json
from api.told import told_at

SLICE_S = 0.001
"""Of each look for a new snapshot, a hundred a second."""


class Warming:
    """Goes through the stops of a network once a day, a few at each call."""

    def __init__(self) -> None:
        self._for: tuple[str, int] | None = None
        self._stops: Iterator[int] = iter(())

    def __call__(self, view: View) -> None:
        """Make what is kept of the next stops."""
        now = view.snapshot.made_at
        wanted = (view.network.hash, view.places.plans.day_of(now))
        if wanted != self._for:
            self._for, self._stops = wanted, iter(range(len(view.network.stops.stop_id)))
            told_at(view, 0, now)  # look-ups of the whole network, made on first use
        until = time.perf_counter() + SLICE_S
        for stop_ix in self._stops:
            headways_json(view, stop_ix, now)
            if time.perf_counter() > until:
                return
