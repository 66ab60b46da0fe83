"""Which predictor serves which run."""

from __future__ import annotations

import numpy as np

from passinfo.network.network import Network
from passinfo.prediction.historic import HistoricPredictor
from passinfo.prediction.pace import HistoricArtefact
from passinfo.prediction.protocol import Predicted, Predictor, RunAhead
from passinfo.prediction.rows import rows_ahead, take_runs
from passinfo.prediction.schedule import SchedulePredictor, by_timetable


class StackedPredictor:
    """Timetable trips by schedule with live deviation; headway service, abstained and added runs by historic pace."""

    def __init__(self, schedule: Predictor, historic: Predictor) -> None:
        self.schedule = schedule
        self.historic = historic

    def predict(self, network: Network, runs: RunAhead, now: float) -> Predicted:
        """Predictions of each run by the predictor that serves it."""
        timetable = by_timetable(network, runs)
        if timetable.all():
            return self.schedule.predict(network, runs, now)
        if not timetable.any():
            return self.historic.predict(network, runs, now)
        planned = self.schedule.predict(network, take_runs(runs, timetable), now)
        paced = self.historic.predict(network, take_runs(runs, ~timetable), now)
        rows = rows_ahead(network, runs)
        chosen = timetable[rows.run]

        def woven(name: str) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
            of_planned, of_paced = getattr(planned, name), getattr(paced, name)
            column = np.empty(len(chosen), dtype=of_planned.dtype)
            column[chosen], column[~chosen] = of_planned, of_paced
            return column

        columns = {name: woven(name) for name in ("position", "p10_at", "p50_at", "p90_at", "dwell_s", "method")}
        return Predicted(ptr=rows.ptr.astype(np.int32), **columns)  # type: ignore[arg-type]  # dtypes as in the parts


def default_predictor(network: Network, artefact: HistoricArtefact | None = None) -> Predictor:
    """The predictor of a city: schedule for timetable trips, historic pace (learned if there is an artefact) else.

    Parameters
    ----------
    network
        The network it will serve first; another one may follow.
    artefact
        What was learned (:func:`passinfo.prediction.artefact.load_artefact`); None: the network's own pace.
    """
    historic = HistoricPredictor(artefact)
    historic.bind(network)
    return StackedPredictor(SchedulePredictor(), historic)
