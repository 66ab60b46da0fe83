"""Which predictor serves which run."""

from __future__ import annotations

from passinfo.network.network import Network
from passinfo.prediction.historic import HistoricPredictor
from passinfo.prediction.pace import HistoricArtefact
from passinfo.prediction.protocol import Predicted, Predictor, RunAhead
from passinfo.prediction.rows import take_runs
from passinfo.prediction.schedule import SchedulePredictor, by_timetable
from passinfo.prediction.woven import woven


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
        return woven(network, runs, timetable, planned, paced)


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
