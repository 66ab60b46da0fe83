"""What the last buses needed against what is planned or usual, for the stops ahead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.network.network import Network
from passinfo.prediction.arrival.clock import day_of
from passinfo.prediction.arrival.hops import HopTable
from passinfo.prediction.arrival.road import Now, now_of
from passinfo.prediction.arrival.traffic import Traffic
from passinfo.prediction.arrival.usual import Usual
from passinfo.prediction.rows import RowsAhead

REGULATED_S = 180.0
"""What buses need now says less of the plan so far ahead (1/e): those that gain on it slow down, and the plan knows the
hour (120 s are half a point better in Kingston, 300 s in Washington)."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The traffic of one tick, measured against usual times."""

    usual_on: Callable[[Network], tuple[HopTable, Usual]]
    """Hops of a network, and what is planned or learned of them."""
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

    def stretched(self, network: Network, rows: RowsAhead, ahead_s: Floats, now: float) -> tuple[Floats, Bools]:
        """Usual seconds to each row as the last buses drove them, and where that is another drive: the live mix.

        For service that keeps to no timetable: nothing draws it back to what is usual.
        """
        known = self._now(network, now)
        if known is None or not len(ahead_s):
            return ahead_s, np.zeros(len(ahead_s), dtype=bool)
        table, state = known
        hop = table.of_row[rows.stop_row]
        log = np.where((rows.position > 0) & (hop >= 0), state.hop[np.maximum(hop, 0)], 0.0)
        first = rows.ptr[:-1][rows.run]
        begins = np.arange(len(rows.run)) == first
        hop_s = np.where(begins, ahead_s, np.diff(ahead_s, prepend=0.0))
        # of a run nothing is known of they are NaN: what is added up must not reach the others
        driven_s = np.cumsum(np.where(np.isfinite(hop_s), hop_s, 0.0) * np.exp(log))
        other = np.cumsum(log != 0.0)
        return driven_s - np.concatenate(([0.0], driven_s))[first], other > np.concatenate(([0], other))[first]

    def _now(self, network: Network, now: float) -> tuple[HopTable, Now] | None:
        """How the network runs; None if nothing is known of it."""
        table, usual = self.usual_on(network)
        if not len(table) or len(self.traffic.hop_at) != len(table):
            return None
        kind, service_s = day_of(network, now)
        return table, now_of(network, table, usual, self.traffic, kind, service_s, now)
