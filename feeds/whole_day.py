"""What the whole day tells: a replay's matches and visits again, with everything known (``--hindsight``)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from passinfo.bms.reports import Reports
from passinfo.columns import take
from passinfo.history.parquet import read, write
from passinfo.network.network import Network
from passinfo.settings import CitySettings
from passinfo.tracking.columns import Matches
from passinfo.tracking.detours import off_routes
from passinfo.tracking.hindsight.day import hindsight


def write_hindsight(folder: Path, settings: CitySettings, network: Network, reports: Reports) -> None:
    """Write ``hindsight_matches``, ``hindsight_visits`` and ``off_routes.parquet`` beside the files of a replay.

    ``reports``: all that was recorded, in order of reception; those that live tracking accepted are taken up.
    """
    live = read(folder / "matches.parquet", Matches)
    accepted = {
        (vehicle_id, round(at * 1000))
        for vehicle_id, at in zip(live.vehicle_id.tolist(), live.observed_at.tolist(), strict=True)
    }
    rows = []
    for row, (vehicle_id, at) in enumerate(zip(reports.vehicle_id.tolist(), reports.observed_at.tolist(), strict=True)):
        key = (vehicle_id, round(at * 1000))
        if key in accepted:
            accepted.remove(key)
            rows.append(row)
    matches, visits = hindsight(settings, network, take(reports, np.array(rows, dtype=np.intp)), live)
    write(folder / "hindsight_matches.parquet", matches)
    write(folder / "hindsight_visits.parquet", visits)
    write(folder / "off_routes.parquet", off_routes(network, matches))
