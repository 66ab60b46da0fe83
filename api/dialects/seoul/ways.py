"""A route as Seoul sees it: one list of stops out and back, numbered through."""

from __future__ import annotations

from dataclasses import dataclass

from api.board import View
from api.dialects.lookups import lookups


@dataclass(frozen=True, slots=True)
class Place:
    """One stop of a route's list."""

    order: int
    """From 1, through all directions: ``staOrd``, ``seq``."""
    route_ix: int
    direction_id: int
    pattern_ix: int
    position: int
    stop_ix: int
    alone: bool
    """True: the pattern calls here once only."""
    is_last: bool


def way(view: View, route_ix: int) -> list[Place]:
    """The stops of a route: the longest pattern of each direction, one after the other."""
    patterns, longest = view.network.patterns, dict[tuple[int, str], int]()
    for row in lookups(view.network).patterns_of_route.get(route_ix, []):
        direction = int(patterns.direction_id[row])
        key = (direction, "" if direction >= 0 else str(patterns.headsign[row] or ""))
        kept = longest.get(key)
        if kept is None or _length(view, row) > _length(view, kept):
            longest[key] = row
    places: list[Place] = []
    for (direction, _), row in sorted(longest.items()):
        stops = patterns.stop_ix[view.network.pattern_stops(row)].tolist()
        for position, stop in enumerate(stops):
            alone, last = stops.count(stop) == 1, position == len(stops) - 1
            places.append(Place(len(places) + 1, route_ix, direction, row, position, stop, alone, last))
    return places


def turn_of(places: list[Place]) -> int:
    """Row of the stop where a route turns back: the last one of its first direction; -1 if it has no stops."""
    first = [place for place in places if place.pattern_ix == places[0].pattern_ix] if places else []
    return first[-1].stop_ix if first else -1


def _length(view: View, pattern: int) -> int:
    stops = view.network.pattern_stops(pattern)
    return int(stops.stop) - int(stops.start)
