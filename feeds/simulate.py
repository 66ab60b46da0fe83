"""``python -m feeds simulate CITY --vehicles N``: a made-up fleet's reports, to a file or to a counter."""

from __future__ import annotations

import argparse
import contextlib
import csv
import datetime as dt
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from feeds.networks import CityNetwork, city_network
from feeds.simulator.fleet import DAY_STARTS_S, Fleet
from feeds.simulator.pace import in_real_time
from feeds.simulator.post import Poster
from feeds.simulator.rows import REPORT_COLUMNS, TRUTH_COLUMNS, SimulatedReport, TrueVisit, csv_cells
from feeds.simulator.service import Service
from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.times import service_date_of, service_day_zero_s, shift_date

BACKLOG_S = 600.0
"""A counter first gets the last ten minutes at once, so that tracking knows every bus when it starts."""
DAY_S = 86_400.0


class NothingRuns(OperatorError):
    """No service in the time asked for."""


def run(arguments: argparse.Namespace) -> int:
    """Simulate as the command line says; the exit code."""
    now = time.time()
    city = city_network(arguments.city, at=now if arguments.from_at is None else arguments.from_at)
    if arguments.post:
        return _post(city, arguments, now)
    return _write(city, arguments, now)


def _write(city: CityNetwork, arguments: argparse.Namespace, now: float) -> int:
    zone = city.network.timezone
    from_at = arguments.from_at
    if from_at is None:
        from_at = service_day_zero_s(service_date_of(now, zone), zone) + DAY_STARTS_S
    to_at = from_at + DAY_S if arguments.to_at is None else arguments.to_at
    with contextlib.ExitStack() as files:
        fleet = _fleet(city, arguments, from_at, to_at, files)
        out = files.enter_context(_open(arguments.out)) if arguments.out else sys.stdout
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(REPORT_COLUMNS)
        count = 0
        for report in _with_progress(fleet.reports(), from_at, to_at):
            rows.writerow(csv_cells(report))
            count += 1
    if not count:
        raise NothingRuns(f"no bus runs between {_clock(from_at, zone)} and {_clock(to_at, zone)} ({zone})")
    _tell(f"{count} simulated reports of {len(fleet.vehicles)} vehicles")
    return 0


def _post(city: CityNetwork, arguments: argparse.Namespace, now: float) -> int:
    zone, speed = city.network.timezone, float(arguments.speed)
    start = now if arguments.from_at is None else float(arguments.from_at)
    to_at = _calendar_end(city.network) if arguments.to_at is None else float(arguments.to_at)
    next_at = Service(city.network).next_start_at(start)
    if next_at is None:
        raise NothingRuns(f"no bus runs in the week from {_clock(start, zone)} on ({zone})")
    if next_at > start:
        _tell(f"no bus is in service until {_clock(next_at, zone)} ({zone})")
    if speed != 1.0 or arguments.from_at is not None:
        _tell("the instants of these reports are not those of the clock on the wall")
    stop = threading.Event()
    poster = Poster(arguments.post, os.environ.get("PASSINFO_KEY", ""), stop)
    with contextlib.ExitStack() as files:
        files.callback(poster.close)
        fleet = _fleet(city, arguments, start - BACKLOG_S, to_at, files)
        caught = files.enter_context(_stopped_by_signals(stop))
        _tell(f"{len(fleet.vehicles)} vehicles to {arguments.post}, from {_clock(start, zone)} on ({zone})")
        began = time.monotonic()
        in_real_time(
            fleet.reports(),
            poster.send,
            lambda: start + (time.monotonic() - began) * speed,
            stop,
            lambda at: _tell(f"no bus reports until {_clock(at, zone)} ({zone})"),
        )
    return 130 if signal.SIGINT in caught else 0


def _fleet(
    city: CityNetwork, arguments: argparse.Namespace, from_at: float, to_at: float, files: contextlib.ExitStack
) -> Fleet:
    if to_at <= from_at:
        raise OperatorError("--to must be later than --from")
    visit = _truth_writer(files.enter_context(_open(arguments.truth))) if arguments.truth else None
    fleet = Fleet(
        city.network,
        city.settings,
        vehicles=arguments.vehicles,
        seed=arguments.seed,
        from_at=from_at,
        to_at=to_at,
        on_visit=visit,
    )
    if len(fleet.vehicles) < arguments.vehicles:
        _tell(f"only {len(fleet.vehicles)} of {arguments.vehicles} vehicles have work: the service needs no more")
    return fleet


def _truth_writer(out: TextIO) -> Callable[[TrueVisit], None]:
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(TRUTH_COLUMNS)

    def write(visit: TrueVisit) -> None:
        rows.writerow(csv_cells(visit))

    return write


def _open(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="")


def _with_progress(reports: Iterator[SimulatedReport], from_at: float, to_at: float) -> Iterator[SimulatedReport]:
    if not sys.stderr.isatty():
        yield from reports
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("driving", total=to_at - from_at)
        for report in reports:
            bar.update(task, completed=report.received_at - from_at)
            yield report


@contextlib.contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[list[int]]:
    """Set ``stop`` on SIGINT and SIGTERM; the signals that came."""
    caught: list[int] = []

    def note(number: int, _frame: object) -> None:
        caught.append(number)
        stop.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _calendar_end(network: Network) -> float:
    """When the last service day of the calendar is surely over."""
    calendar = network.calendar
    if not calendar.first_date:
        return math.inf
    return service_day_zero_s(shift_date(calendar.first_date, calendar.active.shape[1] + 2), network.timezone)


def _clock(at: float, zone: str) -> str:
    return dt.datetime.fromtimestamp(at, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def _tell(message: str) -> None:
    print(f"simulate: {message}", file=sys.stderr, flush=True)
