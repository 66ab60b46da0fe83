"""The likeliest way of each vehicle over the whole day, cut into stretches that keep to one pattern.

The same hidden Markov model as live, but decided from the end (Viterbi): where a bus was is told by where it went.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from passinfo.bms.reports import Reports
from passinfo.columns import Floats, Ints
from passinfo.tracking.advance import advance
from passinfo.tracking.belief import FREE_AT_FIRST, Belief, Origin, nothing
from passinfo.tracking.candidates import Told
from passinfo.tracking.hindsight.hints import entry_prices
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.near import places_near
from passinfo.tracking.phases import HALT_S, STAND_M
from passinfo.tracking.place_prices import FROM_FREE
from passinfo.tracking.plan import Plan
from passinfo.tracking.ragged import Index
from passinfo.tracking.track import FORGOTTEN_S

BATCH = 64
"""So many vehicles are followed at once: bounds the memory of a day."""
RIVAL = -10.0
"""Ways less likely than e⁻¹⁰ of the best are no candidates."""


@dataclass(frozen=True, slots=True)
class Way:
    """One pattern a stretch may have been driven on."""

    pattern_ix: int
    log_weight: float
    dist_m: Floats
    """Place at each report of the stretch; NaN = off the line."""
    offset_m: Floats
    left_at: float
    """When it was last seen at the first stop; NaN if it came onto the pattern farther on."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Reports in a row of one vehicle that keep to one pattern, and the patterns that may be."""

    vehicle_id: str
    rows: Index
    """Rows of the reports, in order of observation."""
    at: Floats
    ways: tuple[Way, ...]
    """The likeliest first."""


def stretches(
    index: TrackingIndex, plan: Plan, reports: Reports, told: Told, stands: Floats
) -> Iterator[list[Stretch]]:
    """The stretches of each vehicle, in order.

    ``told``: what the permitted ids of the reports say; ``stands``: since when each vehicle stood at its report.
    """
    ids = reports.vehicle_id.astype(str)
    order = np.lexsort((reports.received_at, reports.observed_at, ids))
    cuts = np.flatnonzero(np.concatenate(([True], ids[order][1:] != ids[order][:-1])))
    parts = np.split(order, cuts[1:]) if len(order) else []
    parts.sort(key=lambda rows: (-len(rows), ids[rows[0]]))
    for first in range(0, len(parts), BATCH):
        yield from _followed(index, plan, reports, told, stands, parts[first : first + BATCH])


def standing_since(x_m: Floats, y_m: Floats, at: Floats, ids: Ints) -> Floats:
    """Since when each vehicle has kept within 30 m, at each report. Rows by vehicle, then time."""
    since = np.empty(len(at))
    px = py = began = 0.0
    last = -1
    for row, (x, y, t, vehicle) in enumerate(zip(x_m.tolist(), y_m.tolist(), at.tolist(), ids.tolist(), strict=True)):
        if vehicle != last or (x - px) ** 2 + (y - py) ** 2 >= STAND_M**2:
            px, py, began, last = x, y, t, vehicle
        since[row] = began
    return since


def _followed(
    index: TrackingIndex, plan: Plan, reports: Reports, told: Told, since: Floats, parts: list[Index]
) -> Iterator[list[Stretch]]:
    x_m, y_m = index.network.projection.to_xy(reports.lat_deg, reports.lon_deg)
    longest = len(parts[0])
    beliefs: list[Belief] = []
    sources: list[Origin] = []
    before = nothing(len(parts))
    last = np.empty(0, dtype=np.intp)
    for step in range(longest):
        n = sum(1 for rows in parts if len(rows) > step)
        rows = np.array([part[step] for part in parts[:n]], dtype=np.intp)
        at = reports.observed_at[rows]
        count, free = before.count[:n].copy(), before.free[:n].copy()
        if step:
            silent = at - reports.observed_at[last[:n]] > FORGOTTEN_S
            count[silent], free[silent] = 0, FREE_AT_FIRST
        before = replace(before, start=before.start[:n], count=count, free=free)
        belief, origin = advance(
            index,
            before,
            places_near(index.ground, x_m[rows], y_m[rows]),
            x_m=x_m[rows],
            y_m=y_m[rows],
            at=at,
            heading_rad=np.radians(reports.heading_deg[rows]),
            speed_mps=reports.speed_mps[rows],
            moved_m=np.hypot(x_m[rows] - x_m[last[:n]], y_m[rows] - y_m[last[:n]]) if step else np.full(n, np.nan),
            stands=at - since[rows] >= HALT_S,
            service=entry_prices(index, told, rows, plan.service[plan.slot(at)]),
            slot=np.arange(n),
            forget=1.0,
            under_way=np.zeros(n, dtype=bool),
            unweighed=np.zeros(n, dtype=np.int32),
        )
        beliefs.append(belief)
        sources.append(origin)
        before, last = belief, rows
    for vehicle, rows in enumerate(parts):
        yield _cut(reports, beliefs, sources, vehicle, rows)


