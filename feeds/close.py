"""``python -m feeds close``: days that are over, from the report log into the history of a state directory.

A day is replayed as it was received, live and with hindsight, with the model that is live: so its predictions are what
passengers would have been told, and its visits what truly came. One closed before from the same reports stays as it is.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from feeds.networks import CityNetwork, city_network
from feeds.predictors import predictor_of
from feeds.recorded import Recorded
from feeds.replay import replay
from feeds.whole_day import write_hindsight
from passinfo.bms.reports import Reports
from passinfo.columns import concat, take
from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.prediction.arrival.clock import NEW_DAY_S
from passinfo.prediction.artefact import ArtefactUnusable
from passinfo.prediction.protocol import Predictor
from passinfo.step import begin
from passinfo.stores.history import HISTORY, ClosedDay, closed_day, write_day
from passinfo.stores.models import ModelStore
from passinfo.stores.networks import save_network
from passinfo.stores.report_json import from_payloads
from passinfo.stores.report_log import ReportLog, SqliteReportLog
from passinfo.times import service_date_of, service_day_zero_s, shift_date

AT_ONCE = 20_000
"""Reports read at once."""
LATE_S = 60.0
"""Several writers share the log: its order is that of reception but for so much."""
TICK_S, PREDICTIONS_EVERY_S = 10.0, 30.0


@dataclass(frozen=True, slots=True)
class _Span:
    date: int
    first_at: float
    end_at: float


def run(arguments: argparse.Namespace) -> int:
    """Close all days that are over; the exit code."""
    state = arguments.state or _state()
    path = state / "reports.sqlite"
    if not path.is_file():
        raise OperatorError(f"{state} holds no reports.sqlite: name the state directory of a live loop")
    log = SqliteReportLog(path)
    try:
        zone = city_network(arguments.city).network.timezone
        closed = [close_day(state, arguments.city, log, span) for span in days_over(log, zone, time.time())]
    finally:
        log.close()
    if not any(day.reports for day in closed):
        print(f"{state}: no service day is over yet")
    for day in [each for each in closed if each.reports]:
        print(f"{day.date}: {day.reports} reports, {'closed' if day.fresh else 'was closed before'}")
    return 0


@dataclass(frozen=True, slots=True)
class Closed:
    """What was done about a day."""

    date: int
    reports: int
    fresh: bool


def days_over(log: ReportLog, zone: str, now: float) -> Iterator[_Span]:
    """Service days of which the log holds reports and that are over, oldest first."""
    first = log.read(0, 1)
    if not first:
        return
    date = service_date_of(_received(first[0].payload) - NEW_DAY_S, zone)
    while True:
        span = _Span(
            date,
            service_day_zero_s(date, zone) + NEW_DAY_S,
            service_day_zero_s(shift_date(date, 1), zone) + NEW_DAY_S,
        )
        if span.end_at + LATE_S > now:
            return
        yield span
        date = shift_date(date, 1)


def close_day(state: Path, city: str, log: ReportLog, span: _Span) -> Closed:
    """Write one day, unless it was written before from the same reports."""
    folder = state / HISTORY / str(span.date)
    first, last = (first_since(log, at) for at in (span.first_at - LATE_S, span.end_at + LATE_S))
    before = closed_day(folder)
    opened = city_network(city, cache_dir=state / "networks", at=span.first_at)
    if before is not None and before.network_hash == str(opened.network.hash) and before.last_offset >= last:
        return Closed(span.date, before.reports, fresh=False)
    reports = received_between(log, first, last, span.first_at, span.end_at)
    if before is not None and len(reports.vehicle_id) < before.reports:  # the log was trimmed since
        return Closed(span.date, before.reports, fresh=False)
    if not len(reports.vehicle_id):
        return Closed(span.date, 0, fresh=False)
    _write(
        state, folder, opened, reports, ClosedDay(span.date, str(opened.network.hash), last, len(reports.vehicle_id))
    )
    return Closed(span.date, len(reports.vehicle_id), fresh=True)


def _write(state: Path, folder: Path, city: CityNetwork, reports: Reports, day: ClosedDay) -> None:
    draft = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    rows = np.arange(1, len(reports.vehicle_id) + 1, dtype=np.int32)
    recorded = Recorded(reports, (), len(rows), rows, ("reports.sqlite",), np.zeros(len(rows), dtype=np.int32))
    save_network(city.network, state / "networks")
    predictor, used = _predictor(state, city.network)
    world = begin(city.network, city.settings, predictor)
    sys.stderr.write(f"closing {day.date}: {day.reports} reports\n")
    replay(world, recorded, draft, TICK_S, PREDICTIONS_EVERY_S, keep=False)
    write_hindsight(draft, city.settings, city.network, reports)
    write_day(draft, dataclasses.replace(day, model=used))
    shutil.rmtree(folder, ignore_errors=True)
    draft.replace(folder)


def _predictor(state: Path, network: Network) -> tuple[Predictor, str | None]:
    """What is live and its name; where it can no longer be used, what serves without: a day is closed all the same."""
    live = ModelStore(state).live()
    if live is not None:
        try:
            return predictor_of(network, ModelStore(state).folder(live.model)), live.model
        except ArtefactUnusable as error:
            sys.stderr.write(f"closed without the live model: {error}\n")
    return predictor_of(network, None), None


def received_between(log: ReportLog, first: int, last: int, from_at: float, to_at: float) -> Reports:
    """Reports received in [from_at, to_at), in order of reception; of the entries beyond ``first`` up to ``last``."""
    parts: list[Reports] = []
    while first < last:
        entries = [entry for entry in log.read(first, AT_ONCE) if entry.offset <= last]
        if not entries:
            break
        first = entries[-1].offset
        reports = from_payloads([entry.payload for entry in entries])
        parts.append(take(reports, (reports.received_at >= from_at) & (reports.received_at < to_at)))
    whole = concat(Reports, parts)
    return take(whole, np.argsort(whole.received_at, kind="stable"))


def first_since(log: ReportLog, at: float) -> int:
    """The last offset whose report was received before an instant (by halving: order of reception, nearly)."""
    low, high = 0, log.newest()
    while low < high:
        middle = (low + high) // 2
        entry = log.read(middle, 1)
        if not entry or _received(entry[0].payload) >= at:
            high = middle
        else:
            low = entry[0].offset
    return low


def _received(payload: bytes) -> float:
    return float(json.loads(payload)["received_at"])


def _state() -> Path:
    if not os.environ.get("PASSINFO_STATE"):
        raise OperatorError("name the state directory: --state DIR, or PASSINFO_STATE")
    return Path(os.environ["PASSINFO_STATE"])
