"""The feeds that are asked: Pasig from its city folder, Toronto learned from four days of positions."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
from pathlib import Path

from benchmarks.network_build import UNTIL, ttc_city
from benchmarks.tracking.cities import data
from feeds.build import build
from feeds.cities import find_city
from feeds.learning.build import build_from_traces
from passinfo.bms.city import read_city
from passinfo.bms.presets import load_mapping

PASIG_BUILT = dt.date(2026, 11, 23)
TTC_BUILT = dt.date(2016, 12, 12)
"""Fixed days, so that the questions' weekdays and holidays stay what they are. Toronto's is of the recorded week."""


def pasig_feed(folder: Path) -> Path:
    """Pasig as ``feeds build pasig`` makes it."""
    out = folder / "pasig.zip"
    with contextlib.redirect_stdout(io.StringIO()):
        build(read_city(find_city("pasig")), out, today=PASIG_BUILT)
    return out


def ttc_feed(folder: Path) -> Path:
    """Toronto as ``feeds build --traces`` makes it, Sunday to Wednesday."""
    city, out = folder / "ttc", folder / "ttc.zip"
    ttc_city(city)
    until = dt.datetime.fromisoformat(UNTIL).timestamp()
    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
        build_from_traces(
            read_city(city),
            [data() / "ttc" / "positions.parquet"],
            load_mapping("nextbus"),
            out,
            to_at=until,
            today=TTC_BUILT,
        )
    return out
