"""Which predictor serves which run."""

from __future__ import annotations

from passinfo.network.network import Network
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.planned import Planned
from passinfo.prediction.arrival.traffic import Sights, Traffic, traffic_after
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


class LivePredictor:
    """The same, watching the traffic: what the last buses needed stretches what is planned or usual ahead."""

    def __init__(self, artefact: HistoricArtefact | None = None) -> None:
        self._planned = Planned()
        self.historic = HistoricPredictor(artefact, self._planned)
        self._plain = StackedPredictor(SchedulePredictor(self._planned), self.historic)

    def watched(
        self, network: Network, traffic: Traffic | None, reached: Reached, sights: Sights, now: float
    ) -> Traffic:
        """The traffic after what became known in a tick."""
        return traffic_after(network, self._planned.on(network)[0], traffic, reached, sights, now)

    def informed(self, traffic: Traffic | None) -> Predictor:
        """The predictor of one tick: this one, knowing the traffic."""
        if traffic is None:
            return self._plain
        return StackedPredictor(SchedulePredictor(self._planned, traffic), self.historic.informed(traffic))

    def predict(self, network: Network, runs: RunAhead, now: float) -> Predicted:
        """Without traffic: the plan as it stands."""
        return self._plain.predict(network, runs, now)


def default_predictor(network: Network, artefact: HistoricArtefact | None = None) -> Predictor:
    """The predictor of a city: schedule for timetable trips, historic pace (learned if there is an artefact) else.

    Parameters
    ----------
    network
        The network it will serve first; another one may follow.
    artefact
        What was learned (:func:`passinfo.prediction.artefact.load_artefact`); None: the network's own pace.
    """
    made = LivePredictor(artefact)
    made.historic.bind(network)
    return made
