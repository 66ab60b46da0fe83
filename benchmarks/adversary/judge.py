"""Right, abstained or wrong: what tracking said of each report of a scene beside what was true of it.

A report is **wrong** if it names a trip instance the bus was not on, a route or direction it did not run, or a place
along its line more than :data:`SAME_PLACE_M` off. While a bus stands at a terminal the trip behind it and the one ahead
of it are both right, and so is any trip that is planned to leave from there and is not yet overdue: a forecast, not a
claim. Away from its line no trip is right. A report can be **answered** once the bus has sent a few on its trip.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.adversary.bus import Told
from benchmarks.adversary.scene import Scene
from benchmarks.adversary.town import DATE, Run
from passinfo.tracking.columns import Matches

SAME_PLACE_M = 200.0
ASKED_AFTER = 5
"""Reports on a trip before it can be known."""
NEAR_M = 300.0
"""A bus this near to its line may still be taken for being on it."""
OVERDUE_S = 300.0
TERMINAL_M = 150.0
"""So near to the first or last stop a bus is at the terminal."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a scene went."""

    reports: int
    asked: int
    answered: int
    wrong: tuple[str, ...]
    """The cases, to look at."""


def judge(scene: Scene, truth: list[tuple[Told, int]], matches: Matches) -> Verdict:
    """One verdict of matches in the order of the truth's rows."""
    if len(truth) != len(matches.vehicle_id):
        raise ValueError(f"{len(matches.vehicle_id)} matches of {len(truth)} reports")
    wrong: list[str] = []
    asked = answered = 0
    heard: dict[tuple[str, int], int] = {}
    starts: dict[tuple[str, int], int] = {}
    for row, (told, at) in enumerate(truth):
        key = (told.bus.vehicle_id, int(told.run[at]))
        if at and told.observed_s[at] - told.observed_s[at - 1] > 300:
            heard[key] = 0
        heard[key] = heard.get(key, 0) + 1
        accepted = _accepted(scene, told, at)
        named = matches.trip_id[row] is not None
        why = _wrong(matches, row, told, at, accepted)
        if named and why is None and _asked(told, at) and told.bus.runs[key[1]].headway:
            why = _moved_start(starts, key, matches, row)
        if why is not None:
            wrong.append(f"{told.bus.vehicle_id} {_clock(told.observed_s[at])} {_said(matches, row)}: {why}")
        elif _asked(told, at) and heard[key] > ASKED_AFTER:
            asked += 1
            answered += named if scene.asks_trip else matches.route_id[row] is not None
    wrong += [f"{mine} and {other} share an instance" for mine, other in _shared(starts, truth)]
    return Verdict(len(truth), asked, answered, tuple(wrong))


def _accepted(scene: Scene, told: Told, at: int) -> list[Run]:
    """The runs it is right to name."""
    run, runs = int(told.run[at]), told.bus.runs
    if run >= 0 and _asked(told, at):
        return [runs[run]]
    now = [runs[run]] if run >= 0 else []
    other = (told.run >= 0) & (told.run != run)
    earlier, later = told.run[:at][other[:at]], told.run[at:][other[at:]]
    around = [runs[int(each)] for each in (*earlier[-1:], *later[:1])]
    x, y = float(told.x_m[at]), float(told.y_m[at])
    drove = told.observed_s[:at][told.asked[:at]]
    since = float(drove[-1]) if len(drove) else float(told.observed_s[0])
    overdue = told.observed_s[at] - OVERDUE_S
    planned = [each for each, _ in scene.town.trips if max(each.start_s, since) >= overdue]
    return [
        *now,
        *(each for each in around if _beside(each, x, y) <= NEAR_M),
        *(each for each in planned if np.hypot(each.line.x_m[0] - x, each.line.y_m[0] - y) <= NEAR_M),
    ]


def _asked(told: Told, at: int) -> bool:
    """Whether the bus is on its trip and clear of both terminals."""
    dist, run = float(told.dist_m[at]), int(told.run[at])
    return bool(told.asked[at]) and run >= 0 and TERMINAL_M < dist < told.bus.runs[run].line.length_m - TERMINAL_M


def _beside(run: Run, x: float, y: float) -> float:
    near_x, near_y = run.line.at(np.arange(0.0, run.line.length_m + 20.0, 20.0))
    return float(np.hypot(near_x - x, near_y - y).min())


def _wrong(matches: Matches, row: int, told: Told, at: int, accepted: list[Run]) -> str | None:
    route, trip = matches.route_id[row], matches.trip_id[row]
    if trip is not None and not any(_is_run(matches, row, each) for each in accepted):
        return f"is on {sorted({each.trip_id for each in accepted})}"
    direction = int(matches.direction_id[row])
    drives = [route == each.line.route_id and direction in (each.line.direction_id, -1) for each in accepted]
    if route is not None and drives and not any(drives):
        return f"drives {sorted({each.line.line_id for each in accepted})}"
    dist, run = float(told.dist_m[at]), int(told.run[at])
    if trip is not None and _asked(told, at):
        off = float(matches.dist_m[row]) - dist
        if abs(off) > SAME_PLACE_M:
            return f"is at {dist:.0f} m of {told.bus.runs[run].trip_id}, not {off:+.0f}"
    return None


def _is_run(matches: Matches, row: int, run: Run) -> bool:
    if matches.trip_id[row] != run.trip_id or int(matches.start_date[row]) != DATE:
        return run.headway and matches.trip_id[row] == run.trip_id
    return run.headway or int(matches.start_service_s[row]) == int(run.start_s)


def _moved_start(starts: dict[tuple[str, int], int], key: tuple[str, int], matches: Matches, row: int) -> str | None:
    """A headway instance keeps its start for good."""
    start = int(matches.start_service_s[row])
    if starts.setdefault(key, start) == start:
        return None
    return f"began at {_clock(starts[key])}"


def _shared(starts: dict[tuple[str, int], int], truth: list[tuple[Told, int]]) -> list[tuple[str, str]]:
    trips = {
        (told.bus.vehicle_id, run): told.bus.runs[run].trip_id for told, _ in truth for run in set(told.run.tolist())
    }
    held: dict[tuple[str, int], str] = {}
    pairs = []
    for key, start in starts.items():
        other = held.setdefault((trips[key], start), key[0])
        if other != key[0]:
            pairs.append((key[0], other))
    return pairs


def _said(matches: Matches, row: int) -> str:
    trip = matches.trip_id[row] or f"{matches.route_id[row]}/{int(matches.direction_id[row])}"
    return f"{trip} at {matches.dist_m[row]:.0f} m ({matches.reason[row]}, {matches.confidence[row]:.2f})"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 3600:02d}:{int(seconds) // 60 % 60:02d}:{int(seconds) % 60:02d}"
