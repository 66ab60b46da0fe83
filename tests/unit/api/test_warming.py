"""What is kept of stops is made before anybody asks, and the loader outlives what fails."""

from __future__ import annotations

import time
from pathlib import Path

from api.board import Board, View
from api.planning import headways_at
from api.warming import Warming


def wait_until(held) -> bool:
    until = time.monotonic() + 10.0
    while not held() and time.monotonic() < until:
        time.sleep(0.01)
    return held()


def test_every_stop_gets_warm_and_is_told_the_same(state: Path) -> None:
    cold, warm = Board(state).view(), Board(state, Warming())
    places = warm.view().places
    stops = range(len(cold.network.stops.stop_id))
    assert wait_until(lambda: len(places.headways) == len(stops))
    for row in stops:
        now = cold.snapshot.made_at
        assert headways_at(warm.view(), row, now) == headways_at(cold, row, now)


def test_a_loader_whose_warming_fails_goes_on(state: Path) -> None:
    tried = []

    def fail(view: View) -> None:
        tried.append(view.snapshot.sequence)
        raise ValueError

    board = Board(state, fail)
    assert wait_until(lambda: bool(tried))
    before = board._ended
    assert wait_until(lambda: board._ended > before + 1)
    assert len(tried) == 1 and board.view().snapshot.sequence == tried[0]
