"""Timetable with live deviation: the bus keeps the lateness it has, and slowly makes it good.

For timetable trips and exact-frequency trips. The deviation is measurement minus plan at the same place of the profile.
It lasts: each stop ahead gets its planned instant plus the deviation, fading with the planned time to that stop. Early
running fades faster, since a driver ahead of time is held at the next timepoint; a run that waits never leaves before
its planned departure. Limits: no traffic, no headways, no memory of other days.
"""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.network.network import Network
from passinfo.prediction.anchor import anchor
from passinfo.prediction.intervals import UNTRAINED, Widths, horizon
from passinfo.prediction.order import settle
from passinfo.prediction.profiles import network_timings
from passinfo.prediction.protocol import Method, Predicted, RunAhead
from passinfo.prediction.rows import rows_ahead

LATE_LASTS_S = 7_200.0
"""e-folding time of a late deviation. Assumed: OneBusAway and maglev let it last for ever; two hours keep 86 % of it
over 20 minutes, as much as a timetable's slack can win back."""
EARLY_LASTS_S = 1_200.0
"""e-folding time of an early deviation. Assumed: buses ahead of time are held at timepoints, some 20 minutes apart."""


class SchedulePredictor:
    """Predicts timetable runs; rows of runs without trip, of headway service or without start stay NaN."""

    def __init__(self, widths: Widths = UNTRAINED) -> None:
        self.widths = widths

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
        timings = network_timings(network, runs, now)
        anchored = anchor(network, runs, timings, now)
        served = by_timetable(network, runs) & timings.known
        run = rows.run
        at_row = np.where(timings.known[run], timings.base[run] + rows.position, 0)
        leaving = rows.position == 0
        departure_s = timings.departure_s[at_row].astype(float)
        planned_s = np.where(leaving, departure_s, timings.arrival_s[at_row].astype(float))
        deviation_s = (anchored.at - runs.start_at - anchored.profile_s)[run]
        ahead_s = np.maximum(planned_s - anchored.profile_s[run], 0.0)
        due_at = runs.start_at[run] + planned_s + _faded(deviation_s, ahead_s)
        p50_at: Floats = np.where(served[run], np.maximum(due_at, now), np.nan)
        horizon_s = horizon(p50_at, anchored.measured_at[run], anchored.waits[run], now)
        held = leaving & anchored.waits[run]
        return settle(
            rows,
            now,
            np.where(held, p50_at, p50_at - self.widths.early(horizon_s)),
            p50_at,
            p50_at + self.widths.late(horizon_s),
            np.where(leaving | rows.last, 0.0, departure_s - planned_s),
            np.full(len(run), Method.SCHEDULE, dtype=np.uint8),
        )


def _faded(deviation_s: Floats, ahead_s: Floats) -> Floats:
    lasts_s = np.where(deviation_s < 0, EARLY_LASTS_S, LATE_LASTS_S)
    return deviation_s * np.exp(-ahead_s / lasts_s)


def by_timetable(network: Network, runs: RunAhead) -> Bools:
    """Which runs have a plan of their own: a trip that is not headway service, and the instant of its start."""
    if len(network.trips.trip_id) == 0:
        return np.zeros(len(runs.trip_ix), dtype=bool)
    headway = network.trips.is_headway[np.maximum(runs.trip_ix, 0)]
    return np.asarray((runs.trip_ix >= 0) & ~headway & np.isfinite(runs.start_at))
