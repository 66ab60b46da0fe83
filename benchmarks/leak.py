"""Whether what is received later changes a prediction: files cut at random moments, replayed, compared by bytes."""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.result import Result
from benchmarks.tracking.cities import MAPPINGS, data
from feeds.predictors import predictor_of
from feeds.recorded import read_recorded
from feeds.replay import tick_rows
from passinfo.bms.mapping import Mapping
from passinfo.bms.presets import load_mapping
from passinfo.columns import take
from passinfo.network.network import Network
from passinfo.prediction.protocol import Predictions, Predictor
from passinfo.settings import CitySettings, Hints
from passinfo.step import begin, step
from passinfo.stores.networks import network_from_gtfs

NAME = "leak"
SUMMARY = "predictions that change when everything received later is deleted; asked: none (needs PASSINFO_DATA)"
TICK_S, SPAN_S = 15.0, 900.0
MOMENTS, WINDOWS = 120, 6
SEED = 11
HINTS = Hints(trip=False, block=False, route=True, direction=False)


@dataclass(frozen=True, slots=True)
class Recording:
    """A file of positions, line by line."""

    network: Network
    predictor: Predictor
    mapping: Mapping
    path: Path
    lines: tuple[str, ...]
    line_of: np.ndarray
    """Line of each report, in order of reception."""
    received_at: np.ndarray


@dataclass(frozen=True, slots=True)
class Leaks:
    """What was tried, and what differed."""

    moments: int
    arrivals: int
    different: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked."""
    parser.add_argument("--moments", type=int, default=MOMENTS, help=f"of each city (default {MOMENTS})")


def run(arguments: argparse.Namespace) -> Result:
    """Both cities."""
    found = [leaks(recording(data() / name, MAPPINGS[name]), arguments.moments) for name in MAPPINGS]
    moments, arrivals, different = (sum(getattr(each, name) for each in found) for name in Leaks.__slots__)
    return Result(
        figure=float(different),
        unit="moments with a difference",
        n=moments,
        of=f"moments of {len(found)} cities, {arrivals:,} arrivals predicted at them",
        baseline=None,
        baseline_of="the same predictions from the whole file",
        reference="asked: 0 of 200",
    )


def recording(folder: Path, mapping: str, positions: str = "vehicle_positions.csv") -> Recording:
    """A recorded city: ``gtfs.zip`` and one CSV."""
    path, known = folder / positions, load_mapping(mapping)
    network = network_from_gtfs(folder / "gtfs.zip")
    found = read_recorded(path, known, None, None)
    lines = tuple(path.read_text(encoding="utf-8").splitlines(keepends=True))
    rows = np.asarray(found.row_numbers)
    return Recording(network, predictor_of(network, None), known, path, lines, rows, found.reports.received_at)


def leaks(of: Recording, moments: int, windows: int = WINDOWS) -> Leaks:
    """Cut ``of`` at random moments of some windows and compare what is predicted there."""
    rng = np.random.default_rng(SEED)
    latest = max(float(of.received_at[-1]) - SPAN_S, float(of.received_at[0]))
    tried = arrivals = different = 0
    for begin_at in rng.choice(of.received_at[of.received_at <= latest], windows).tolist():
        within = (of.received_at >= begin_at) & (of.received_at <= begin_at + SPAN_S)
        whole = dict(_predicted(of, within))
        ticks = [now for now in whole if now > begin_at + SPAN_S / 5]
        for cut_at in rng.choice(ticks, min(-(-moments // windows), len(ticks)), replace=False).tolist():
            *_, (now, said) = _predicted(of, within & (of.received_at <= cut_at))
            tried += 1
            arrivals += len(said.p50_at)
            different += _bytes(said) != _bytes(whole[now])
    return Leaks(tried, arrivals, different)


def _predicted(of: Recording, kept: np.ndarray) -> Iterator[tuple[float, Predictions]]:
    """Every tick's predictions from a file that holds no line but these."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / of.path.name
        path.write_text("".join([of.lines[0], *(of.lines[row] for row in sorted(of.line_of[kept] - 1))]))
        reports = read_recorded(path, of.mapping, None, None).reports
    world = begin(of.network, dataclasses.replace(CitySettings(), hints=HINTS), of.predictor)
    for now, rows in tick_rows(reports, TICK_S, world.settings.max_report_age_s):
        world, result = step(world, take(reports, rows), now)
        yield now, result.predictions


def _bytes(said: Predictions) -> list[bytes]:
    columns = (getattr(said, each.name) for each in dataclasses.fields(said))
    return [column.tobytes() if column.dtype != object else repr(column.tolist()).encode() for column in columns]
