"""Calls as the dialects share them: just those of ``/v1``."""

from pathlib import Path

import numpy as np
import pytest

from api.arrivals import arrivals_of
from api.board import Board
from api.dialects.calls import Window, calls_at
from api.freshness import Source
from tests.unit.api.conftest import NOW


@pytest.mark.parametrize("beyond_s", [0.01, 0.3, 0.49, 0.6])
def test_the_end_of_the_window_is_that_of_v1(state: Path, beyond_s: float) -> None:
    """A call just inside, told in whole seconds, may lie beyond the end. Mutation: compare what is told."""
    view = Board(state).view()
    calls, stop = view.snapshot.calls, view.network.stop_rows["S4"]
    coming = calls.p50_at[view.snapshot.calls_of_stop(stop)]
    for last_at in coming[~np.isnan(coming) & (coming > NOW)].tolist():
        to_at = float(np.floor(last_at) + beyond_s)
        told = arrivals_of(
            view, stop, NOW, source=Source.LIVE, limit=500, route_ix=None, horizon_s=max(to_at - NOW, 0.0)
        )
        found = calls_at(view, stop, Window(NOW, NOW - 60, to_at, Source.LIVE))
        ours = [each["p50_at"] for each in told if each["p50_at"]]
        assert ours == [each.told["p50_at"] for each in found if each.run >= 0 and not each.observed]
