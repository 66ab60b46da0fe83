"""Toronto: headway service, trained on the days before Thursday."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.arrivals.days import SPANS, TEST, TRAINING, recorded
from benchmarks.terminals.figures import ASKED, Part, errors, said
from benchmarks.tracking.figures import UNASKED, Figure
from models.departures.day import read_departures
from models.departures.train import train_departures
from passinfo.errors import OperatorError

BREAK_S = 14 * 3_600.0
"""At two in the afternoon Thursday's traffic broke down."""
PARTS = {"whole": (0.0, np.inf), "before 14": (0.0, BREAK_S), "after 14": (BREAK_S, np.inf)}


def figures(work: Path | None) -> Iterator[Figure]:
    """What was reached."""
    with tempfile.TemporaryDirectory() as folder:
        place = work or Path(folder)
        network, _ = recorded(place)
        days = {name: read_departures(network, place / name) for name in SPANS}
    learned = train_departures(network, [days[name] for name in TRAINING])
    if learned is None:
        raise OperatorError("no bus was seen to wait: were the days replayed on this network?")
    found = said(network, learned[0], days[TEST])
    clock, route = found.rows.clock_s, found.rows.route_ix
    for part, (low, high) in PARTS.items():
        asked = ASKED if part == "whole" else UNASKED
        yield from errors("ttc, Thursday", Part(part, (clock >= low) & (clock < high), route, "route"), found, asked)
