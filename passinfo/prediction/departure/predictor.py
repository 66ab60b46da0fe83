"""Departures of waiting runs by the model, and the road ahead from there by the predictor that serves the run."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from passinfo.columns import Bools, Floats
from passinfo.network.network import Network
from passinfo.prediction.arrival.clock import day_of
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.traffic import Sights, Traffic
from passinfo.prediction.departure.features import Waiting, expected
from passinfo.prediction.departure.model import DepartureModel, at_work, waits
from passinfo.prediction.departure.places import Places, Rows, places
from passinfo.prediction.departure.terminals import Stands, Terminals, no_terminals, with_departures, with_stands
from passinfo.prediction.order import settle
from passinfo.prediction.protocol import Bytes8, Method, Predicted, Predictor, RunAhead
from passinfo.prediction.rows import rows_ahead, take_runs
from passinfo.prediction.schedule import by_timetable
from passinfo.prediction.watching import KnowingTheRoad, WatchingPredictor
from passinfo.prediction.woven import woven

OLD_S = 300.0
"""Of a bus not heard of for five minutes nobody knows whether it still waits."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """A model on one network."""

    network_hash: str
    places: Places
    row_of_place: Rows


@dataclass(frozen=True, slots=True)
class _Road:
    """How runs drive once they have left, one row per run and stop; NaN at first stops of headway service."""

    p10_at: Floats
    p50_at: Floats
    p90_at: Floats
    dwell_s: Floats
    method: Bytes8


class DeparturePredictor:
    """Predicts when runs that wait will leave; ``other`` says how they drive then, and all of the other runs."""

    def __init__(self, model: DepartureModel, other: WatchingPredictor) -> None:
        self.model, self.other = at_work(model), other
        self._bound: _Bound | None = None

    def bind(self, network: Network) -> _Bound:
        """The model on a network, once for each."""
        # A memo, not a state: the same model and network give the same tables.
        if self._bound is None or self._bound.network_hash != network.hash:
            where = places(network)
            self._bound = _Bound(network.hash, where, self.model.layovers.rows_of(where.name))
        return self._bound

    def watched(
        self, network: Network, traffic: Traffic | None, reached: Reached, sights: Sights, now: float
    ) -> Traffic:
        """The traffic after a tick, for the other predictor."""
        return self.other.watched(network, traffic, reached, sights, now)

    def congestion(
        self, network: Network, traffic: Traffic, pattern_ix: Rows, dist_m: Floats, now: float
    ) -> npt.NDArray[np.uint8]:
        """How the road flows where each vehicle is, as far as the other predictor knows."""
        if not isinstance(self.other, KnowingTheRoad):
            return np.zeros(len(pattern_ix), dtype=np.uint8)
        return self.other.congestion(network, traffic, pattern_ix, dist_m, now)

    def informed(self, traffic: Traffic | None) -> Predictor:
        """The other predictor of this tick: without terminals nothing is known of departures."""
        return self.other.informed(traffic)

    def seen_at_terminals(
        self, network: Network, terminals: Terminals | None, reached: Reached, stands: Stands, now: float
    ) -> Terminals:
        """The terminals after a tick."""
        where = self.bind(network).places
        if terminals is None or len(terminals.left_at) != len(where):
            terminals = no_terminals(where)
        return with_departures(where, with_stands(network, terminals, stands, now), reached)

    def expecting(self, traffic: Traffic | None, terminals: Terminals) -> Predictor:
        """The predictor of this tick: this one, knowing the traffic and the terminals."""
        return _Expecting(self, self.other.informed(traffic), terminals)

    def predict(self, network: Network, runs: RunAhead, now: float) -> Predicted:
        """Without terminals: ``other`` predicts."""
        return self.other.predict(network, runs, now)


class _Expecting:
    def __init__(self, of: DeparturePredictor, other: Predictor, terminals: Terminals) -> None:
        self._of, self._other, self._terminals = of, other, terminals

    def predict(self, network: Network, runs: RunAhead, now: float) -> Predicted:
        if len(runs.vehicle_id) == 0:
            return self._other.predict(network, runs, now)
        mine = _waiting(runs, self._terminals, now)
        if not mine.any():
            return self._other.predict(network, runs, now)
        departing = self._departing(network, take_runs(runs, mine), now)
        if mine.all():
            return departing
        return woven(network, runs, mine, departing, self._other.predict(network, take_runs(runs, ~mine), now))

    def _departing(self, network: Network, runs: RunAhead, now: float) -> Predicted:
        bound, model = self._of.bind(network), self._of.model
        kind, service_s = day_of(network, now)
        planned = by_timetable(network, runs)
        planned_at = np.where(planned, runs.start_at, np.nan)
        waiting = Waiting(runs.vehicle_id, runs.pattern_ix.astype(np.int64), planned_at, now, service_s, kind)
        told = expected(bound.places, model.layovers, bound.row_of_place, self._terminals, waiting)
        early_s, wait_s, late_s = waits(model, told, now)
        rows = rows_ahead(network, runs)
        run, leaving = rows.run, rows.position == 0
        road = self._road(network, runs, planned, wait_s, now)
        later = np.where(planned, 0.0, wait_s)[run]
        p50 = np.where(leaving, now + wait_s[run], road.p50_at + later)
        before = np.where(leaving, 0.0, road.p50_at - road.p10_at)
        after = np.where(leaving, 0.0, road.p90_at - road.p50_at)
        return settle(
            rows,
            now,
            p50 - np.hypot(before, (wait_s - early_s)[run]),
            p50,
            p50 + np.hypot(after, (late_s - wait_s)[run]),
            road.dwell_s,
            np.where(leaving, Method.MODEL, road.method).astype(np.uint8),
        )

    def _road(self, network: Network, runs: RunAhead, planned: Bools, wait_s: Floats, now: float) -> _Road:
        """By plan from the departure on; of headway service as if the bus left now."""
        asked = replace(
            runs,
            departs_at=np.where(planned, now + wait_s, np.nan),
            measured_at=np.where(planned, runs.measured_at, now),
            first_position=np.where(planned, 0, 1).astype(np.int32),
            dist_m=np.zeros(len(wait_s)),
            # a bus that stands says nothing of how it will drive
            vehicle_id=np.where(planned, runs.vehicle_id, "").astype(object),
        )
        found = self._other.predict(network, asked, now)
        rows = rows_ahead(network, runs)
        told = planned[rows.run] | (rows.position > 0)
        none = np.full(len(told), np.nan)
        made = _Road(none, none.copy(), none.copy(), none.copy(), np.zeros(len(told), dtype=np.uint8))
        for name in _Road.__slots__:
            getattr(made, name)[told] = getattr(found, name)
        return made


def _waiting(runs: RunAhead, terminals: Terminals, now: float) -> Bools:
    """Runs whose bus was lately seen to wait for them."""
    row = terminals.rows_of(runs.vehicle_id)
    seen = np.zeros(len(row), dtype=bool)
    known = row >= 0
    seen[known] = terminals.pattern_ix[row[known]] >= 0
    with np.errstate(invalid="ignore"):
        heard = now - runs.measured_at <= OLD_S
    return np.asarray(seen & heard & (runs.pattern_ix >= 0) & (runs.first_position <= 0))
