"""Which visit a prediction of headway service speaks of, asked as the passenger asks: did that bus come to this stop?

Live and hindsight may name different branches of a route, whose stop_sequences differ though the stops are the same;
and one of the two may see two runs where the other sees one (a bus that lost its line for a while and went on).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from passinfo.prediction.accuracy.overlap import Indices, overlaps
from passinfo.prediction.accuracy.stretches import GRACE_S
from passinfo.prediction.accuracy.truth import Truth, codes
from passinfo.prediction.protocol import Predictions

NONE = -1


def arrivals_by_stop(predictions: Predictions, truth: Truth) -> tuple[Indices, Indices]:
    """The arrival of each prediction, and the row of the truth that it was, -1 if none was observed.

    Of the visits of the same vehicle to the same stop, in the same route and direction, the one nearest to the instant
    predicted last: on the run that overlaps the predicted one longest in time, or, on another that overlaps it, within
    ``GRACE_S``. Arrivals that were observed are numbered by the row of the truth, others beyond: one for each
    stop of a run, though it was named anew. A bus whose trip is left open is told of all the same. Predictions without
    vehicle or stop speak of none.
    """
    found = overlaps(predictions, truth)
    n = len(found.said)
    stop = codes(np.concatenate([predictions.stop_id, truth.stop_id]))
    told = codes(found.said, stop[:n], predictions.stop_sequence)
    rows = pd.DataFrame(
        {
            "told": told,
            "run": found.said,
            "stop": stop[:n],
            "made_at": predictions.made_at,
            "p50_at": predictions.p50_at,
        }
    )
    rows = rows.sort_values(["told", "made_at"], kind="stable").drop_duplicates("told", keep="last")
    runs = found.pairs.assign(longest=~found.pairs.duplicated("run"))
    visits = pd.DataFrame({"run_true": found.true, "stop": stop[n:], "at": truth.at, "visit": np.arange(len(stop) - n)})
    visits = visits[~pd.isna(truth.vehicle_id)]
    choices = rows.merge(runs, on="run").merge(visits, on=["run_true", "stop"])
    apart = (choices["at"] - choices["p50_at"]).abs()
    choices = choices.assign(apart=apart)[choices["longest"] | (apart <= GRACE_S)]
    choices = choices.sort_values(["told", "apart", "at", "visit"], kind="stable").drop_duplicates("told")
    of_told = np.full(int(told.max(initial=-1)) + 1, NONE, dtype=np.int64)
    of_told[choices["told"].to_numpy()] = choices["visit"].to_numpy()
    visit = of_told[told]
    unnamed = pd.isna(predictions.vehicle_id) | (predictions.stop_sequence < 0)
    visit = np.where(unnamed, NONE, visit)
    longest = found.pairs.drop_duplicates("run")
    of_run = len(truth.at) + np.arange(found.runs + 1, dtype=np.int64)
    of_run[longest["run"].to_numpy()] = longest["run_true"].to_numpy()
    missed = len(truth.at) + codes(of_run[found.said] if n else found.said, stop[:n])
    arrival = np.where(visit == NONE, missed, visit)
    return np.where(unnamed, NONE, arrival), visit
