"""The arrival model at work: runs on the way by the model, all others by what served them before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from passinfo.columns import Bools, Floats
from passinfo.network.network import Network
from passinfo.prediction.arrival.clock import day_of
from passinfo.prediction.arrival.congestion import congestion_levels
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.features import Moment
from passinfo.prediction.arrival.hops import HopTable, Rows, hop_table
from passinfo.prediction.arrival.model import ArrivalModel, at_work, bound
from passinfo.prediction.arrival.schooling import schooled
from passinfo.prediction.arrival.shared import told_of_all
from passinfo.prediction.arrival.traffic import Sights, Traffic, traffic_after
from passinfo.prediction.arrival.usual import Usual
from passinfo.prediction.order import settle
from passinfo.prediction.protocol import Method, Predicted, Predictor, RunAhead
from passinfo.prediction.rows import rows_ahead, take_runs
from passinfo.prediction.schedule import by_timetable
from passinfo.prediction.watching import Watching
from passinfo.prediction.woven import woven

OLD_S = 300.0
"""An older report says nothing of how a bus moves."""
LEAST_KNOWN = 0.5
"""A pattern fewer of whose hops were ever driven is not the model's business."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """A model on one network."""

    network_hash: str
    table: HopTable
    usual: Usual
    served: Bools
    """Patterns that the model knows."""


class ArrivalPredictor:
    """Predicts by the model what it knows; ``other`` serves the rest."""

    def __init__(self, model: ArrivalModel, other: Predictor) -> None:
        self.model, self.other = at_work(model), other
        self._bound: _Bound | None = None

    def bind(self, network: Network) -> _Bound:
        """The model on a network, once for each."""
        # A memo, not a state: the same model and network give the same tables.
        if self._bound is None or self._bound.network_hash != network.hash:
            table = hop_table(network)
            usual = bound(self.model, network, table)
            self._bound = _Bound(network.hash, table, usual, _served(network, table, usual))
        return self._bound

    def watched(
        self, network: Network, traffic: Traffic | None, reached: Reached, sights: Sights, now: float
    ) -> Traffic:
        """The traffic after what became known in a tick."""
        known = self.bind(network)
        after = traffic_after(network, known.table, traffic, reached, sights, now)
        return schooled(network, known.table, known.usual, self.model, after, reached, sights, now)

    def informed(self, traffic: Traffic | None) -> Predictor:
        """The predictor of one tick: this one, knowing the traffic."""
        if traffic is None:
            return self.other
        other = self.other.informed(traffic) if isinstance(self.other, Watching) else self.other
        return _Informed(self, traffic, other)

    def congestion(
        self, network: Network, traffic: Traffic, pattern_ix: Rows, dist_m: Floats, now: float
    ) -> npt.NDArray[np.uint8]:
        """How the road flows where each vehicle is."""
        known = self.bind(network)
        return congestion_levels(network, known.table, known.usual, traffic, pattern_ix, dist_m, now)

    def predict(self, network: Network, runs: RunAhead, now: float) -> Predicted:
        """Without traffic nothing is known of the road: ``other`` predicts."""
        return self.other.predict(network, runs, now)


class _Informed:
    def __init__(self, model: ArrivalPredictor, traffic: Traffic, other: Predictor) -> None:
        self._of, self._traffic, self._other = model, traffic, other

    def predict(self, network: Network, runs: RunAhead, now: float) -> Predicted:
        bound_ = self._of.bind(network)
        mine = _on_the_way(network, runs, bound_.served, now)
        if not mine.any():
            return self._other.predict(network, runs, now)
        modelled = self._modelled(network, take_runs(runs, mine), bound_, now)
        if mine.all():
            return modelled
        return woven(network, runs, mine, modelled, self._other.predict(network, take_runs(runs, ~mine), now))

    def _modelled(self, network: Network, runs: RunAhead, known: _Bound, now: float) -> Predicted:
        rows = rows_ahead(network, runs)
        moment = _moment(network, runs, now)
        p10, p50, p90 = told_of_all(network, known.table, known.usual, self._traffic, moment, self._of.model)
        return settle(
            rows,
            now,
            now + p10,
            now + p50,
            now + p90,
            np.zeros(len(p50)),
            np.full(len(p50), Method.MODEL, dtype=np.uint8),
        )


def _on_the_way(network: Network, runs: RunAhead, served: Bools, now: float) -> Bools:
    """Runs between their first and last stop, lately heard of, on headway service, on a pattern that is known."""
    pattern = np.maximum(runs.pattern_ix, 0)
    with np.errstate(invalid="ignore"):
        heard = np.isfinite(runs.measured_at) & (now - runs.measured_at <= OLD_S)
    known = (runs.pattern_ix >= 0) & served[pattern] if len(served) else np.zeros(len(pattern), dtype=bool)
    begun = (runs.first_position > 0) & ~np.isfinite(runs.departs_at)
    return np.asarray(heard & known & begun & ~by_timetable(network, runs))


def _served(network: Network, table: HopTable, usual: Usual) -> Bools:
    patterns = network.patterns
    pattern = np.repeat(np.arange(len(patterns.pattern_id)), np.diff(patterns.stop_ptr))
    inner = table.of_row >= 0
    driven = np.zeros(len(pattern))
    driven[inner] = usual.count[table.of_row[inner]] > 0
    n = len(patterns.pattern_id)
    return np.asarray(
        np.bincount(pattern, driven, n) >= LEAST_KNOWN * np.maximum(np.bincount(pattern[inner], minlength=n), 1)
    )


def _moment(network: Network, runs: RunAhead, now: float) -> Moment:
    kind, service_s = day_of(network, now)
    names = runs.vehicle_id if len(runs.vehicle_id) else np.full(len(runs.pattern_ix), "", dtype=object)
    return Moment(
        names,
        runs.pattern_ix.astype(np.int64),
        runs.first_position,
        runs.dist_m,
        runs.measured_at,
        now,
        service_s,
        kind,
    )
