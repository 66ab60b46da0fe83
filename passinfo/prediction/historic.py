"""Historic pace: the bus needs for each segment what buses needed for it at this time of day.

A segment leads from one stop of a pattern to the next and its seconds include the standing at the stop it starts from.
With an artefact (see :mod:`passinfo.prediction.artefact`) the pace is learned; without one, or for a pattern that
nothing is known about, it is that of the network's own profiles, which for a planned city are assumptions. The time
of day is that of the anchor (last measurement, or departure of a waiting run) for the whole road ahead.

Where the traffic is watched, the last buses stretch that pace segment by segment (the live mix): a plan that is only
assumed is mended within an hour, and a jam is seen.
"""

from __future__ import annotations

from copy import copy

import numpy as np

from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.prediction.anchor import anchor
from passinfo.prediction.arrival.pace import Pace
from passinfo.prediction.arrival.planned import Planned
from passinfo.prediction.arrival.traffic import Traffic
from passinfo.prediction.intervals import UNTRAINED, horizon
from passinfo.prediction.learned import LearnedPace
from passinfo.prediction.order import settle
from passinfo.prediction.pace import HistoricArtefact
from passinfo.prediction.protocol import Method, Predicted, RunAhead
from passinfo.prediction.rows import rows_ahead


class HistoricPredictor:
    """Predicts every run whose pattern has a profile or a learned pace, headway service above all."""

    def __init__(self, artefact: HistoricArtefact | None = None, planned: Planned | None = None) -> None:
        self.widths = UNTRAINED if artefact is None else artefact.widths
        self._usual = (planned or Planned()) if artefact is None else LearnedPace(artefact)
        self._pace: Pace | None = None

    def bind(self, network: Network) -> None:
        """Work out what is usual on a network ahead of the first tick."""
        self._usual.on(network)

    def informed(self, traffic: Traffic) -> HistoricPredictor:
        """The predictor of one tick: this one, knowing the traffic."""
        made = copy(self)
        made._pace = Pace(self._usual.on, traffic)
        return made

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
        timings = self._usual.timings(network, runs, now)
        anchored = anchor(network, runs, timings, now)
        run = rows.run
        at_row = np.where(timings.known[run], timings.base[run] + rows.position, 0)
        leaving = rows.position == 0
        departure_s = timings.departure_s[at_row].astype(float)
        reached_s = np.where(leaving, departure_s, timings.arrival_s[at_row].astype(float))
        ahead_s = np.maximum(reached_s - anchored.profile_s[run], 0.0)
        mixed = np.zeros(len(run), dtype=bool)
        if self._pace is not None:
            ahead_s, mixed = self._pace.stretched(network, rows, ahead_s, now)
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
