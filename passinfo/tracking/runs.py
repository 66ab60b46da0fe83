"""A run: one vehicle's way along one pattern, its progress and the stops it has visited.

Progress never goes back but by a re-anchoring (three reports well behind it: the progress was wrong, not the bus), so
every stop has one arrival and one departure. Crossing instants are interpolated between the two reports around them;
what the reports prove is kept beside it as ``earliest_at`` and ``latest_at``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from passinfo.columns import Floats

ARRIVAL_REACH_M = 15.0
"""Arrival: first instant at or beyond 15 m before the stop; departure: last at or before 15 m after it."""
LAST_REACH_M = 30.0
"""… 30 m at the last stop, where buses park short of the sign."""
BEGUN_M = 60.0
"""A run has begun when the bus is this far beyond the first stop: before, it may be shunting."""
BEHIND_M = 150.0
"""Reports this far behind the progress are no GPS noise."""
BEHIND_REPORTS = 3

OBSERVED, INTERPOLATED = "observed", "interpolated"


@dataclass(frozen=True, slots=True)
class Instance:
    """Which trip instance a run is, how sure that is, and why (or why it is not said: ``trip_id`` None)."""

    trip_id: str | None
    trip_ix: int
    start_date: int
    start_service_s: int
    confidence: float
    reason: str

    @property
    def key(self) -> tuple[str, int, int]:
        """(trip_id, start_date, start_service_s)."""
        return self.trip_id or "", self.start_date, self.start_service_s


@dataclass(frozen=True, slots=True)
class Passed:
    """A stop visited: position in the pattern and instants (NaN: no arrival at the first, no departure at the last)."""

    position: int
    arrived_at: float
    departed_at: float


@dataclass(frozen=True, slots=True)
class StopSeen:
    """A visit that has become known: what goes into the file of visits."""

    position: int
    arrived_at: float
    departed_at: float
    earliest_at: float
    latest_at: float
    how: str


@dataclass(frozen=True, slots=True)
class Run:
    """Progress of a vehicle along a pattern. ``dist_m`` at ``at``; ``next_position`` = first stop not departed from."""

    pattern_ix: int
    instance: Instance
    dist_m: float
    at: float
    next_position: int
    begun: bool
    finished: bool = False
    arrived_at: float = float("nan")
    """Arrival at the stop at ``next_position``, once there."""
    arrived_after: float = float("nan")
    """The report before that arrival."""
    reported_there: bool = False
    """True: a report lies within the stop's reach."""
    behind: int = 0
    passed: tuple[Passed, ...] = ()

    def with_instance(self, instance: Instance) -> Run:
        """The run under another trip instance."""
        return replace(self, instance=instance)


def begin_run(pattern_ix: int, instance: Instance, dist_m: float, at: float, stops_m: Floats) -> Run:
    """A run first seen at a place: stops behind it are not claimed as visited."""
    begun = dist_m > stops_m[0] + BEGUN_M
    position = int(np.searchsorted(stops_m + ARRIVAL_REACH_M, dist_m)) if begun else 0
    return Run(pattern_ix, instance, dist_m, at, position, begun)


def proceed(run: Run, dist_m: float, at: float, stops_m: Floats) -> tuple[Run, list[StopSeen]]:
    """The run after a report at ``dist_m``, and the stop visits that report proves."""
    if run.finished:
        return replace(run, at=at), []
    if not run.begun:
        return _wait_or_begin(run, dist_m, at, stops_m)
    if dist_m < run.dist_m - BEHIND_M:
        if run.behind + 1 < BEHIND_REPORTS:
            return replace(run, behind=run.behind + 1), []
        return _anchored_again(run, dist_m, at, stops_m), []
    reached = max(dist_m, run.dist_m)
    return _cross(replace(run, behind=0), reached, at, stops_m)


def _anchored_again(run: Run, dist_m: float, at: float, stops_m: Floats) -> Run:
    fresh = begin_run(run.pattern_ix, run.instance, dist_m, at, stops_m)
    kept = tuple(passed for passed in run.passed if passed.position < fresh.next_position)
    return replace(fresh, passed=kept, begun=True)


def _wait_or_begin(run: Run, dist_m: float, at: float, stops_m: Floats) -> tuple[Run, list[StopSeen]]:
    if dist_m > stops_m[0] + BEGUN_M:
        return _cross(replace(run, begun=True), dist_m, at, stops_m)
    near = dist_m <= stops_m[0] + ARRIVAL_REACH_M
    # between the two reaches the last instant at the stop is still that of the report before
    return (replace(run, dist_m=dist_m, at=at) if near else run), []


def _cross(run: Run, dist_m: float, at: float, stops_m: Floats) -> tuple[Run, list[StopSeen]]:
    """Every arrival and departure between the last place and this one."""
    seen: list[StopSeen] = []
    passed = list(run.passed)
    position, arrived, after, there = run.next_position, run.arrived_at, run.arrived_after, run.reported_there
    last = len(stops_m) - 1
    finished = False
    while position <= last:
        stop = float(stops_m[position])
        reach = LAST_REACH_M if position == last else ARRIVAL_REACH_M
        if np.isnan(arrived) and position > 0:
            if dist_m < stop - reach:
                break
            arrived, after = _instant(run, dist_m, at, stop - reach), run.at
        if position == last:
            seen.append(StopSeen(position, arrived, float("nan"), after, at, OBSERVED))
            passed.append(Passed(position, arrived, float("nan")))
            finished = True
            break
        if dist_m <= stop + ARRIVAL_REACH_M:
            there = True
            break
        departed = _instant(run, dist_m, at, stop + ARRIVAL_REACH_M)
        if position == 0:
            seen.append(StopSeen(0, float("nan"), departed, run.at, at, OBSERVED))
            passed.append(Passed(0, float("nan"), departed))
        else:
            if not there:  # no report at the stop: it is not known to have halted
                arrived = departed = _instant(run, dist_m, at, stop)
            seen.append(StopSeen(position, arrived, departed, after, at, OBSERVED if there else INTERPOLATED))
            passed.append(Passed(position, arrived, departed))
        position, arrived, after, there = position + 1, float("nan"), float("nan"), False
    run = replace(
        run,
        dist_m=dist_m,
        at=at,
        next_position=last + 1 if finished else position,
        finished=finished,
        arrived_at=arrived,
        arrived_after=after,
        reported_there=there,
        passed=tuple(passed),
    )
    return run, seen


def _instant(run: Run, dist_m: float, at: float, place_m: float) -> float:
    """When the place was crossed, at even speed between the two reports."""
    if dist_m <= run.dist_m:
        return at
    share = (place_m - run.dist_m) / (dist_m - run.dist_m)
    return run.at + min(max(share, 0.0), 1.0) * (at - run.at)
