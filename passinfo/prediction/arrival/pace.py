"""What the last buses needed against what is planned, for the stops ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.prediction.arrival.clock import day_of
from passinfo.prediction.arrival.hops import HopTable
from passinfo.prediction.arrival.planned import Planned
from passinfo.prediction.arrival.road import Now, now_of
from passinfo.prediction.arrival.traffic import Traffic
from passinfo.prediction.rows import RowsAhead

REGULATED_S = 180.0
"""What buses need now says less of the plan so far ahead (1/e): those that gain on it slow down, and the plan knows the
hour (120 s are half a point better in Kingston, 300 s in Washington)."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The traffic of one tick, measured against planned times."""

    planned: Planned
    traffic: Traffic

    def against_plan(self, network: Network, rows: RowsAhead, ahead_s: Floats, now: float) -> Floats:
        """Factor of the planned drive to each row; the farther ahead, the nearer to 1.

        A hop that begins at a timepoint has that of its route: what buses waited there is no pace.
        """
        known = self._now(network, now)
        if known is None:
            return np.ones(len(rows.run))
        table, state = known
        hop = np.maximum(table.of_row[rows.stop_row], 0)
        held = network.patterns.timepoint[np.maximum(rows.stop_row - 1, 0)]
        log = np.where(held, state.route[table.route_ix[hop]], state.hop[hop])
        return np.asarray(np.exp(np.where(rows.position > 0, log, 0.0) * np.exp(-ahead_s / REGULATED_S)))

    def as_it_is(self, network: Network, rows: RowsAhead, now: float) -> Floats:
        """Factor of the usual drive to each row where nobody drives by a timetable: the live mix."""
        known = self._now(network, now)
        if known is None:
            return np.ones(len(rows.run))
        table, state = known
        hop = table.of_row[rows.stop_row]
        driven = (rows.position > 0) & (hop >= 0)
        return np.asarray(np.exp(np.where(driven, state.hop[np.maximum(hop, 0)], 0.0)))

    def _now(self, network: Network, now: float) -> tuple[HopTable, Now] | None:
        """How the network runs; None if nothing is known of it."""
        table, usual = self.planned.on(network)
        if not len(table) or len(self.traffic.hop_at) != len(table):
            return None
        kind, service_s = day_of(network, now)
        return table, now_of(network, table, usual, self.traffic, kind, service_s, now)
