"""Congestion levels told of buses, against how they drove on: Toronto's Thursday on three days' history."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.arrivals.days import TEST, TRAINING, recorded
from benchmarks.tracking.figures import UNASKED, Figure, value
from benchmarks.tracking.table import Table
from models.arrivals.day import Day
from models.arrivals.drives import drives_of
from models.arrivals.rows import usual_of
from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.prediction.arrival.clock import day_of
from passinfo.prediction.arrival.congestion import congestion_levels
from passinfo.prediction.arrival.driven import Driven, Reached, driven_of
from passinfo.prediction.arrival.hops import HopTable, Rows, hop_table
from passinfo.prediction.arrival.traffic import no_traffic, with_reached
from passinfo.prediction.arrival.usual import Usual

NAME = "congestion"
SUMMARY = "congestion levels of Toronto's buses against how they drove on (needs PASSINFO_DATA; minutes)"
EVERY_S, SEEN_S, AHEAD_S = 300.0, 30.0, 600.0
FIRST_S, LAST_S = 6 * 3_600.0, 22 * 3_600.0
LEVELS = ("not known", "running smoothly", "stop and go", "congestion", "severe congestion")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark can be asked."""
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep the replayed days here, and use those that are")


def run(arguments: argparse.Namespace) -> Table:
    """Speed over the next ten minutes, as a share of the usual one, by what was told."""
    with tempfile.TemporaryDirectory() as folder:
        network, days = recorded(arguments.work or Path(folder))
    table = hop_table(network)
    learned = [days[name] for name in TRAINING if days[name].kind == days[TEST].kind]
    usual = usual_of(network, table, learned, [drives_of(network, table, day) for day in learned])
    told, share = (np.concatenate(part) for part in zip(*_moments(network, table, usual, days[TEST]), strict=True))
    return Table(tuple(_figures(told, share)))


def _figures(told: Rows, share: Floats) -> Iterator[Figure]:
    judged = np.isfinite(share)
    for level, name in enumerate(LEVELS):
        which = told == level
        said = f"{name}: told of {which.mean():.1%}; median speed over the next ten minutes, share of the usual"
        reached = float(np.median(share[which & judged])) if (which & judged).any() else np.nan
        yield value("ttc, Thursday", said, UNASKED, 100 * reached, "%", int((which & judged).sum()), 0)


def _moments(network: Network, table: HopTable, usual: Usual, day: Day) -> Iterator[tuple[Rows, Floats]]:
    """Every five minutes: the level where each bus in service is, and how it drove then."""
    truth, traffic, done = driven_of(network, table, day.true), no_traffic(table), 0
    for now in np.arange(day.zero_at + FIRST_S, day.zero_at + LAST_S, EVERY_S):
        known = int(np.searchsorted(day.live.known_at, now, side="right"))
        fresh = Reached(*(getattr(day.live, name)[done:known] for name in Reached.__slots__))
        traffic, done = with_reached(network, table, traffic, fresh, now), known
        at = day.seen.received_at
        here = (at > now - SEEN_S) & (at <= now) & (day.seen.pattern_ix >= 0)
        pattern, dist_m = day.seen.pattern_ix[here], day.seen.dist_m[here]
        told = congestion_levels(network, table, usual, traffic, pattern, dist_m, now).astype(np.int64)
        yield told, _drove(network, usual, truth, day.seen.vehicle_id[here].astype(str), now)


def _drove(network: Network, usual: Usual, truth: Driven, vehicle_id: Floats, now: float) -> Floats:
    """Speed of each vehicle over the hops it ended in the next minutes, as a share of the usual one."""
    then = (truth.ended_at > now) & (truth.ended_at <= now + AHEAD_S)
    names, which = np.unique(truth.vehicle_id[then].astype(str), return_inverse=True)
    usual_s = usual.column(*day_of(network, now))[truth.hop[then]]
    shares = np.bincount(which, usual_s, len(names)) / np.bincount(which, truth.seconds[then], len(names))
    place = np.minimum(np.searchsorted(names, vehicle_id), max(len(names) - 1, 0))
    found = names[place] == vehicle_id if len(names) else np.zeros(len(vehicle_id), dtype=bool)
    return np.where(found, shares[place] if len(names) else np.nan, np.nan)