def _cut(reports: Reports, beliefs: list[Belief], sources: list[Origin], vehicle: int, rows: Index) -> list[Stretch]:
    """From the last report back: follow the likeliest place to where it was entered, then begin again."""
    found: list[Stretch] = []
    end = len(rows) - 1
    free = False
    while end >= 0:
        belief = beliefs[end]
        places = _places(belief, vehicle)
        best = int(places[np.argmax(belief.log_weight[places])]) if len(places) else -1
        if best < 0 or free or belief.log_weight[best] < belief.free[vehicle]:
            free = not sources[end].left[vehicle]
            end -= 1
            continue
        first = _first(sources, best, end)
        part = rows[first : end + 1]
        ways = _ways(beliefs, sources, places, best, first, reports.observed_at[part])
        found.append(Stretch(str(reports.vehicle_id[part[0]]), part, reports.observed_at[part], ways))
        free = _entered(sources, best, end) == FROM_FREE
        end = first - 1
    return found[::-1]


def _places(belief: Belief, vehicle: int) -> Index:
    start = int(belief.start[vehicle])
    return np.arange(start, start + int(belief.count[vehicle]))


def _first(sources: list[Origin], place: int, step: int) -> int:
    while sources[step].row[place] >= 0 and step > 0:
        place = int(sources[step].row[place])
        step -= 1
    return step


def _entered(sources: list[Origin], place: int, step: int) -> int:
    """How the way to this place began: FROM_ANY or FROM_FREE."""
    while sources[step].row[place] >= 0 and step > 0:
        place = int(sources[step].row[place])
        step -= 1
    return int(sources[step].row[place])


def _ways(
    beliefs: list[Belief], sources: list[Origin], places: Index, best: int, first: int, at: Floats
) -> tuple[Way, ...]:
    """Patterns that explain the stretch: followed back together from its end."""
    n = len(at)
    end = first + n - 1
    last = beliefs[end]
    near = places[last.log_weight[places] >= RIVAL]
    near = near[np.lexsort((near != best, -last.log_weight[near]))]
    _, once = np.unique(last.pattern_ix[near], return_index=True)
    rivals = near[np.sort(once)]
    dist, offset = np.full((len(rivals), n), np.nan), np.full((len(rivals), n), np.nan)
    here = rivals.copy()
    alive = np.ones(len(rivals), dtype=bool)
    seen = np.zeros(len(rivals), dtype=np.int64)
    for step in range(end, first - 1, -1):
        belief = beliefs[step]
        which = np.flatnonzero(alive)
        place = here[which]
        on = belief.at[place] == at[step - first]
        dist[which[on], step - first] = belief.dist_m[place[on]]
        offset[which[on], step - first] = belief.offset_m[place[on]]
        seen[which] += 1
        came = sources[step].row[place]
        here[which] = came
        alive[which[came < 0]] = False
    keep = np.flatnonzero(seen >= 0.7 * n)
    return tuple(
        Way(
            int(last.pattern_ix[rivals[row]]),
            float(last.log_weight[rivals[row]]),
            dist[row],
            offset[row],
            float(last.left_at[rivals[row]]),
        )
        for row in keep.tolist()
    )
