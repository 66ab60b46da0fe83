"""The four figures by the product's own scoreboard, with intervals by route."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.promises.days import Day
from benchmarks.promises.gone import SAID, causes, gaps, others
from benchmarks.promises.passed import passed
from benchmarks.tracking.figures import UNASKED, Figure
from benchmarks.tracking.interval import DRAWS, SEED
from passinfo.columns import Floats, Texts, take
from passinfo.prediction.accuracy.availability import Availability, availability, promises
from passinfo.prediction.accuracy.heard import Heard
from passinfo.prediction.accuracy.keys import NONE, By, Keys, keys_of
from passinfo.prediction.accuracy.truth import Truth, truth_of
from passinfo.prediction.protocol import Predictions

ASKED = {
    "served_5_min": ("a tracked prediction stood 5 min before", "97 %"),
    "served_10_min": ("a tracked prediction stood 10 min before", "93 %"),
    "broken": ("promised and never reached", "≤ 1 %"),
    "vanished": ("vanished and came back", "≤ 0.5 %"),
    "unseen": ("promised into a silence of the bus (counted apart)", UNASKED),
}
"""By field of Availability."""


def counted(on: str, by: By, day: Day, before: Day | None) -> Iterator[Figure]:
    """The figures of a day; ``before``: the same day as another version told it."""
    truth, heard = truth_of(day.visits), Heard(day.matches.vehicle_id, day.matches.observed_at)
    keys = keys_of(day.predictions, truth, by)
    whole = availability(day.predictions, truth, keys, heard)
    routes = by_route(day.predictions, truth, keys, heard)
    earlier = None if before is None else _whole(before, by)
    vehicles = len(set(day.matches.vehicle_id.tolist()))
    for field, (measure, asked) in ASKED.items():
        found = getattr(whole, field)
        low, high = _interval(np.array([[getattr(each, field).count, getattr(each, field).of] for each in routes]))
        base = None if earlier is None else 100 * getattr(earlier, field).value
        yield Figure(
            f"{on}, by {by}", measure, asked, 100 * found.value, "%", low, high, base, found.of, vehicles, None
        )
    yield from _broken(f"{on}, by {by}", day, truth, keys, heard, vehicles)
    yield from _gone(f"{on}, by {by}", day, truth, keys, whole.vanished.of, vehicles)


def by_route(predictions: Predictions, truth: Truth, keys: Keys, heard: Heard) -> list[Availability]:
    """The counts of each route; they sum to the whole."""
    names = np.unique(np.concatenate([_known(predictions.route_id), _known(truth.route_id)]).astype(str))
    first = np.unique(predictions.made_at, return_index=True)[1]  # moments are everybody's
    counts = []
    for name in names.tolist():
        own = predictions.route_id == name
        rows = np.union1d(np.flatnonzero(own), first)
        mine = np.where(own[rows], keys.prediction[rows], NONE)
        seen = np.where(truth.route_id == name, keys.truth, NONE)
        part = Keys(mine, seen, np.where(own[rows], keys.visit[rows], NONE))
        counts.append(availability(take(predictions, rows), truth, part, heard))
    return counts


def _broken(on: str, day: Day, truth: Truth, keys: Keys, heard: Heard, vehicles: int) -> Iterator[Figure]:
    """What of the promises broken the raw positions say."""
    said = day.predictions
    tracked = np.isfinite(said.p50_at) & (said.basis == "TRACKED") & (keys.prediction >= 0)
    kept = promises(said, truth, keys, tracked, heard)
    kept = kept[~kept["silent"]]
    of = len(kept)
    lost = kept[~kept["came"]]
    came_by = passed(day.network, take(said, lost["row"].to_numpy()), day.matches)
    lead_s = said.p50_at[lost["row"]] - said.made_at[lost["row"]]
    shares = {
        "… of these its bus drove by that stop that way all the same: hindsight lost the visit": came_by,
        "… it did not, and the promise was withdrawn more than 5 min before": ~came_by & (lead_s > 300.0),
        "… it did not, and the promise stood to the last 5 min": ~came_by & (lead_s <= 300.0),
    }
    for measure, which in shares.items():
        none = float("nan")
        share = 100 * float(np.count_nonzero(which)) / max(of, 1)
        yield Figure(on, measure, UNASKED, share, "%", none, none, None, of, vehicles, None)


def _gone(on: str, day: Day, truth: Truth, keys: Keys, of: int, vehicles: int) -> Iterator[Figure]:
    """What of those that vanished the raw positions say."""
    gone = gaps(day.predictions, truth, keys)
    counts = causes(day.network, day.predictions, day.matches, gone)
    beside = causes(day.network, day.predictions, day.matches, others(day.predictions, keys, gone))
    none = float("nan")
    for cause, count in counts.items():
        share, usual = (100 * each[cause] / max(sum(each.values()), 1) for each in (counts, beside))
        measure = f"{SAID[cause]} ({share:.0f} % of them, {usual:.0f} % of others)"
        yield Figure(on, measure, UNASKED, 100 * count / max(of, 1), "%", none, none, None, of, vehicles, None)


def _whole(day: Day, by: By) -> Availability:
    truth = truth_of(day.visits)
    heard = Heard(day.matches.vehicle_id, day.matches.observed_at)
    return availability(day.predictions, truth, keys_of(day.predictions, truth, by), heard)


def _interval(totals: Floats) -> tuple[float, float]:
    """95 % of draws of routes; of one or two routes nobody can say."""
    if len(totals) < 3:
        return float("nan"), float("nan")
    n = len(totals)
    drawn = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), size=DRAWS) @ totals
    low, high = np.percentile(100 * drawn[:, 0] / np.maximum(drawn[:, 1], 1), [2.5, 97.5])
    return float(low), float(high)


def _known(names: Texts) -> Texts:
    return names[~pd.isna(names)]
