"""Toronto, learned on Sunday to Wednesday and measured on Thursday."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from benchmarks.network.recorded import before_thursday, route_stops, runs_of_thursday, ttc
from benchmarks.tracking.figures import UNASKED, Figure
from passinfo.columns import Floats
from passinfo.geo import along
from passinfo.network.learn.follow import NEAR_M, SPANS_SHARE
from passinfo.network.learn.learn import learn_patterns
from passinfo.network.learn.learned import Learned
from passinfo.network.learn.line import placed, resampled
from passinfo.network.learn.passes import Passes, passes_of
from passinfo.network.learn.runs import Runs, cut_runs
from passinfo.network.learn.stops import with_stops
from passinfo.network.learn.traces import Traces

RUN_PLACES, TAG_RUNS = 8, 20
"""Runs and tags of fewer are not measured (the issue)."""
USABLE_SHARE, USABLE_SPAN = 0.85, 0.7
ON = "ttc, Thursday"
BASELINE = "longest run"


@dataclass(frozen=True, slots=True)
class TagMeasure:
    """One tag on Thursday."""

    tag: str
    off_m: Floats
    """Distance of each place from the nearest of the tag's lines."""
    spans: float
    """Share of runs that drive 80 % of the line they are on."""

    @property
    def usable(self) -> bool:
        """Whether the tag's pattern is fit for use."""
        return bool((self.off_m < 40).mean() >= USABLE_SHARE and self.spans >= USABLE_SPAN)


def figures() -> Iterator[Figure]:
    """What was reached on Toronto."""
    traces = ttc()
    early = before_thursday(traces)
    learned, thursday = learn_patterns(early), runs_of_thursday(traces)
    keys = measured_keys(traces, thursday, TAG_RUNS)
    found = [measure(str(traces.tag[key]), key, lines_of(learned, traces, key), thursday) for key in keys]
    plain = [measure(str(traces.tag[key]), key, longest(early, key), thursday) for key in keys]
    yield of_tags("tags with a usable pattern", "88 %", found, plain)
    for reach, asked in ((40, "96 %"), (20, "91 %")):
        yield of_places(f"reports within {reach} m of the tag's pattern", asked, found, plain, reach)
    yield neighbours(with_stops(learned, route_stops()), {(traces.route_id[key], traces.tag[key]) for key in keys})
    few = measured_keys(traces, thursday, 1)
    more = [measure(str(traces.tag[key]), key, lines_of(learned, traces, key), thursday) for key in few]
    yield of_tags("    the same, tags with any run on Thursday", UNASKED, more, None)


def neighbours(learned: Learned, keys: set[tuple[str, str]]) -> Figure:
    """Of the stops that follow each other on a tag's main pattern, how many do so in the route's list; median tag."""
    shares, failing = [], []
    for pattern in learned.patterns:
        if (pattern.route_id, pattern.tag) in keys and pattern.variant == 0 and len(pattern.stops) > 1:
            step = np.abs(np.diff([stop.list_row for stop in pattern.stops]))
            shares.append(100 * float((step == 1).mean()))
            if shares[-1] < 92:
                failing.append(f"{pattern.pattern_id}: {shares[-1]:.0f} % of {len(step)}")
    none = float("nan")
    measure = "stop neighbours adjacent in the route's list, median tag"
    reached = float(np.median(shares))
    return Figure(ON, measure, "92 %", reached, "%", none, none, None, len(shares), len(keys), None, tuple(failing))


def measured_keys(traces: Traces, thursday: Runs, least: int) -> list[int]:
    """Tags with enough runs to learn from, and at least so many on Thursday."""
    early = cut_runs(before_thursday(traces))
    return [
        key
        for key in range(len(traces.tag))
        if (_long(early) & (early.key_ix == key)).sum() >= TAG_RUNS
        and (_long(thursday) & (thursday.key_ix == key)).sum() >= least
    ]


def _long(runs: Runs) -> npt.NDArray[np.bool_]:
    return runs.end - runs.start >= RUN_PLACES


def lines_of(learned: Learned, traces: Traces, key: int) -> list[tuple[Floats, Floats]]:
    """The lines learned of a key."""
    return [
        (pattern.x_m, pattern.y_m)
        for pattern in learned.patterns
        if pattern.route_id == traces.route_id[key] and pattern.tag == traces.tag[key]
    ]


def longest(early: Traces, key: int) -> list[tuple[Floats, Floats]]:
    """The simplest way to a line: the longest run of the tag."""
    runs = cut_runs(early)
    mine = [runs.rows_of(int(run)) for run in np.flatnonzero((runs.key_ix == key) & _long(runs))]
    way = max(mine, key=lambda rows: float(along(runs.x_m[rows], runs.y_m[rows])[-1]))
    return [(runs.x_m[way], runs.y_m[way])]


def measure(tag: str, key: int, lines: list[tuple[Floats, Floats]], thursday: Runs) -> TagMeasure:
    """Thursday's runs of a tag, as cut from the reports, layovers off, ways back in."""
    passes = passes_of(thursday, np.flatnonzero((thursday.key_ix == key) & _long(thursday)), split=False)
    off_m, spans = np.full(len(passes.x_m), np.inf), np.zeros(len(passes), dtype=bool)
    points = shapely.points(passes.x_m, passes.y_m)
    for x_m, y_m in lines:
        off_m = np.minimum(off_m, shapely.distance(shapely.linestrings(np.column_stack((x_m, y_m))), points))
        spans |= _spans(x_m, y_m, passes)
    return TagMeasure(tag, off_m, float(spans.mean()))


def _spans(x_m: Floats, y_m: Floats, passes: Passes) -> npt.NDArray[np.bool_]:
    x, y = resampled(x_m, y_m)
    found = placed(x, y, passes.x_m, passes.y_m, passes.ux, passes.uy)
    near, owner = found.cost_m < NEAR_M, passes.of_pass()
    low, high = np.full(len(passes), np.inf), np.full(len(passes), -np.inf)
    np.minimum.at(low, owner[near], found.dist_m[near])
    np.maximum.at(high, owner[near], found.dist_m[near])
    return np.asarray(high - low >= SPANS_SHARE * along(x, y)[-1])


def of_tags(measure: str, asked: str, found: list[TagMeasure], plain: list[TagMeasure] | None) -> Figure:
    """Share of tags that are usable."""
    failing = [
        f"{each.tag}: {100 * (each.off_m < 40).mean():.0f} % within 40 m, {100 * each.spans:.0f} % span"
        for each in found
        if not each.usable
    ]
    reached = 100 * float(np.mean([each.usable for each in found]))
    base = None if plain is None else 100 * float(np.mean([each.usable for each in plain]))
    none = float("nan")
    return Figure(ON, measure, asked, reached, "%", none, none, base, len(found), len(found), None, tuple(failing))


def of_places(measure: str, asked: str, found: list[TagMeasure], plain: list[TagMeasure], reach_m: float) -> Figure:
    """Share of places near their tag's lines."""
    off, base = (np.concatenate([each.off_m for each in some]) for some in (found, plain))
    reached, beside = (100 * float((part < reach_m).mean()) for part in (off, base))
    none = float("nan")
    return Figure(ON, measure, asked, reached, "%", none, none, beside, len(off), len(found), None)
