"""The predictor of a model folder, whatever kind it is."""

from __future__ import annotations

import logging
from pathlib import Path

from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.prediction.artefact import KIND, load_artefact
from passinfo.prediction.protocol import Predictor
from passinfo.prediction.stack import default_predictor
from passinfo.stores.models import ModelStore

log = logging.getLogger("feeds.live")


class Promoted:
    """The model that is live in a state directory, looked at before each tick."""

    def __init__(self, state: Path) -> None:
        self._store = ModelStore(state)
        self._seen: str | None = None
        self._refused = ""

    def fresh(self, network: Network) -> Predictor | None:
        """The predictor of a model promoted since the last look; None if there is none, or if it cannot be used.

        What cannot be used is told once; the one before goes on.
        """
        try:
            live = self._store.live()
            if live is None or live.model == self._seen:
                return None
            self._seen = live.model
            made = predictor_of(network, self._store.folder(live.model))
        except OperatorError as error:
            name = str(error)
            if name != self._refused:
                log.warning("the promoted model is not taken up: %s", name)
            self._refused = name
            return None
        log.info("model %s is live (%s)", live.model, live.why)
        return made


def predictor_of(network: Network, folder: Path | None) -> Predictor:
    """What predicts a city: with the arrival model of a folder, or its learned pace, or neither.

    Raises
    ------
    ArtefactUnusable
        If the folder holds no model this program can use.
    """
    if folder is None:
        return default_predictor(network)
    from passinfo.prediction.arrival.artefact import load_model, read_manifest  # scikit-learn takes a second to load
    from passinfo.prediction.arrival.predictor import ArrivalPredictor
    from passinfo.prediction.departure.artefact import load_departures
    from passinfo.prediction.departure.predictor import DeparturePredictor

    if read_manifest(folder).get("kind") == KIND:
        return default_predictor(network, load_artefact(folder))
    arrivals = ArrivalPredictor(load_model(folder), default_predictor(network))
    departures = load_departures(folder)
    return arrivals if departures is None else DeparturePredictor(departures, arrivals)
