"""New York's B63: traces of single buses whose phases were labelled by hand.

The depot place is city data. A city knows it; here it is where the *other* traces say AT_BASE, so that no trace is
judged by its own labels.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.tracking.cities import NONE, Tracked, data, drive, in_hindsight, network
from benchmarks.tracking.failures import clock
from benchmarks.tracking.figures import Figure, share, value
from feeds.recorded import read_recorded
from passinfo.bms.presets import load_mapping
from passinfo.settings import CitySettings, Depot

ZONE = "America/New_York"
WORDS = {"IN_PROGRESS": "IN_SERVICE", "LAYOVER": "LAYOVER", "DEADHEAD": "DEADHEAD", "AT_BASE": "OUT_OF_SERVICE"}
AT_BASE = {"AT_BASE"}
TORN_LON_DEG = -73.0
"""Two fixes of the traces lie on this meridian: torn lines."""


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled row of a trace."""

    lat_deg: float
    lon_deg: float
    words: frozenset[str]
    """The acceptable phases, in the labels' words."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One row: what was said beside the label."""

    trace: str
    at: float
    said: str
    reason: str
    words: frozenset[str]
    right: bool


def phases() -> Iterator[Figure]:
    """Phase within the acceptable labels, with the depot given and without."""
    traces = sorted((data() / "nyc-b63" / "traces").glob("*.csv"))
    for depot, asked in ((True, ("95 %", "96 %")), (False, ("94 %", "95 %"))):
        live = [
            _live(trace, (depot_of([each for each in traces if each != trace]),) if depot else ()) for trace in traces
        ]
        on = "nyc-b63, depot given" if depot else "nyc-b63, no depot"
        for mode, aim, seen in (
            ("live", asked[0], live),
            ("hindsight", asked[1], [in_hindsight(each) for each in live]),
        ):
            rows = [row for trace, each in zip(traces, seen, strict=True) for row in _judged(trace, each, depot=depot)]
            yield _share(on, f"phase acceptable, {mode}", aim, rows)
            driving = [row for row in rows if row.words == {"IN_PROGRESS"}]
            yield _share(on, f"recall of IN_PROGRESS, {mode}", "94 %", driving)
            waiting = [row for row in rows if row.words == {"LAYOVER"}]
            wrong = sum(not row.right for row in waiting)
            n = len({row.trace for row in waiting})
            yield value(on, f"LAYOVER alone, wrong, {mode}", "≤ 8", wrong, "rows", len(waiting), n)


def depot_of(traces: Sequence[Path]) -> Depot:
    """The depot: the middle of where these traces say AT_BASE and nothing else."""
    base = [label for trace in traces for label in labels(trace).values() if label.words == AT_BASE]
    lat_deg = float(np.median([label.lat_deg for label in base]))
    return Depot("depot", lat_deg, float(np.median([label.lon_deg for label in base])))


@cache
def labels(trace: Path) -> dict[float, Label]:
    """The labelled rows of a trace by instant."""
    zone = ZoneInfo(ZONE)
    found = {}
    with trace.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            at = dt.datetime.strptime(row["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone).timestamp()
            lat_deg, lon_deg = float(row["lat"]), float(row["lon"])
            if row["actual_phase"] and abs(lon_deg - TORN_LON_DEG) > 1e-3:
                parts = row["actual_phase"].split("+")
                words = (next(word for word in WORDS if part.startswith(word)) for part in parts)
                found[at] = Label(lat_deg, lon_deg, frozenset(words))
    return found


def _live(trace: Path, depots: tuple[Depot, ...]) -> Tracked:
    recorded = read_recorded(trace, load_mapping("nyc-b63"), None, None)
    return drive(network("nyc-b63"), recorded.reports, CitySettings(hints=NONE, depots=depots))


def _judged(trace: Path, seen: Tracked, *, depot: bool) -> list[Judged]:
    """Every labelled row; without a depot, being at base and driving empty are one."""
    known, judged = labels(trace), []
    said = seen.matches
    for at, phase, reason in zip(said.observed_at.tolist(), said.phase.tolist(), said.reason.tolist(), strict=True):
        if at not in known:
            continue
        words = known[at].words
        acceptable = {WORDS[word] for word in words}
        if not depot and "AT_BASE" in words:
            acceptable.add("DEADHEAD")
        empty = phase == "OFF_ROUTE" or (phase == "OUT_OF_SERVICE" and not depot)
        judged.append(Judged(trace.stem, at, phase, reason, words, ("DEADHEAD" if empty else phase) in acceptable))
    return judged


def _share(on: str, measure: str, asked: str, rows: Sequence[Judged]) -> Figure:
    right = np.array([row.right for row in rows], dtype=bool)
    vehicles = np.array([row.trace for row in rows], dtype=object)
    return share(on, measure, asked, right, vehicles, None, _cases(rows))


def _cases(rows: Sequence[Judged]) -> list[str]:
    """The failing cases: a line for each stretch with the same label, told the same; longest first."""
    found: list[list[Judged]] = []
    last: Judged | None = None
    for row in rows:
        if not row.right:
            same = last is not None and (last.trace, last.words, last.said) == (row.trace, row.words, row.said)
            if same and found and found[-1][-1] is last:
                found[-1].append(row)
            else:
                found.append([row])
        last = row
    found.sort(key=len, reverse=True)
    return [
        f"{run[0].trace} {clock(run[0].at, ZONE)}–{clock(run[-1].at, ZONE)} {len(run):3d} rows"
        f" | labelled {'+'.join(sorted(run[0].words))} | said {run[0].said} {run[0].reason}"
        for run in found
    ]
