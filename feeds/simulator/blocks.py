"""Blocks of timetable runs: the feed's own, and chains of runs for those that have none."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from itertools import pairwise

from feeds.simulator.service import TimetableRun

SHORTEST_TURN_S, LONGEST_TURN_S = 180.0, 2_700.0
"""Between two runs of a chain. Assumption."""
LONGEST_DAY_S = 11 * 3600.0
"""Of a chain. Assumption: a bus is swapped after two drivers' pieces of work."""
SHORTEST_HEADWAY_S = 120.0
"""Starts closer together (a school run doubled) are not how often a bus comes."""

Place = tuple[int, int]


def blocks_of(
    runs: Iterable[TimetableRun], begins: Callable[[int], Place], ends: Callable[[int], Place]
) -> list[list[TimetableRun]]:
    """Lists of runs that one vehicle makes, each by start, ordered by their first start.

    ``begins`` and ``ends`` name the place (a square of the map) where a trip starts and where it ends.
    """
    named: dict[str, list[TimetableRun]] = {}
    chains: list[list[TimetableRun]] = []
    waiting: dict[Place, list[list[TimetableRun]]] = {}
    for run in sorted(runs, key=lambda run: (run.start_at, run.trip_ix)):
        if run.block_id:
            named.setdefault(run.block_id, []).append(run)
            continue
        chain = _chain_for(run, waiting.get(begins(run.trip_ix), []))
        if chain is None:
            chain = []
            chains.append(chain)
        chain.append(run)
        waiting.setdefault(ends(run.trip_ix), []).append(chain)
    return sorted([*named.values(), *chains], key=lambda block: (block[0].start_at, block[0].trip_ix))


def usual_headways_s(
    runs: Iterable[TimetableRun], line_of: Callable[[int], tuple[int, int]]
) -> dict[tuple[int, int], float]:
    """Median seconds between the starts of one route and direction, where there are any."""
    starts: dict[tuple[int, int], list[float]] = {}
    for run in sorted(runs, key=lambda run: run.start_at):
        starts.setdefault(line_of(run.trip_ix), []).append(run.start_at)
    return {
        line: max(statistics.median(b - a for a, b in pairwise(times)), SHORTEST_HEADWAY_S)
        for line, times in starts.items()
        if len(times) > 1
    }


def _chain_for(run: TimetableRun, waiting: list[list[TimetableRun]]) -> list[TimetableRun] | None:
    """The chain that waits longest at the run's start and may go on with it, taken from the list."""
    waiting[:] = [chain for chain in waiting if chain[-1].end_at > run.start_at - LONGEST_TURN_S]
    for position, chain in enumerate(waiting):
        rested = chain[-1].end_at <= run.start_at - SHORTEST_TURN_S
        if rested and run.end_at - chain[0].start_at <= LONGEST_DAY_S:
            return waiting.pop(position)
    return None
