"""``python -m feeds replay``: recorded positions through the whole pipeline, as if live."""

from __future__ import annotations

import argparse
import dataclasses
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track as progress

from feeds.networks import city_network
from feeds.predictors import predictor_of
from feeds.recorded import Recorded, read_recorded
from feeds.whole_day import write_hindsight
from feeds.words import HINT_NAMES
from passinfo.bms.presets import load_mapping
from passinfo.bms.reports import Reports
from passinfo.columns import take
from passinfo.errors import OperatorError
from passinfo.history.parquet import Writer
from passinfo.history.rejections import RejectionWriter
from passinfo.history.status import StatusWriter
from passinfo.prediction.protocol import Predictions
from passinfo.realtime.encode import Feeds
from passinfo.realtime.encoder import FeedEncoder
from passinfo.settings import Hints
from passinfo.step import World, begin, step
from passinfo.tracking.columns import Matches, Visits

RESULT = "status.jsonl"
"""The file by which a folder is known to be an earlier replay, so that it may be replaced."""


def run(arguments: argparse.Namespace) -> int:
    """Run the command; the exit code."""
    out: Path = arguments.out
    _refuse_foreign(out)
    mapping = load_mapping(arguments.mapping)
    recorded = read_recorded(arguments.positions, mapping, arguments.from_at, arguments.to_at)
    # a city's calendar begins when its feed is built: here, as if built when the recording began
    city = city_network(arguments.network, at=float(recorded.reports.received_at[0]))
    settings = dataclasses.replace(city.settings, hints=_hints(arguments.hints))
    world = begin(city.network, settings, predictor_of(city.network, arguments.model))
    draft = out.with_name(f".{out.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        ticks = replay(world, recorded, draft, arguments.tick, arguments.predictions_every, keep=arguments.keep_feeds)
        if arguments.hindsight:
            write_hindsight(draft, settings, city.network, recorded.reports)
        shutil.rmtree(out, ignore_errors=True)
        draft.replace(out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    refused = (
        f", {len(recorded.rejections)} of {recorded.rows} rows refused by the reader" if recorded.rejections else ""
    )
    sys.stderr.write(f"{out}: {len(recorded.reports.vehicle_id)} reports in {ticks} ticks{refused}\n")
    return 0


def _hints(words: tuple[str, ...]) -> Hints:
    return Hints(**{name: name in words for name in HINT_NAMES})


def _refuse_foreign(out: Path) -> None:
    """An existing folder is replaced only if it is a replay's."""
    if out.exists() and not (out / RESULT).is_file() and (not out.is_dir() or any(out.iterdir())):
        raise OperatorError(f"{out} exists and is no earlier replay: name another folder, or remove it")


def replay(
    world: World, recorded: Recorded, out: Path, tick_s: float, predictions_every_s: float, *, keep: bool
) -> int:
    """Run the ticks of a recording and write what became known into ``out``; the number of ticks.

    Ticks at which nothing is received and no vehicle is known are left out: they would say nothing.
    """
    reports, encoder = recorded.reports, FeedEncoder(world.network)
    with ExitStack() as files:
        matches = files.enter_context(Writer(out / "matches.parquet", Matches))
        visits = files.enter_context(Writer(out / "visits.parquet", Visits))
        predictions = files.enter_context(Writer(out / "predictions.parquet", Predictions))
        rejections = files.enter_context(RejectionWriter(out / "rejections.csv"))
        status = files.enter_context(StatusWriter(out / RESULT))
        rejections.append(recorded.rejections)
        last_kept, count, result = -1, 0, None
        for now, rows in _shown(list(tick_rows(reports, tick_s, world.settings.max_report_age_s))):
            world, result = step(world, take(reports, rows), now)
            count += 1
            matches.append(result.matches)
            visits.append(result.visits)
            rejections.append(recorded.told_by_source(result.rejections, rows.start))
            if int(now // predictions_every_s) != last_kept:
                last_kept = int(now // predictions_every_s)
                predictions.append(result.predictions)
            status.append(now, result.status)
            if keep:
                keep_feeds(encoder.encode(result.snapshot), out / "feeds", f"{now:.0f}")
        if result is not None:
            _write_last(encoder.encode(result.snapshot), out)
    return count


def tick_rows(reports: Reports, tick_s: float, lull_s: float) -> Iterator[tuple[float, slice]]:
    """Every tick with the rows received since the one before; after ``lull_s`` of silence on to the next report."""
    at = reports.received_at
    row, now, heard = 0, 0.0, -np.inf
    while row < len(at):
        now = now + tick_s if now - heard <= lull_s else (float(at[row]) // tick_s + 1) * tick_s
        end = int(np.searchsorted(at, now, side="right"))
        yield now, slice(row, end)
        heard = now if end > row else heard
        row = end


def _shown(ticks: list[tuple[float, slice]]) -> Iterator[tuple[float, slice]]:
    """The ticks behind a progress bar, where somebody watches."""
    console = Console(stderr=True)
    yield from progress(ticks, description="replay", console=console, disable=not console.is_terminal)


def keep_feeds(feeds: Feeds, folder: Path, name: str) -> None:
    """Keep a tick's feeds as ``folder``/<kind>/<name>.pb."""
    for kind, data in feeds.by_kind().items():
        (folder / kind).mkdir(parents=True, exist_ok=True)
        (folder / kind / f"{name}.pb").write_bytes(data)


def _write_last(feeds: Feeds, out: Path) -> None:
    for kind, data in feeds.by_kind().items():
        (out / f"{kind}.pb").write_bytes(data)
