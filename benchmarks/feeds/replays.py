"""The days that are replayed: four real ones, and an hour of a simulated city in which people order things."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.arrivals.days import SPANS, TEST, learned_feed
from benchmarks.feeds.dispatcher import Dispatcher
from benchmarks.tracking.cities import data
from feeds.build import build
from feeds.cities import find_city
from feeds.cli import main
from feeds.networks import city_network
from feeds.recorded import read_recorded
from passinfo.bms.city import read_city
from passinfo.bms.presets import load_mapping
from passinfo.bms.reports import Reports
from passinfo.prediction.stack import default_predictor
from passinfo.settings import Hints
from passinfo.step import World, begin

B63 = Path(__file__).resolve().parents[2] / "tests" / "data" / "nyc-b63"
HOUR = ("2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z")


@dataclass(frozen=True, slots=True)
class Replay:
    """What is replayed, on which static feed, under which orders."""

    gtfs: Path
    world: World
    reports: Reports
    dispatcher: Dispatcher | None = None


def replay_of(name: str, work: Path) -> Replay:
    """A replay by name; what has to be made for it is made in ``work``."""
    work.mkdir(parents=True, exist_ok=True)
    return REPLAYS[name](work)


def _real(gtfs: Path, positions: Path, mapping: str, hints: Hints, span: tuple[str, str] | None = None) -> Replay:
    ends = [dt.datetime.fromisoformat(text).timestamp() for text in span] if span else [None, None]
    recorded = read_recorded(positions, load_mapping(mapping), *ends)
    city = city_network(str(gtfs))
    settings = dataclasses.replace(city.settings, hints=hints)
    return Replay(gtfs, begin(city.network, settings, default_predictor(city.network)), recorded.reports)


def _city(name: str, mapping: str) -> Replay:
    return _real(data() / name / "gtfs.zip", data() / name / "vehicle_positions.csv", mapping, NO_HINTS)


def _ttc(work: Path) -> Replay:
    positions = data() / "ttc" / "positions.parquet"
    return _real(learned_feed(work), positions, "nextbus", Hints(trip=False, block=False), SPANS[TEST])


def _pasig(work: Path) -> Replay:
    """130 simulated buses, tracked by GPS alone, and a dispatcher who gives orders while they drive."""
    gtfs, positions = work / "pasig.zip", work / "pasig.csv"
    first = dt.datetime.fromisoformat(HOUR[0])
    build(read_city(find_city("pasig")), gtfs, today=first.date())
    main(["simulate", "pasig", "--vehicles", "130", "--from", HOUR[0], "--to", HOUR[1], "--out", str(positions)])
    recorded = read_recorded(positions, load_mapping("passinfo"), None, None)
    city = city_network("pasig", at=first.timestamp())
    settings = dataclasses.replace(city.settings, hints=NO_HINTS)
    world = begin(city.network, settings, default_predictor(city.network))
    return Replay(gtfs, world, recorded.reports, Dispatcher(city.network))


NO_HINTS = Hints(trip=False, block=False, route=False, direction=False, variant=False)
REPLAYS: dict[str, Callable[[Path], Replay]] = {
    "wmata": lambda _: _city("wmata", "gtfs-rt-csv"),
    "kingston": lambda _: _city("kingston", "kingston"),
    "nyc-b63": lambda _: _real(B63 / "gtfs.zip", B63 / "traces", "nyc-b63", NO_HINTS),
    "pasig": _pasig,
    "ttc": _ttc,
}
