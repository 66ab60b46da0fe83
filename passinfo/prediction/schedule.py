"""Timetable with live deviation: the bus drives on as the road lets it, and keeps to its plan where it can.

For timetable trips and exact-frequency trips. From the last measurement on it drives the planned hops, stretched by
what the last buses needed of them (where that is watched), stands, and is held at timepoints (``getting_on``); a run
that waits never leaves before its planned departure.
"""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats
from passinfo.network.network import Network
from passinfo.prediction.anchor import anchor
from passinfo.prediction.arrival.pace import Pace
from passinfo.prediction.arrival.planned import Planned
from passinfo.prediction.arrival.traffic import Traffic
from passinfo.prediction.getting_on import PlanAhead, getting_on, hold_shares
from passinfo.prediction.intervals import UNTRAINED, Widths, horizon
from passinfo.prediction.order import settle
from passinfo.prediction.protocol import Method, Predicted, RunAhead
from passinfo.prediction.rows import rows_ahead
from passinfo.prediction.under_way import HALT_S, drives_on_at, stood_s


class SchedulePredictor:
    """Predicts timetable runs; rows of runs without trip, of headway service or without start stay NaN.

    Parameters
    ----------
    planned
        What is planned, to be shared among predictors; without it this one works it out.
    traffic
        What buses have just met; without it they drive as planned.
    widths
        Of the intervals.
    """

    def __init__(
        self, planned: Planned | None = None, traffic: Traffic | None = None, widths: Widths = UNTRAINED
    ) -> None:
        self.planned = Planned() if planned is None else planned
        self.traffic, self.widths = traffic, widths
        self.pace = None if traffic is None else Pace(self.planned.on, traffic)

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
        timings = self.planned.timings(network, runs, now)
        anchored = anchor(network, runs, timings, now, HALT_S)
        served = by_timetable(network, runs) & timings.known
        run = rows.run
        at_row = np.where(timings.known[run], timings.base[run] + rows.position, 0)
        leaving = rows.position == 0
        departure_s = timings.departure_s[at_row].astype(float)
        arrival_s = timings.arrival_s[at_row].astype(float)
        stand_s = np.where(leaving, 0.0, departure_s - arrival_s)
        before_s = timings.departure_s[np.maximum(at_row - 1, 0)].astype(float)
        first = np.arange(len(run)) == rows.ptr[run]
        planned_s = np.maximum(arrival_s - np.where(first, anchored.profile_s[run], before_s), 0.0)
        stands = first & (stand_s > 0) & (anchored.profile_s[run] >= arrival_s)
        ahead_s = np.maximum(arrival_s - anchored.profile_s[run], 0.0)
        pace = 1.0 if self.pace is None else self.pace.against_plan(network, rows, ahead_s, now)
        route = network.patterns.route_ix[np.maximum(runs.pattern_ix, 0)]
        hold = hold_shares(
            network.patterns.timepoint[rows.stop_row], stand_s, rows, self.planned.stands(network)[route]
        )
        plan = PlanAhead(
            planned_s * pace,
            stand_s,
            runs.start_at[run] + arrival_s,
            runs.start_at[run] + departure_s,
            np.where(stands, 1.0, hold),
        )
        from_at = drives_on_at(network, runs, anchored, stood_s(self.traffic, runs))
        due_at = getting_on(rows, plan, from_at, anchored.waits)
        p50_at: Floats = np.where(served[run], np.maximum(due_at, now), np.nan)
        horizon_s = horizon(p50_at, anchored.measured_at[run], anchored.waits[run], now)
        held = leaving & anchored.waits[run]
        return settle(
            rows,
            now,
            np.where(held, p50_at, p50_at - self.widths.early(horizon_s)),
            p50_at,
            p50_at + self.widths.late(horizon_s),
            np.where(rows.last, 0.0, stand_s),
            np.full(len(run), Method.SCHEDULE, dtype=np.uint8),
        )


def by_timetable(network: Network, runs: RunAhead) -> Bools:
    """Which runs have a plan of their own: a trip that is not headway service, and the instant of its start."""
    if len(network.trips.trip_id) == 0:
        return np.zeros(len(runs.trip_ix), dtype=bool)
    headway = network.trips.is_headway[np.maximum(runs.trip_ix, 0)]
    return np.asarray((runs.trip_ix >= 0) & ~headway & np.isfinite(runs.start_at))
