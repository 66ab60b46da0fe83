"""Washington: a timetable. There is one day only: each vehicle is predicted by what the others taught."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.terminals.figures import ASKED, Part, Said, errors, said, together
from benchmarks.tracking.cities import data, network
from benchmarks.tracking.figures import Figure
from models.departures.day import DepartureDay, read_departures
from models.departures.rows import departed_of, layovers_of, rows_of
from models.departures.train import EVERY_S, learned
from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.departure.layovers import Layovers
from passinfo.prediction.departure.past import no_past
from passinfo.prediction.departure.places import Places, places

FOLDS = 5
DAY = "wmata"


def figures(work: Path | None) -> Iterator[Figure]:
    """What was reached."""
    city = network("wmata")
    with tempfile.TemporaryDirectory() as folder:
        place = work or Path(folder)
        if not (place / DAY / "hindsight_visits.parquet").is_file():
            _replay(place / DAY)
        day = read_departures(city, place / DAY)
    where = places(city)
    names = np.unique(day.stands.vehicle_id.astype(str))
    folds = [set(names[number::FOLDS].tolist()) for number in range(FOLDS)]
    parts: list[Said] = []
    for number, mine in enumerate(folds):
        known = [fold for other, fold in enumerate(folds) if other != number]
        rows = []
        for one in known:  # usual times are of buses that are neither of this part nor of the one to be predicted
            usual = _usual(city, where, _leaving(day, _without(known, one)))
            rows.append(rows_of(city, where, usual, _leaving(day, one), EVERY_S))
        made = learned(rows, _usual(city, where, _leaving(day, _without(known, set()))))
        if made is None:
            raise OperatorError("too few buses were seen to wait")
        parts.append(said(city, made[0], _leaving(day, mine)))
    found = together(parts)
    every = np.ones(len(found.rows.actual_s), dtype=bool)
    who = found.rows.vehicle_id.astype(str)
    yield from errors("wmata", Part("one day, split by vehicles", every, who, "vehicle"), found, ASKED)


def _usual(city: Network, where: Places, day: DepartureDay) -> Layovers:
    # what others left at that very day would tell of hours to come
    return dataclasses.replace(layovers_of(where, [departed_of(city, where, day)]), past=no_past())


def _without(folds: list[set[str]], one: set[str]) -> set[str]:
    return set().union(*folds) - one


def _leaving(day: DepartureDay, vehicles: set[str]) -> DepartureDay:
    """The day as all see it live, with the truth of some vehicles only."""
    mine = np.isin(day.true.vehicle_id.astype(str), sorted(vehicles))
    true = Reached(*(getattr(day.true, name)[mine] for name in Reached.__slots__))
    return dataclasses.replace(day, true=true, sure=day.sure[mine])


def _replay(out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")])
    folder = data() / "wmata"
    words = ["--network", str(folder / "gtfs.zip"), "--positions", str(folder / "vehicle_positions.csv")]
    words += ["--mapping", "gtfs-rt-csv", "--hindsight", "--out", str(out)]
    command = [sys.executable, "-m", "feeds", "replay", *words]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": path})
