"""What the raw positions say of buses that vanished and came back: whatever tracking makes of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.prediction.accuracy.keys import Indices, Keys
from passinfo.prediction.accuracy.pairs import NO_DATA
from passinfo.prediction.accuracy.truth import Truth
from passinfo.prediction.protocol import Predictions
from passinfo.tracking.columns import Matches

BEFORE_S = 300.0
"""A bus lost from sight is told on for minutes: what happened may have happened so long before it vanished."""
SILENT_S = 600.0
"""After ten minutes of silence a promise has to be withdrawn (``trip_update_max_age_s``)."""
OFF_M = 100.0
BACK_M = 150.0
DRAWN, SEED = 4_000, 1
"""Predictions drawn to be looked at beside them."""

CAUSES = ("silent", "off its line", "drove back", "on its line")
SAID = {
    "silent": "… of these it vanished amid a silence of its bus of more than ten minutes: withdrawn as it has to be",
    "off its line": "… it was seen more than 100 m off every line of its route",
    "drove back": "… it was seen more than 150 m back along its line",
    "on its line": "… it was on its line, driving on, and heard of",
}


@dataclass(frozen=True, slots=True)
class Gaps:
    """Arrivals that vanished, one row each: the last prediction before, and how long there was none."""

    row: Indices
    since: Floats
    until: Floats


def gaps(said: Predictions, truth: Truth, keys: Keys) -> Gaps:
    """The longest gap of each arrival that vanished, as ``accuracy.availability`` counts them."""
    tick, ticks = pd.factorize(said.made_at, sort=True)
    came_at = np.where(keys.visit >= 0, truth.at[np.maximum(keys.visit, 0)] if len(truth.at) else np.nan, np.nan)
    rows = np.flatnonzero(np.isfinite(said.p50_at) & (said.basis != NO_DATA) & (keys.prediction >= 0))
    rows = rows[~(said.made_at[rows] >= came_at[rows])]
    rows = rows[np.lexsort((tick[rows], keys.prediction[rows]))]
    arrival, at = keys.prediction[rows], tick[rows]
    gap = np.flatnonzero((arrival[1:] == arrival[:-1]) & (np.diff(at) > 1))
    found = pd.DataFrame(
        {"arrival": arrival[gap], "row": rows[gap], "since": ticks[at[gap]], "until": ticks[at[gap + 1]]}
    )
    found["long"] = found["until"] - found["since"]
    found = found.sort_values(["arrival", "long"], kind="stable").drop_duplicates("arrival", keep="last")
    return Gaps(*(found[name].to_numpy() for name in Gaps.__slots__))


def others(said: Predictions, keys: Keys, gone: Gaps) -> Gaps:
    """As many as are drawn of arrivals that came and did not vanish, each looked at for as long as one that did."""
    there = np.flatnonzero((keys.visit >= 0) & np.isfinite(said.p50_at))
    there = there[~np.isin(keys.prediction[there], keys.prediction[gone.row])]
    if not len(there) or not len(gone.row):
        return Gaps(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
    draw = np.random.default_rng(SEED)
    row = draw.choice(there, DRAWN)
    since = said.made_at[row]
    return Gaps(row, since, since + draw.choice(gone.until - gone.since, DRAWN))


def causes(network: Network, said: Predictions, matches: Matches, gone: Gaps) -> dict[str, int]:
    """How many arrivals vanished for which cause, the first that applies."""
    x_m, y_m = network.projection.to_xy(matches.lat_deg, matches.lon_deg)
    order = np.lexsort((matches.observed_at, matches.vehicle_id.astype(str)))
    vehicle, at = matches.vehicle_id[order].astype(str), matches.observed_at[order]
    x_m, y_m = x_m[order], y_m[order]
    counts, known = dict.fromkeys(CAUSES, 0), {}
    for row, since, until in zip(gone.row.tolist(), gone.since.tolist(), gone.until.tolist(), strict=True):
        name, route, direction = str(said.vehicle_id[row]), said.route_id[row], int(said.direction_id[row])
        key = name, route, direction, since, until
        if key not in known:
            first, last = np.searchsorted(vehicle, name, "left"), np.searchsorted(vehicle, name, "right")
            low, vanishes, high = first + np.searchsorted(at[first:last], [since - BEFORE_S, since, until])
            before = at[vanishes - 1] if vanishes > first else -np.inf
            quiet = (at[vanishes] if vanishes < last else np.inf) - before > SILENT_S
            lines, span = _lines(network, route, direction), slice(low, high)
            known[key] = "silent" if quiet else _cause(network, lines, x_m[span], y_m[span])
        counts[known[key]] += 1
    return counts


def _cause(network: Network, lines: list[int], x_m: Floats, y_m: Floats) -> str:
    if not lines or not len(x_m):
        return "off its line"
    places = [along(network, line, x_m, y_m) for line in lines]
    apart = np.min([each[0] for each in places], axis=0)
    if (apart > OFF_M).any():
        return "off its line"
    nearest = min(places, key=lambda each: float(each[0].sum()))[1]
    return "drove back" if (np.maximum.accumulate(nearest) - nearest).max() > BACK_M else "on its line"


def _lines(network: Network, route: object, direction: int) -> list[int]:
    patterns = network.patterns
    mine = (network.routes.route_id[patterns.route_ix] == route) & (patterns.direction_id == direction)
    return [int(each) for each in np.flatnonzero(mine)]


def along(network: Network, pattern: int, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
    """Distance to a pattern's line, and place along it, of each position."""
    line = network.pattern_line(pattern)
    from_x, from_y = network.patterns.shape_x_m[line], network.patterns.shape_y_m[line]
    dist_m = network.patterns.shape_dist_m[line]
    dx, dy = np.diff(from_x), np.diff(from_y)
    squared = np.maximum(dx**2 + dy**2, 1e-9)
    share = ((x_m[:, None] - from_x[:-1]) * dx + (y_m[:, None] - from_y[:-1]) * dy) / squared
    share = np.clip(share, 0.0, 1.0)
    apart = np.hypot(from_x[:-1] + share * dx - x_m[:, None], from_y[:-1] + share * dy - y_m[:, None])
    best = apart.argmin(axis=1)
    row = np.arange(len(x_m))
    return apart[row, best], dist_m[:-1][best] + share[row, best] * np.diff(dist_m)[best]
