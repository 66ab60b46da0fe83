"""Whether there was a prediction at all: who abstains must not look good.

Three counts. An arrival was *served* if a TRACKED prediction of it stood 5 (10) minutes before, its bus having begun
its run when that was made: at the last moment recorded by then. An arrival was *promised* if it was ever predicted as
TRACKED; the promise was *broken* if the bus never came, though the recording went on for ten minutes beyond the last
instant promised. Where it is known when buses were heard, a promise whose bus was silent for more than 90 s between the
last time it was made and the instant promised (or the arrival) is counted apart, kept or not: nobody saw. An arrival
*vanished* if it had predictions, then at one or more moments none, then one again before it came. Moments are those at
which any prediction was made.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from passinfo.columns import Bools, Floats
from passinfo.prediction.accuracy.heard import Heard, silent
from passinfo.prediction.accuracy.keys import Indices, Keys
from passinfo.prediction.accuracy.pairs import NO_DATA
from passinfo.prediction.accuracy.stretches import GRACE_S, within
from passinfo.prediction.accuracy.truth import Truth
from passinfo.prediction.protocol import Predictions

LEADS_S = (300.0, 600.0)
"""5 and 10 minutes: the walk to the stop, and the time to get ready for it."""
TRACKED = "TRACKED"


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def value(self) -> float:
        """The share, 0 to 1; NaN of none."""
        return self.count / self.of if self.of else float("nan")


@dataclass(frozen=True, slots=True)
class Availability:
    """Predictions there were and were not."""

    served_5_min: Share
    served_10_min: Share
    any_5_min: Share
    """The same, with a prediction of any basis."""
    any_10_min: Share
    broken: Share
    """Promised and never reached, of the arrivals promised."""
    unseen: Share
    """Promised into a silence of the bus, of all arrivals promised; they are not in ``broken``."""
    vanished: Share
    """Vanished and came back, of the arrivals predicted at two moments or more."""


def availability(predictions: Predictions, truth: Truth, keys: Keys, heard: Heard | None = None) -> Availability:
    """Count over all observed arrivals that have a name, and all predictions that name one.

    Without ``heard`` no promise is set aside because its bus was silent.
    """
    tick, ticks = pd.factorize(predictions.made_at, sort=True)
    says = np.isfinite(predictions.p50_at) & (predictions.basis != NO_DATA) & (keys.prediction >= 0)
    tracked = says & (predictions.basis == TRACKED)
    (served_5, any_5), (served_10, any_10) = (_served(truth, keys, ticks, tick, tracked, says, s) for s in LEADS_S)
    return Availability(
        served_5,
        served_10,
        any_5,
        any_10,
        *_broken(predictions, truth, keys, tracked, heard),
        _vanished(truth, keys, predictions.made_at, tick, says),
    )


def _served(
    truth: Truth, keys: Keys, ticks: Floats, tick: Indices, tracked: Bools, says: Bools, lead_s: float
) -> tuple[Share, Share]:
    """Arrivals with a tracked prediction at the last moment ``lead_s`` before them, and with any."""
    moment = truth.at - lead_s
    newest = np.searchsorted(ticks, moment, side="right") - 1
    made_at = ticks[np.maximum(newest, 0)] if len(ticks) else moment
    with np.errstate(invalid="ignore"):
        asked = truth.sure & ~truth.departure & (keys.truth >= 0) & (truth.began_at <= made_at)
    # Beyond twice the usual time between moments nothing was recorded, so nobody can say.
    usual = float(np.median(np.diff(ticks))) if len(ticks) > 1 else 0.0
    asked &= newest >= 0
    asked &= moment - made_at <= 2 * usual
    n = len(ticks) + 1
    wanted = pd.Index(keys.truth[asked] * n + newest[asked])
    found = wanted.get_indexer(pd.Index(keys.prediction[says] * n + tick[says]))
    there = [np.bincount(rows[rows >= 0], minlength=len(wanted)) > 0 for rows in (found[tracked[says]], found)]
    served, by_any = (Share(int(np.count_nonzero(which)), len(wanted)) for which in there)
    return served, by_any


def _broken(
    predictions: Predictions, truth: Truth, keys: Keys, tracked: Bools, heard: Heard | None
) -> tuple[Share, Share]:
    kept = promises(predictions, truth, keys, tracked, heard)
    watched = ~kept["silent"]
    broken = int(np.count_nonzero(watched & ~kept["came"]))
    return Share(broken, int(np.count_nonzero(watched))), Share(int(np.count_nonzero(~watched)), len(kept))


def promises(
    predictions: Predictions, truth: Truth, keys: Keys, tracked: Bools, heard: Heard | None = None
) -> pd.DataFrame:
    """Arrivals promised that the recording covers, in order of ``arrival``.

    ``row``: the last prediction of it; ``came``: it was observed; ``silent``: its bus was not heard throughout.
    """
    promised = pd.DataFrame(
        {
            "row": np.flatnonzero(tracked),
            "arrival": keys.prediction[tracked],
            "made_at": predictions.made_at[tracked],
            "p50_at": predictions.p50_at[tracked],
        }
    )
    promised = promised.sort_values(["arrival", "made_at"], kind="stable").drop_duplicates("arrival", keep="last")
    made_at, until = promised["made_at"].to_numpy(), promised["p50_at"].to_numpy()
    promised = promised[within(truth.known_at, made_at, until + GRACE_S)]
    visit = keys.visit[promised["row"]]
    came = visit >= 0
    until = np.where(came, truth.at[visit] if len(truth.at) else np.nan, promised["p50_at"])
    quiet = np.zeros(len(promised), dtype=bool)
    if heard is not None:
        quiet = silent(heard, predictions.vehicle_id[promised["row"]], promised["made_at"].to_numpy(), until)
    return promised.assign(came=came, silent=quiet)[["row", "arrival", "came", "silent"]]


def _vanished(truth: Truth, keys: Keys, made_at: Floats, tick: Indices, says: Bools) -> Share:
    """Only moments before the arrival, where it was observed."""
    came_at = np.where(keys.visit >= 0, truth.at[np.maximum(keys.visit, 0)] if len(truth.at) else np.nan, np.nan)
    rows = says & ~(made_at >= came_at)
    n = int(tick.max(initial=0)) + 1
    # not np.unique, which hashes: twenty times slower on millions of rows
    arrival, at_tick = np.divmod(np.sort(keys.prediction[rows] * n + tick[rows]), n)
    step = np.where(arrival[1:] == arrival[:-1], np.diff(at_tick), 0)
    return Share(_different(arrival[1:][step > 1]), _different(arrival[1:][step > 0]))


def _different(ordered: Indices) -> int:
    return int(np.count_nonzero(np.diff(ordered))) + bool(len(ordered))
