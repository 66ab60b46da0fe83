"""What the name in a display's address means: a stop, a named group of stops, or several stops."""

from __future__ import annotations

from api.board import View
from api.errors import BadRequest, NotFound

GROUPS = "groups/"
MOST_STOPS = 20
"""More stops than that are no place where one screen stands."""


def stops_named(view: View, name: str) -> tuple[str, tuple[int, ...]]:
    """Title and rows of the stops that ``{stop}``, ``groups/{group}`` or ``{stop},{stop}`` names.

    Raises
    ------
    NotFound
        If there is no such stop or group.
    BadRequest
        If there are too many.
    """
    rows, names = view.network.stop_rows, view.network.stops.name
    if name in rows:
        return str(names[rows[name]]), (rows[name],)
    groups = view.city.get("stop_groups") or {}
    if name.startswith(GROUPS):
        group = name.removeprefix(GROUPS)
        if group not in groups:
            raise NotFound(f"no group of stops is called {group!r}: {', '.join(sorted(groups)) or 'none is defined'}")
        return group, tuple(rows[each] for each in groups[group][:MOST_STOPS] if each in rows)
    asked = list(dict.fromkeys(name.split(",")))
    if len(asked) > MOST_STOPS:
        raise BadRequest(f"a display shows {MOST_STOPS} stops at most, these are {len(asked)}")
    for each in asked:
        if each not in rows:
            raise NotFound(f"no stop has the id {each!r}; search with /v1/stops?q=…")
    titles = dict.fromkeys(str(names[rows[each]]) for each in asked)
    return " · ".join(titles), tuple(rows[each] for each in asked)
