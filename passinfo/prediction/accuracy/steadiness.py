"""How much successive predictions of one arrival move.

**Step**: by how much the median moves per minute of elapsed time. Some of it is news: a bus that loses two minutes must
move the prediction by two. **Jitter** is what news does not explain: a step from error e to error f could have earned
|e| - |f|; what it moved beyond that (all of it, if the error grew) was for nothing. A prediction that closes in on
what happens has none, however wrong it began; one that swings to and fro pays for every swing. Both need predictions
kept often: what happened between two kept ones is not seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.prediction.accuracy.bootstrap import DRAWS, Estimate, clusters_of, estimate, ratio, tally
from passinfo.prediction.accuracy.pairs import Pairs

FROM_S, TO_S = 3 * 60.0, 12 * 60.0
"""When people decide to leave for the stop: nearer, a bus halting or not moves it; farther, nobody watches."""


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Movement of the median, seconds per minute of elapsed time."""

    steps: int
    """Successive predictions of one arrival."""
    step_s_per_min: Estimate
    jitter_s_per_min: Estimate


def steadiness(pairs: Pairs, from_s: float = FROM_S, to_s: float = TO_S, draws: int = DRAWS) -> Steadiness:
    """The steps that begin with the arrival ``from_s`` to ``to_s`` ahead, as predicted."""
    order = np.lexsort((pairs.made_at, pairs.visit))
    before, after = order[:-1], order[1:]
    again = pairs.visit[before] == pairs.visit[after]
    again &= (pairs.horizon_s[before] >= from_s) & (pairs.horizon_s[before] < to_s)
    before, after = before[again], after[again]
    moved = np.abs(pairs.p50_at[after] - pairs.p50_at[before])
    earned = np.abs(pairs.error_s[before]) - np.abs(pairs.error_s[after])
    jitter = moved - np.clip(earned, 0.0, moved)
    minutes = (pairs.made_at[after] - pairs.made_at[before]) / 60.0
    clusters = clusters_of(pairs.trip[before], pairs.route_id[before], draws)
    cells = tally(clusters, (moved, jitter, minutes), np.zeros(len(before), dtype=np.intp), 1)[:, 0]
    return Steadiness(
        len(before),
        estimate(clusters, cells[:, [0, 2]], ratio),
        estimate(clusters, cells[:, [1, 2]], ratio),
    )
