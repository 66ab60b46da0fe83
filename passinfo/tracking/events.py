"""What devices say of stops: arrived, departed, doors open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.bms.reports import Reports
from passinfo.columns import Bools, Ints
from passinfo.network.network import Network
from passinfo.tracking.ragged import Index


@dataclass(frozen=True, slots=True)
class StopEvents:
    """One row per report."""

    stop_ix: Ints
    """Stop of the event, -1 = none."""
    arrived: Bools
    departed: Bools
    doors_open: Bools


def no_events(n: int) -> StopEvents:
    """Reports that say nothing of stops."""
    false = np.zeros(n, dtype=bool)
    return StopEvents(np.full(n, -1, dtype=np.int32), false, false, false)


def stop_events(network: Network, reports: Reports, rows: Index) -> StopEvents:
    """What these rows of the reports say."""
    said, doors = reports.stop_event[rows], reports.door[rows]
    if not (said != None).any() and not (doors != None).any():  # noqa: E711 (of each element)
        return no_events(len(rows))
    arrived, departed = (np.asarray(said == word, dtype=bool) for word in ("ARRIVED", "DEPARTED"))
    stop_ids = [network.stop_rows.get(each, -1) if each else -1 for each in reports.stop_id[rows].tolist()]
    stop_ix = np.where(arrived | departed, np.array(stop_ids, dtype=np.int32), -1).astype(np.int32)
    return StopEvents(stop_ix, arrived, departed, np.asarray(doors == "OPEN", dtype=bool))


def part_of(events: StopEvents, rows: Index | Bools) -> StopEvents:
    """Some of the rows."""
    return StopEvents(events.stop_ix[rows], events.arrived[rows], events.departed[rows], events.doors_open[rows])
