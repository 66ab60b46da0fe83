"""Washington: two routes with their blocks, trip ids known and hidden."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.tracking.answers import Answers, answers, patterns
from benchmarks.tracking.cities import NONE, drive, live, network, reports, since_first, whole_day
from benchmarks.tracking.figures import UNASKED, Figure, precision, share
from benchmarks.tracking.naive import nearest
from benchmarks.tracking.noise import noisy
from passinfo.columns import Bools
from passinfo.settings import CitySettings

SEEDS = range(5)
SIGMA_M = 20.0
KNOWN_AFTER_S = 3_600.0


def noise() -> Iterator[Figure]:
    """Pattern and direction under noise, live."""
    rights, stricts, vehicles, failures = [], [], [], []
    for seed in SEEDS:
        seen = drive(network("wmata"), noisy(reports("wmata"), SIGMA_M, seed), CitySettings(hints=NONE))
        found = answers("wmata", seen)
        ok = found.in_service
        right, strict = patterns(found)
        rights.append(right[ok])
        stricts.append(strict[ok])
        vehicles.append(found.vehicle_id[ok])
        if seed == SEEDS[0]:
            failures = found.failing(ok, right)
    means = [100 * float(right.mean()) for right in rights]
    spread = f"right pattern group + direction, live ({min(means):.1f}–{max(means):.1f} over {len(means)} seeds)"
    who = np.concatenate(vehicles)
    yield share("wmata, 20 m noise", spread, "98 %", np.concatenate(rights), who, failures=failures)
    yield share("wmata, 20 m noise", "    strictly the true pattern", UNASKED, np.concatenate(stricts), who)


def wmata() -> Iterator[Figure]:
    """Pattern and direction as recorded; trips live and in hindsight, with and without blocks."""
    now = answers("wmata", live("wmata"))
    ok, (right, strict) = now.in_service, patterns(now)
    failures = now.failing(ok, right)
    who = now.vehicle_id[ok]
    yield share("wmata", "right pattern group + direction, live", "99.5 %", right[ok], who, failures=failures)
    yield share("wmata", "    strictly the true pattern", UNASKED, strict[ok], who)
    way = ok & ~now.truth.about_terminal
    failures = now.failing(way, right)
    measure = "    without waiting or turning at a terminal"
    yield share("wmata", measure, UNASKED, right[way], now.vehicle_id[way], failures=failures)
    hour = ok & (since_first(now.seen) >= KNOWN_AFTER_S)
    naive = nearest(now.seen)[1] == now.truth.trip_id
    yield from trips("wmata", "live after 60 min", now, hour, ("95 %", "97 %"), 0.85, naive)
    for blocks, asked in ((True, ("98 %", "99 %")), (False, ("93 %", UNASKED))):
        day = answers("wmata", whole_day("wmata", blocks=blocks))
        on = "wmata" if blocks else "wmata without block_id"
        yield from trips(on, "hindsight", day, day.in_service, asked, 0.90)


def trips(
    on: str,
    mode: str,
    found: Answers,
    rows: Bools,
    asked: tuple[str, str],
    coverage: float,
    naive: Bools | None = None,
) -> Iterator[Figure]:
    """Right trip instance among some rows, and its precision at a coverage."""
    right, who = found.trip[rows], found.vehicle_id[rows]
    baseline = None if naive is None else naive[rows]
    yield share(on, f"right trip, {mode}", asked[0], right, who, baseline, found.failing(rows, found.trip))
    yield precision(f"{on}, {mode}", asked[1], coverage, right, found.confidence[rows], who)
