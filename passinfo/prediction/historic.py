"""Historic pace: the bus needs for each segment what buses needed for it at this time of day.

A segment leads from one stop of a pattern to the next and its seconds include the standing at the stop it starts from.
With an artefact (see :mod:`passinfo.prediction.artefact`) the pace is learned; without one, or for a pattern that
nothing is known about, it is that of the network's own profiles, which for a planned city are assumptions. The time
of day is that of the anchor (last measurement, or departure of a waiting run) for the whole road ahead.

Without an artefact the last buses stretch that pace, segment by segment (the live mix): a plan that is only assumed is
mended within an hour, and a jam is seen.
"""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.network.network import Network
from passinfo.prediction.anchor import Timings, anchor
from passinfo.prediction.arrival.pace import Pace
from passinfo.prediction.intervals import UNTRAINED, horizon
from passinfo.prediction.order import settle
from passinfo.prediction.pace import HistoricArtefact, LearnedProfiles, learned_profiles
from passinfo.prediction.profiles import network_timings, service_seconds
from passinfo.prediction.protocol import Method, Predicted, RunAhead
from passinfo.prediction.rows import RowsAhead, rows_ahead


class HistoricPredictor:
    """Predicts every run whose pattern has a profile or a learned pace, headway service above all."""

    def __init__(self, artefact: HistoricArtefact | None = None, pace: Pace | None = None) -> None:
        self.artefact = artefact
        self.pace = None if artefact is not None else pace
        """How the last buses drove, against the network's own profiles."""
        self.widths = UNTRAINED if artefact is None else artefact.widths
        self._learned: LearnedProfiles | None = None

    def bind(self, network: Network) -> LearnedProfiles | None:
        """Apply the artefact to a network, once per network; None without an artefact."""
        # A memo, not a state: the same artefact and network give the same table.
        if self.artefact is not None and (self._learned is None or self._learned.network_hash != network.hash):
            self._learned = learned_profiles(self.artefact, network)
        return self._learned

    def predict(self, network: Network, runs: RunAhead, now: float) -> Predicted:
        """Arrival instants of all runs at all their remaining stops.

        Parameters
        ----------
        network
            The compiled network the runs refer to.
        runs
            Runs to predict.
        now
            The tick, epoch seconds.
        """
        rows = rows_ahead(network, runs)
        timings = self._timings(network, runs, now)
        anchored = anchor(network, runs, timings, now)
        run = rows.run
        at_row = np.where(timings.known[run], timings.base[run] + rows.position, 0)
        leaving = rows.position == 0
        departure_s = timings.departure_s[at_row].astype(float)
        reached_s = np.where(leaving, departure_s, timings.arrival_s[at_row].astype(float))
        ahead_s = np.maximum(reached_s - anchored.profile_s[run], 0.0)
        ahead_s, mixed = self._mixed(network, rows, ahead_s, now)
        p50_at: Floats = np.where(timings.known[run], np.maximum(anchored.at[run] + ahead_s, now), np.nan)
        horizon_s = horizon(p50_at, anchored.measured_at[run], anchored.waits[run], now)
        held = leaving & anchored.waits[run]
        return settle(
            rows,
            now,
            np.where(held, p50_at, p50_at - self.widths.early(horizon_s)),
            p50_at,
            p50_at + self.widths.late(horizon_s),
            np.where(leaving | rows.last, 0.0, departure_s - reached_s),
            np.where(mixed, Method.LIVE_MIX, Method.HISTORIC).astype(np.uint8),
        )

    def _mixed(self, network: Network, rows: RowsAhead, ahead_s: Floats, now: float) -> tuple[Floats, Bools]:
        """Seconds to each row as the last buses drove, and where that is another than usual."""
        if self.pace is None or not len(rows.run):
            return ahead_s, np.zeros(len(rows.run), dtype=bool)
        factor = self.pace.as_it_is(network, rows, now)
        first = rows.ptr[:-1][rows.run]
        own = np.arange(len(rows.run)) == first
        hop_s = np.maximum(np.where(own, ahead_s, np.diff(ahead_s, prepend=0.0)), 0.0)
        driven = np.cumsum(np.where(np.isfinite(hop_s), hop_s, 0.0) * factor)
        other = np.cumsum(factor != 1.0)
        before = np.concatenate(([0.0], driven))[first]
        return driven - before, other > np.concatenate(([0], other))[first]

    def _timings(self, network: Network, runs: RunAhead, now: float) -> Timings:
        learned = self.bind(network)
        if learned is None:
            return network_timings(network, runs, now)
        return learned.timings(network, runs, service_seconds(network, now))
