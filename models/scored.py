"""How right the predictions of a day were, kept for the counter: ``accuracy.json`` of the state directory."""

from __future__ import annotations

import json
from pathlib import Path

from models.score import heard_in, to_json
from passinfo.history.parquet import read
from passinfo.network.network import Network
from passinfo.prediction.accuracy.board import board
from passinfo.prediction.accuracy.keys import By
from passinfo.prediction.accuracy.truth import truth_of
from passinfo.prediction.protocol import Predictions
from passinfo.stores.atomic import write_whole
from passinfo.stores.history import ClosedDay
from passinfo.tracking.columns import Visits

ACCURACY = "accuracy.json"


def write_accuracy(state: Path, network: Network, folder: Path, day: ClosedDay) -> None:
    """Score a closed day as passengers were told it, all over and by route, and keep that."""
    truth = truth_of(read(folder / "hindsight_visits.parquet", Visits))
    said = read(folder / "predictions.parquet", Predictions)
    by: By = "stop" if len(network.headways.trip_ix) else "instance"
    scored = json.loads(to_json(board(truth, [("served", said)], by, network.timezone, heard=heard_in(folder))))
    facts = {"date": day.date, "model": day.model, "by": by, **scored}
    write_whole(state / ACCURACY, (json.dumps(facts) + "\n").encode())
