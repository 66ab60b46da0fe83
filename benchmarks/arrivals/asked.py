"""A day's predictions by the model and by each baseline, for the same buses, stops and moments."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from models.arrivals.day import Day
from models.arrivals.drives import BEGUN_M
from models.arrivals.moments import Truth, moments_of
from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.feature_names import NAMES
from passinfo.prediction.arrival.features import Asked, Moment, ask, features
from passinfo.prediction.arrival.hops import HopTable
from passinfo.prediction.arrival.model import ArrivalModel, corrected
from passinfo.prediction.arrival.schooling import schooled
from passinfo.prediction.arrival.traffic import Sights, Traffic, traffic_after
from passinfo.prediction.arrival.usual import Usual

EVERY_S = 120.0
LONGEST_S = 2_700.0
"""Usual times beyond are of no bin."""
KALMAN_GAIN = (np.sqrt(5) - 1) / 2
"""Steady state of TransitClock's filter, gain = (e + v) / (e + 2 v), e = v × gain: gain × historic, rest × last bus."""
_OWN = NAMES.index("own_mean")
OWN_SHARES = (0.25, 0.5, 0.75, 1.0)
BASELINES = ("historic", "last bus", "kalman", "own pace")
"""The named ones: neutral bins are of their mean."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """Predictions, one row each; seconds from the moment."""

    by_name: dict[str, Floats]
    p10_s: Floats
    p90_s: Floats
    actual_s: Floats
    clock_s: Floats
    """Seconds of the service day at the moment."""
    route: Floats

    @property
    def neutral_s(self) -> Floats:
        """Mean horizon of the named baselines."""
        return np.asarray(np.mean([self.by_name[name] for name in BASELINES], axis=0))


def predicted(
    network: Network, table: HopTable, usual: Usual, model: ArrivalModel, day: Day, own: float | None
) -> Predicted:
    """All that was asked on a day; ``own``: how much of its own pace a bus keeps (tuned on training days).

    Without it all of ``OWN_SHARES`` are told, by their names.
    """

    def watch(network: Network, traffic: Traffic | None, reached: Reached, sights: Sights, now: float) -> Traffic:
        after = traffic_after(network, table, traffic, reached, sights, now)
        return schooled(network, table, usual, model, after, reached, sights, now)

    truth, parts = Truth(network, day), []
    for known in moments_of(network, table, day, EVERY_S, watch):
        moment = known.moment
        asked = ask(network, table, usual, known.traffic, moment)
        at, sure = truth.next(moment, asked.road.ptr, asked.stop_row)
        rows = np.flatnonzero(
            np.isfinite(at) & sure & (moment.dist_m[asked.road.run] > BEGUN_M) & (asked.usual_s < LONGEST_S)
        )
        if not len(rows):
            continue
        p10, p50, p90 = corrected(network, table, usual, known.traffic, moment, asked, model)
        told = baselines(network, table, usual, known.traffic, moment, asked, OWN_SHARES if own is None else (own,))
        told["model"] = p50
        route = network.patterns.route_ix[moment.pattern_ix][asked.road.run[rows]].astype(float)
        clock = np.full(len(rows), moment.service_s)
        parts.append(
            ({name: s[rows] for name, s in told.items()}, p10[rows], p90[rows], at[rows] - moment.now, clock, route)
        )
    names = parts[0][0].keys()
    joined = [np.concatenate([part[k] for part in parts]) for k in range(1, 6)]
    return Predicted({name: np.concatenate([part[0][name] for part in parts]) for name in names}, *joined)


def own_name(share: float, of: tuple[float, ...]) -> str:
    """What own pace is called: by its share where there are several."""
    return "own pace" if len(of) == 1 else f"own pace {share}"


def tuned(tried: Predicted, share: float) -> Predicted:
    """What was told with all shares, with one of them."""
    own = tried.by_name[own_name(share, OWN_SHARES)]
    return replace(tried, by_name={**tried.by_name, "own pace": own})


def baselines(
    network: Network,
    table: HopTable,
    usual: Usual,
    traffic: Traffic,
    moment: Moment,
    asked: Asked,
    own: tuple[float, ...],
) -> dict[str, Floats]:
    """Seconds from now to each row, by each baseline."""
    road, state = asked.road, asked.state
    hop_s = np.diff(road.usual_s, prepend=0.0)
    first = np.arange(len(road.run)) == road.ptr[road.run]
    hop_s[first] = road.usual_s[first]
    last = np.exp(state.last[road.hop])
    one = np.array([int(row) for row in road.ptr[:-1]])
    some = one[np.diff(road.ptr) > 0]
    column = features(network, table, usual, traffic, moment, asked, some)
    own_mean = np.zeros(len(road.ptr) - 1)
    own_mean[np.diff(road.ptr) > 0] = column[:, _OWN]
    gone = np.maximum(moment.now - moment.measured_at, 0.0)[road.run]

    def along(values: Floats) -> Floats:
        total = np.concatenate(([0.0], np.cumsum(values)))
        whole = total[1:] - total[road.ptr[:-1]][road.run]
        return np.asarray(np.maximum(whole - gone, np.minimum(0.5 * whole, 10.0)))

    return {
        "historic": asked.usual_s,
        "last bus": along(hop_s * last),
        "kalman": along(hop_s * (KALMAN_GAIN + (1 - KALMAN_GAIN) * last)),
        **{own_name(share, own): along(hop_s * np.exp(share * own_mean)[road.run]) for share in own},
        "live mix": asked.mix_s,
    }
