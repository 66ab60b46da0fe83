"""Made-up situations that break trackers: right or abstained, never wrong."""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.adversary.bus import Told
from benchmarks.adversary.judge import Verdict, judge
from benchmarks.adversary.scene import Scene
from benchmarks.adversary.scenes import SCENES
from benchmarks.tracking.figures import UNASKED, Figure, value
from benchmarks.tracking.table import Table
from feeds.replay import tick_rows
from passinfo.bms.intake import Last, accept
from passinfo.bms.reports import Reports
from passinfo.columns import concat, take
from passinfo.network.area import area_of
from passinfo.settings import CitySettings
from passinfo.tracking.columns import Matches
from passinfo.tracking.hindsight.day import hindsight
from passinfo.tracking.track import begin, track

NAME = "adversary"
SUMMARY = "loops, swaps, wrong logins, gaps, detours … made up by seed: right or abstained, live and in hindsight"
SEEDS, FROZEN = 30, 20
"""Thresholds were chosen on the first seeds only."""
TUNED, UNSEEN = f"seeds to {FROZEN}", f"seeds after {FROZEN}"
TICK_S = 15.0


@dataclass(frozen=True, slots=True)
class Went:
    """One scene of a kind, and how it went."""

    seed: int
    live: Verdict
    hindsight: Verdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked."""
    parser.add_argument("--only", metavar="WORD", default="", help="only scenes whose name has this in it")
    parser.add_argument("--seeds", type=int, default=SEEDS, metavar="N", help=f"how many of each (default {SEEDS})")
    parser.add_argument("--first", type=int, default=1, metavar="N", help="first seed (default 1)")
    parser.add_argument("--failures", action="store_true", help="print the wrong cases too")


def run(arguments: argparse.Namespace) -> Table:
    """Share right or abstained and share answered, of each kind of scene."""
    seeds = range(arguments.first, arguments.first + arguments.seeds)
    found: list[Figure] = []
    everything: list[Went] = []
    for name in [name for name in SCENES if arguments.only in name]:
        went = [Went(seed, *verdict(name, seed)) for seed in seeds]
        everything += went
        found += list(_figures(name, went, arguments.failures))
    for title in (TUNED, UNSEEN):
        part = [each for each in everything if (each.seed > FROZEN) == (title == UNSEEN)]
        if part:
            found += list(_figures(f"all, {title}", part, failures=False))
    table = Table(tuple(found))
    if arguments.failures:
        print(table.failures())
    return table


def scene_of(name: str, seed: int) -> Scene:
    """One scene of a kind."""
    scene = Scene(np.random.default_rng([seed, zlib.crc32(name.encode())]))
    SCENES[name](scene)
    return scene


def verdict(name: str, seed: int) -> tuple[Verdict, Verdict]:
    """How live tracking and hindsight do in one scene."""
    scene = scene_of(name, seed)
    reports, truth = scene.reports()
    accepted, live = track_scene(scene, reports)
    known, _ = hindsight(CitySettings(hints=scene.hints), scene.town.network(), accepted, live)
    live_verdict = judge(scene, in_order_of(live, reports, truth), live)
    return live_verdict, judge(scene, in_order_of(known, reports, truth), known)


def track_scene(scene: Scene, reports: Reports) -> tuple[Reports, Matches]:
    """The reports taken, and what live tracking says of them."""
    network, settings = scene.town.network(), CitySettings(hints=scene.hints)
    area, last = area_of(network, settings), dict[str, Last]()
    state, parts, accepted = begin(network), [], []
    for now, rows in tick_rows(reports, TICK_S, settings.max_report_age_s):
        taken = accept(take(reports, rows), now, area=area, settings=settings, fleet_ids=None, last=last)
        state, said = track(settings, state, taken.reports, (), now)
        last = dict(taken.last)
        accepted.append(taken.reports)
        parts.append(said.matches)
    return concat(Reports, accepted), concat(Matches, parts)


def in_order_of(matches: Matches, reports: Reports, truth: list[tuple[Told, int]]) -> list[tuple[Told, int]]:
    """The truth of each match."""
    where = {key: row for row, key in enumerate(_keys(reports))}
    return [truth[where[key]] for key in _keys(matches)]


def _keys(table: Reports | Matches) -> list[tuple[str, float]]:
    return list(zip(table.vehicle_id.tolist(), table.observed_at.tolist(), strict=True))


def _figures(name: str, went: list[Went], failures: bool) -> Iterator[Figure]:
    for mode, some in (("live", [each.live for each in went]), ("hindsight", [each.hindsight for each in went])):
        reports, asked = sum(one.reports for one in some), sum(one.asked for one in some)
        wrong = sum(len(one.wrong) for one in some)
        cases = [f"seed {each.seed}: {case}" for each, one in zip(went, some, strict=True) for case in one.wrong]
        mark = ("100 %", "85 %") if mode == "live" else (UNASKED, UNASKED)
        right = 100 * (1 - wrong / reports)
        bad = sum(bool(one.wrong) for one in some)
        shown = cases if failures else []
        yield value(f"{name}, {mode}", "right or abstained", mark[0], right, "%", reports, len(some), shown, bad)
        answered = 100 * sum(one.answered for one in some) / max(asked, 1)
        yield value(f"{name}, {mode}", "answered of what can be known", mark[1], answered, "%", asked, len(some))
