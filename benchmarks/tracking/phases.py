"""New York's B63: traces of single buses whose phases were labelled by hand."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.tracking.cities import NONE, Tracked, data, drive, in_hindsight, network
from benchmarks.tracking.figures import Figure, share, value
from feeds.recorded import read_recorded
from passinfo.bms.presets import load_mapping
from passinfo.settings import CitySettings, Depot

JACKIE_GLEASON = Depot("jackie_gleason", 40.6516, -74.0007)
"""The depot of the B63, 39th Street, Brooklyn."""
WORDS = {"IN_PROGRESS": "IN_SERVICE", "LAYOVER": "LAYOVER", "DEADHEAD": "DEADHEAD", "AT_BASE": "OUT_OF_SERVICE"}
TORN_LON_DEG = -73.0
"""Two fixes of the traces lie on this meridian: torn lines."""


def phases() -> Iterator[Figure]:
    """Phase within the acceptable labels, with the depot given and without."""
    for depot, asked in ((True, ("95 %", "96 %")), (False, ("94 %", "95 %"))):
        settings = CitySettings(hints=NONE, depots=(JACKIE_GLEASON,) if depot else ())
        city = network("nyc-b63")
        traces = sorted((data() / "nyc-b63" / "traces").glob("*.csv"))
        seen = [
            drive(city, read_recorded(trace, load_mapping("nyc-b63"), None, None).reports, settings) for trace in traces
        ]
        on = "nyc-b63, depot given" if depot else "nyc-b63, no depot"
        for mode, aim, said in (
            ("live", asked[0], seen),
            ("hindsight", asked[1], [in_hindsight(each) for each in seen]),
        ):
            rows = [row for trace, each in zip(traces, said, strict=True) for row in _judged(trace, each, depot=depot)]
            right, label, who = (np.array(column, dtype=object) for column in zip(*rows, strict=True))
            ok = right.astype(bool)
            yield share(on, f"phase acceptable, {mode}", aim, ok, who)
            moving = label == "IN_PROGRESS"
            yield share(on, f"recall of IN_PROGRESS, {mode}", "94 %", ok[moving], who[moving])
            layover = np.array([each in {"LAYOVER_", "LAYOVER_DURING"} for each in label], dtype=bool)
            wrong = int((~ok[layover]).sum())
            yield value(on, f"LAYOVER alone, wrong, {mode}", "≤ 8", wrong, "rows", int(layover.sum()), len(traces))


def _judged(trace: Path, said: Tracked, *, depot: bool) -> list[tuple[bool, str, str]]:
    """Of every labelled row: whether the phase is acceptable, the label, the trace."""
    zone = ZoneInfo("America/New_York")
    label: dict[float, str] = {}
    with trace.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            at = dt.datetime.strptime(row["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone).timestamp()
            if row["actual_phase"] and abs(float(row["lon"]) - TORN_LON_DEG) > 1e-3:
                label[at] = row["actual_phase"]
    judged = []
    for at, phase in zip(said.matches.observed_at.tolist(), said.matches.phase.tolist(), strict=True):
        if at in label:
            said_phase = "DEADHEAD" if phase == "OFF_ROUTE" or (phase == "OUT_OF_SERVICE" and not depot) else phase
            judged.append((said_phase in _acceptable(label[at], depot=depot), label[at], trace.name))
    return judged


def _acceptable(label: str, *, depot: bool) -> set[str]:
    words = {next(word for word in WORDS if part.startswith(word)) for part in label.split("+")}
    return {"DEADHEAD" if word == "AT_BASE" and not depot else WORDS[word] for word in words}
