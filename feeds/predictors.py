"""The predictor of a model folder, whatever kind it is."""

from __future__ import annotations

from pathlib import Path

from passinfo.network.network import Network
from passinfo.prediction.artefact import KIND, load_artefact
from passinfo.prediction.protocol import Predictor
from passinfo.prediction.stack import default_predictor


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

    if read_manifest(folder).get("kind") == KIND:
        return default_predictor(network, load_artefact(folder))
    return ArrivalPredictor(load_model(folder), default_predictor(network))
