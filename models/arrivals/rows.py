"""Rows of recorded days to learn from or to try on: features as they were known, and what came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.arrivals.day import Day
from models.arrivals.drives import BEGUN_M, Drives
from models.arrivals.moments import Truth, moments_of
from models.arrivals.slower import slower
from passinfo.columns import Floats
from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.prediction.arrival.bands import band_of
from passinfo.prediction.arrival.driven import Driven
from passinfo.prediction.arrival.earlier import earlier_of
from passinfo.prediction.arrival.earlier import joined as runs_of
from passinfo.prediction.arrival.feature_names import TREES
from passinfo.prediction.arrival.features import ask, features
from passinfo.prediction.arrival.hops import HopTable
from passinfo.prediction.arrival.hops import Rows as Ints
from passinfo.prediction.arrival.inside import Lefts
from passinfo.prediction.arrival.road import now_of
from passinfo.prediction.arrival.usual import Usual, learn_usual

Most = tuple[int, ...]
"""So many rows at most of each band of horizons, the near one first."""
EVERY_S, MOST = 60.0, (600, 200, 160)
"""Rows of a training moment: what is near wants all there are (see :mod:`.trees`)."""
SLOW_EVERY_S, SLOW_MOST = 90.0, (0, 80, 200)
"""The same of days made slower, of which what is near is not learned from."""
LONGEST_S = 2_400.0
SLOW_LOG = 0.1
"""Simulated days count from a tenth slower than usual on; all of them, or from a twentieth: worse when quiet (ttc)."""
KINDS = 2
SEED = 20_161_211

Tell = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to learn from or to try on."""

    features: Floats
    usual_s: Floats
    mix_s: Floats
    actual_s: Floats
    made_at: Floats
    route_ix: Floats


def usual_of(network: Network, table: HopTable, days: Sequence[Day], drives: Sequence[Drives]) -> Usual:
    """Usual times from the drives of some days, and their runs."""
    whole = Driven(*(np.concatenate([getattr(each.driven, name) for each in drives]) for name in Driven.__slots__))
    lefts = Lefts(*(np.concatenate([getattr(each.lefts, name) for each in drives]) for name in Lefts.__slots__))
    pairs = list(zip(days, [each.driven for each in drives], strict=True))
    service_s = np.concatenate([each.ended_at - day.zero_at for day, each in pairs]) % 86_400
    kind = np.concatenate([np.full(len(each.hop), day.kind) for day, each in pairs])
    usual = learn_usual(table, whole, service_s, kind.astype(np.int64), KINDS, lefts)
    runs = runs_of([each.runs for each in drives])
    return replace(usual, runs=runs, earlier=earlier_of(network, runs, KINDS))


def rows_of(
    network: Network,
    table: HopTable,
    usual: Usual,
    day: Day,
    every_s: float,
    most: Most | None,
    slow_log: float = -np.inf,
) -> Rows:
    """Rows of a day: predictions that could be asked, and what came; none where no bus reached a stop.

    Parameters
    ----------
    every_s
        Seconds from moment to moment.
    most
        At most so many of each moment and band; all without it.
    slow_log
        Moments at which the network is less slow to see (log of its ratio to the usual) are left out.
    """
    rng = np.random.default_rng(SEED)
    truth, found = Truth(network, day), []
    for known in moments_of(network, table, day, every_s):
        moment = known.moment
        state = now_of(network, table, usual, known.traffic, moment.kind, moment.service_s, moment.now)
        if state.network <= slow_log:
            continue
        asked = ask(network, table, usual, known.traffic, moment, state)
        at, sure = truth.next(moment, asked.road.ptr, asked.stop_row)
        begun = moment.dist_m[asked.road.run] > BEGUN_M
        rows = np.flatnonzero(np.isfinite(at) & sure & begun & (asked.usual_s < LONGEST_S))
        if most is not None:
            rows = rows[_some_of_each(rng, asked.mix_s[rows], most)]
        if len(rows):
            found.append(
                Rows(
                    features(network, table, usual, known.traffic, moment, asked, rows)[:, :TREES],
                    asked.usual_s[rows],
                    asked.mix_s[rows],
                    at[rows] - moment.now,
                    np.full(len(rows), moment.now),
                    network.patterns.route_ix[moment.pattern_ix][asked.road.run[rows]].astype(float),
                )
            )
    return _joined(found) if found else no_rows()


def rows_of_days(
    network: Network,
    table: HopTable,
    days: Sequence[Day],
    drives: Sequence[Drives],
    tell: Tell = lambda _stage, _share: None,
) -> tuple[list[Rows], list[Rows]]:
    """Rows of each day, and of each day made slower; features rest on the history of the other days.

    Raises
    ------
    OperatorError
        If a day has none.
    """
    parts: list[Rows] = []
    slow: list[Rows] = []
    for number, day in enumerate(days):
        tell("reading the days", number / len(days))
        others = [k for k in range(len(days)) if k != number]
        usual = usual_of(network, table, [days[k] for k in others], [drives[k] for k in others])
        parts.append(rows_of(network, table, usual, day, EVERY_S, MOST))
        if not len(parts[-1].mix_s):
            raise OperatorError(f"{day.name}: no bus under way reached a stop that it was predicted to")
        snow = slower(network, day, SEED + number)
        slow.append(rows_of(network, table, usual, snow, SLOW_EVERY_S, SLOW_MOST, SLOW_LOG))
    return parts, slow


def thinned(rows: Rows, most: Most) -> Rows:
    """At most so many of the rows of each band, in their order."""
    kept = _some_of_each(np.random.default_rng(SEED), rows.mix_s, most)
    return Rows(*(getattr(rows, name)[kept] for name in Rows.__slots__))


def _some_of_each(rng: np.random.Generator, mix_s: Floats, most: Most) -> Ints:
    """Numbers of rows, at most so many of each band, drawn; in their order."""
    band, kept = band_of(mix_s), []
    for number, n in enumerate(most):
        mine = np.flatnonzero(band == number)
        kept.append(rng.choice(mine, n, replace=False) if len(mine) > n else mine)
    return np.sort(np.concatenate(kept))


def no_rows() -> Rows:
    """None."""
    return Rows(np.empty((0, TREES), dtype=np.float32), *(np.empty(0) for _ in range(5)))


def _joined(parts: Sequence[Rows]) -> Rows:
    return Rows(*(np.concatenate([getattr(part, name) for part in parts]) for name in Rows.__slots__))
