"""A small trip planner in rounds, to see whether a feed answers what passengers ask.

Round ``k`` finds the earliest arrival at every stop with ``k`` buses: every line that serves a stop reached in the
round before is boarded there, and from where it is left people walk on to stops nearby. Rounds end when nothing gets
earlier. Unlike the published algorithm a line's runs may overtake each other (a learned running time of nine o'clock
may be shorter than that of a quarter to nine): of all runs that can still be boarded the earliest *arrival* counts.

Source: Delling, Pajor, Werneck, Round-Based Public Transit Routing, 2012 (RAPTOR).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from benchmarks.planner.journey import ON_FOOT, Journey, Leg
from benchmarks.planner.timetable import Line, Seconds, Timetable
from passinfo.columns import Floats
from passinfo.geo import Projection

WALK_MPS = 1.05
"""Straight-line speed on foot: OpenTripPlanner's 1.33 m/s over streets 4/π longer than the straight line (a grid)."""
TO_STOP_M = 800.0
"""How far a passenger walks to the first stop or from the last: the usual ten minutes and a little."""
TRANSFER_M = 400.0
"""How far a passenger walks between two buses: the catchment planners give a bus stop."""
ALL_THE_WAY_M = 2_000.0
"""How far a passenger walks instead of riding."""
CHANGE_S = 60
"""Least time between leaving a bus and boarding the next."""
MOST_RIDES = 5
MOST_S = 6 * 3600
"""A way that takes longer is none: OpenTripPlanner's search window is of this order."""
TRANSFER_COST_S = 300
"""What a change must save to be worth it: a passenger stays seated for five minutes more."""
NEVER = np.iinfo(np.int64).max // 2


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go from or to."""

    name: str
    lat_deg: float
    lon_deg: float


@dataclass(frozen=True, slots=True)
class _Ride:
    line: Line
    run: int
    board: int
    leave: int


@dataclass(frozen=True, slots=True)
class _Walk:
    from_stop: int


class Planner:
    """Answers questions on one timetable.

    Examples
    --------
    See ``tests/unit/benchmarks/planner/test_raptor.py``.
    """

    def __init__(self, timetable: Timetable) -> None:
        self._timetable = timetable
        self._plane = Projection(float(timetable.lat_deg.mean()), float(timetable.lon_deg.mean()))
        self._xy = np.column_stack(self._plane.to_xy(timetable.lat_deg, timetable.lon_deg))
        self._tree = cKDTree(self._xy)
        self._near = [np.array(rows, dtype=np.intp) for rows in self._tree.query_ball_point(self._xy, TRANSFER_M)]

    def journeys(self, start: Place, end: Place, asked_s: int) -> list[Journey]:
        """The earliest arrival for each number of buses, fewest first; each later one arrives earlier."""
        reach, walk_s = self._around(end)
        ready = np.full(len(self._xy), NEVER, dtype=np.int64)
        first, first_s = self._around(start)
        ready[first] = asked_s + first_s
        rounds: list[tuple[Seconds, list[_Ride | None], list[_Walk | None]]] = []
        found = self._all_the_way(start, end, asked_s)
        foot = np.zeros(len(self._xy), dtype=np.int64)
        foot[first] = first_s
        best, fresh, before = ready.copy(), first, ready
        for _ in range(MOST_RIDES):
            left, rides = self._ride(before + (CHANGE_S if rounds else 0), fresh, foot)
            walked, walks, foot = self._walk(np.where(left < best, left, NEVER))
            rounds.append((left, rides, walks))
            if len(reach):
                at = int(reach[np.argmin(left[reach] + walk_s)])
                arrive = int(left[at] + walk_s[reach == at][0])
                if arrive < min((each.arrive_s for each in found), default=asked_s + MOST_S):
                    found.append(self._told(rounds, at, start, end, asked_s, arrive))
            fresh = np.flatnonzero(walked < best)
            if not len(fresh):
                break
            best, before = np.minimum(best, walked), np.where(walked < best, walked, NEVER)
        return found

    def best(self, start: Place, end: Place, asked_s: int) -> Journey | None:
        """The way a planner shows first: the earliest arrival, each change counted as five minutes; None: no way."""
        return preferred(self.journeys(start, end, asked_s))

    def distance_m(self, start: Place, end: Place) -> float:
        """Straight from place to place."""
        return float(np.hypot(*(self._at(start) - self._at(end))))

    def _at(self, place: Place) -> Floats:
        return np.array(self._plane.to_xy(np.array(place.lat_deg), np.array(place.lon_deg)))

    def _around(self, place: Place) -> tuple[npt.NDArray[np.intp], Seconds]:
        at = self._at(place)
        rows = np.array(self._tree.query_ball_point(at, TO_STOP_M), dtype=np.intp)
        return rows, _walk_s(np.hypot(*(self._xy[rows] - at).T))

    def _all_the_way(self, start: Place, end: Place, asked_s: int) -> list[Journey]:
        dist_m = self.distance_m(start, end)
        if dist_m > ALL_THE_WAY_M:
            return []
        arrive_s = asked_s + int(_walk_s(np.array(dist_m)))
        return [Journey((Leg(ON_FOOT, "", start.name, end.name, asked_s, arrive_s),), asked_s, arrive_s)]

    def _ride(self, ready: Seconds, fresh: npt.NDArray[np.intp], foot: Seconds) -> tuple[Seconds, list[_Ride | None]]:
        """Earliest arrival by one more bus, boarded at a fresh stop; of the same arrival, with the shortest walk."""
        left = np.full(len(self._xy), NEVER, dtype=np.int64)
        before_s = left.copy()
        rides: list[_Ride | None] = [None] * len(self._xy)
        is_fresh = np.zeros(len(self._xy), dtype=bool)
        is_fresh[fresh] = True
        for line in self._timetable.lines:
            for board in np.flatnonzero(is_fresh[line.stop_ix[:-1]] & line.board[:-1]).tolist():
                at = line.stop_ix[board]
                runs = np.flatnonzero(line.departure_s[:, board] >= ready[at])
                if not len(runs):
                    continue
                arrival, ahead = line.arrival_s[runs, board + 1 :], line.stop_ix[board + 1 :]
                soonest, earliest = arrival.argmin(axis=0), arrival.min(axis=0)
                better = (earliest < left[ahead]) | ((earliest == left[ahead]) & (foot[at] < before_s[ahead]))
                for hops in np.flatnonzero(line.leave[board + 1 :] & better).tolist():
                    stop = ahead[hops]
                    if (earliest[hops], foot[at]) < (left[stop], before_s[stop]):  # a stop may stand twice in a line
                        left[stop], before_s[stop] = earliest[hops], foot[at]
                        rides[stop] = _Ride(line, int(runs[soonest[hops]]), board, board + 1 + hops)
        return left, rides

    def _walk(self, left: Seconds) -> tuple[Seconds, list[_Walk | None], Seconds]:
        """Where people are after leaving the bus and walking on, and how long they walked."""
        there, foot = left.copy(), np.zeros(len(left), dtype=np.int64)
        walks: list[_Walk | None] = [None] * len(left)
        for stop in np.flatnonzero(left < NEVER).tolist():
            near = self._near[stop]
            takes_s = _walk_s(np.hypot(*(self._xy[near] - self._xy[stop]).T))
            for row in np.flatnonzero(left[stop] + takes_s < there[near]).tolist():
                there[near[row]], foot[near[row]] = left[stop] + takes_s[row], takes_s[row]
                walks[near[row]] = _Walk(stop)
        return there, walks, foot

    def _told(
        self,
        rounds: list[tuple[Seconds, list[_Ride | None], list[_Walk | None]]],
        at: int,
        start: Place,
        end: Place,
        asked_s: int,
        arrive_s: int,
    ) -> Journey:
        """The legs, from the last back to the first."""
        names = self._timetable.stop_name
        legs = [Leg(ON_FOOT, "", names[at], end.name, int(rounds[-1][0][at]), arrive_s)]
        for number in range(len(rounds) - 1, -1, -1):
            ride = rounds[number][1][at]
            if ride is None:
                raise LookupError("a stop was reached by no bus: the rounds are wrong")
            line, on, off = ride.line, int(ride.line.stop_ix[ride.board]), int(ride.line.stop_ix[ride.leave])
            depart, arrive = line.departure_s[ride.run, ride.board], line.arrival_s[ride.run, ride.leave]
            legs.append(Leg(line.route, line.headsign, names[on], names[off], int(depart), int(arrive)))
            walk = rounds[number - 1][2][on] if number else None
            if walk is not None:
                left_s = int(rounds[number - 1][0][walk.from_stop])
                there_s = left_s + int(_walk_s(np.hypot(*(self._xy[on] - self._xy[walk.from_stop]))))
                legs.append(Leg(ON_FOOT, "", names[walk.from_stop], names[on], left_s, there_s))
            at = on if walk is None else walk.from_stop
        first_s = int(_walk_s(np.hypot(*(self._xy[at] - self._at(start)))))
        legs.append(Leg(ON_FOOT, "", start.name, names[at], asked_s, asked_s + first_s))
        return Journey(tuple(reversed(legs)), asked_s, arrive_s)


def preferred(found: Sequence[Journey]) -> Journey | None:
    """The earliest arrival, each change counted as five minutes; None: there is none."""
    return min(found, key=lambda each: each.arrive_s + TRANSFER_COST_S * each.transfers, default=None)


def _walk_s(dist_m: Floats) -> Seconds:
    return np.asarray(np.round(np.asarray(dist_m) / WALK_MPS), dtype=np.int64)
