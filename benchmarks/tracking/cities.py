"""The recorded cities: networks, reports, and what tracking says of them."""

from __future__ import annotations

import csv
import dataclasses
import io
import os
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from feeds.recorded import read_recorded
from feeds.replay import tick_rows
from passinfo.bms.intake import Last, accept
from passinfo.bms.presets import load_mapping
from passinfo.bms.reports import Reports
from passinfo.columns import Bools, Floats, concat, take
from passinfo.errors import OperatorError
from passinfo.network.area import area_of
from passinfo.network.network import Network
from passinfo.settings import CitySettings, Hints
from passinfo.stores.networks import network_from_gtfs
from passinfo.tracking.columns import Matches, Visits
from passinfo.tracking.hindsight.day import hindsight
from passinfo.tracking.track import begin, track

NONE = Hints(trip=False, block=False, route=False, direction=False, variant=False)
ROUTE = Hints(trip=False, block=False, route=True, direction=False)
ALL = Hints()
MAPPINGS = {"wmata": "gtfs-rt-csv", "kingston": "kingston"}
TICK_S = 15.0


@dataclass(frozen=True, slots=True)
class Tracked:
    """What live tracking said: accepted reports, and matches and visits; match ``i`` is of ``accepted[row[i]]``."""

    network: Network
    settings: CitySettings
    accepted: Reports
    matches: Matches
    visits: Visits
    row: npt.NDArray[np.intp]


def data() -> Path:
    """The folder of recorded data.

    Raises
    ------
    OperatorError
        If it is not there.
    """
    folder = Path(os.environ.get("PASSINFO_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
    if not folder.is_dir():
        raise OperatorError(f"{folder}: no such folder: set PASSINFO_DATA to where the recorded cities lie")
    return folder


@cache
def network(name: str, *, blocks: bool = True) -> Network:
    """The compiled network of a city."""
    path = data() / name / "gtfs.zip"
    if blocks:
        return network_from_gtfs(path, Path(tempfile.gettempdir()) / f"passinfo-benchmarks-{os.getuid()}")
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "gtfs.zip"
        _without_blocks(path, bare)
        return network_from_gtfs(bare, Path(folder) / "cache")


def _without_blocks(source: Path, target: Path) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "trips.txt":
                rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
                text = io.StringIO()
                writer = csv.DictWriter(text, [each for each in rows[0] if each != "block_id"], extrasaction="ignore")
                writer.writeheader()
                writer.writerows(rows)
                content = text.getvalue().encode()
            new.writestr(name, content)


@cache
def reports(name: str) -> Reports:
    """The recorded reports of a city."""
    return read_recorded(data() / name / "vehicle_positions.csv", load_mapping(MAPPINGS[name]), None, None).reports


def drive(city: Network, rows: Reports, settings: CitySettings) -> Tracked:
    """Live tracking, tick by tick, without what comes after it."""
    state, last, area = begin(city), dict[str, Last](), area_of(city, settings)
    accepted, matches, visits = [], [], []
    for now, part in tick_rows(rows, TICK_S, settings.max_report_age_s):
        taken = accept(take(rows, part), now, area=area, settings=settings, fleet_ids=None, last=last)
        last = dict(taken.last)
        state, found = track(settings, state, taken.reports, (), now)
        accepted.append(taken.reports)
        matches.append(found.matches)
        visits.append(found.visits)
    kept, said = concat(Reports, accepted), concat(Matches, matches)
    return Tracked(city, settings, kept, said, concat(Visits, visits), rows_of(kept, said))


@cache
def live(name: str, hints: Hints = NONE, *, blocks: bool = True) -> Tracked:
    """A recorded city, live."""
    return drive(network(name, blocks=blocks), reports(name), CitySettings(hints=hints))


@cache
def whole_day(name: str, hints: Hints = NONE, *, blocks: bool = True) -> Tracked:
    """A recorded city, in hindsight."""
    return in_hindsight(live(name, hints, blocks=blocks))


def in_hindsight(seen: Tracked) -> Tracked:
    """The same reports with everything known."""
    matches, visits = hindsight(seen.settings, seen.network, seen.accepted, seen.matches)
    return dataclasses.replace(seen, matches=matches, visits=visits, row=rows_of(seen.accepted, matches))


def rows_of(accepted: Reports, matches: Matches) -> npt.NDArray[np.intp]:
    """Row of the report of each match."""
    keys = zip(accepted.vehicle_id.tolist(), accepted.observed_at.tolist(), strict=True)
    place = {key: row for row, key in enumerate(keys)}
    wanted = zip(matches.vehicle_id.tolist(), matches.observed_at.tolist(), strict=True)
    return np.array([place[key] for key in wanted], dtype=np.intp)


def since_first(seen: Tracked) -> Floats:
    """Seconds since the first report of the vehicle, at each match."""
    matches = seen.matches
    ids, owner = np.unique(matches.vehicle_id.astype(str), return_inverse=True)
    first = np.full(len(ids), np.inf)
    np.minimum.at(first, owner, matches.observed_at)
    return np.asarray(matches.observed_at - first[owner])


def number_and_recent(seen: Tracked, window_s: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """How many reports of the vehicle came before each match: at all, and within the window."""
    matches = seen.matches
    before, recent = (
        np.zeros(len(matches.vehicle_id), dtype=np.int64),
        np.zeros(len(matches.vehicle_id), dtype=np.int64),
    )
    for vehicle in np.unique(matches.vehicle_id.astype(str)):
        rows = np.flatnonzero(matches.vehicle_id == vehicle)
        rows = rows[np.argsort(matches.observed_at[rows], kind="stable")]
        at = matches.observed_at[rows]
        before[rows] = np.arange(len(rows))
        recent[rows] = np.arange(len(rows)) - np.searchsorted(at, at - window_s)
    return before, recent


def known(names: npt.NDArray[np.object_]) -> Bools:
    """Which values are not None."""
    return np.array([name is not None for name in names], dtype=bool)
