"""Historic pace: the bus needs for each segment what buses needed for it at this time of day.

A segment leads from one stop of a pattern to the next and its seconds include the standing at the stop it starts from.
With an artefact (see :mod:`passinfo.prediction.artefact`) the pace is learned; without one, or for a pattern that
nothing is known about, it is that of the network's own profiles, which for a planned city are assumptions. The time
of day is that of the anchor (last measurement, or departure of a waiting run) for the whole road ahead.
"""

from __future__ import annotations

import numpy as np

from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.prediction.anchor import Timings, anchor
from passinfo.prediction.intervals import UNTRAINED, horizon
from passinfo.prediction.order import settle
from passinfo.prediction.pace import HistoricArtefact, LearnedProfiles, learned_profiles
from passinfo.prediction.profiles import network_timings, service_seconds
from passinfo.prediction.protocol import Method, Predicted, RunAhead
from passinfo.prediction.rows import rows_ahead


class HistoricPredictor:
    """Predicts every run whose pattern has a profile or a learned pace, headway service above all."""

    def __init__(self, artefact: HistoricArtefact | None = None) -> None:
        self.artefact = artefact
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
            np.full(len(run), Method.HISTORIC, dtype=np.uint8),
        )

    def _timings(self, network: Network, runs: RunAhead, now: float) -> Timings:
        learned = self.bind(network)
        if learned is None:
            return network_timings(network, runs, now)
        return learned.timings(network, runs, service_seconds(network, now))
