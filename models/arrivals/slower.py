"""Days made slower (simulated): what heavy snow might have made of a recorded day.

Trees that know quiet days alone take every jam for one that will be over soon. So each day is learned from twice: as it
was, and on a clock that runs slower for some hours, on each route in its own measure, up to two and a half times. What
buses did, and in which order, stays; only when. It is learned from where the network is slow to see: else quiet hours
would be predicted as if snow might fall any minute. Nothing of it is ever scored or calibrated on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from models.arrivals.day import Day, Seen
from passinfo.columns import Floats, Texts
from passinfo.network.network import Network
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.hops import Rows

BEGINS = (0.0, 0.6)
"""It begins when so much of the day's reports has come, drawn for each day: at night there is nothing to learn."""
PART_S = 1_800.0
COURSE = np.array([0.3, 0.53, 0.77, 1.0, 1.0, 1.0, 0.8, 0.5])
"""How much of its whole slowness a half hour has: it grows, stays and goes."""
CITY = (0.2, 0.7)
"""How much longer everything takes at the height of it, drawn for each day …"""
ROUTE, HALF_HOUR = (0.3, 1.7), (0.7, 1.3)
"""… times what is drawn for each route, and each half hour of it."""
MOST = 2.5
FAR_S = 1e6

Moved = Callable[[Texts, Floats], Floats]


def slower(network: Network, day: Day, seed: int) -> Day:
    """The day on a slower clock; the same seed gives the same.

    Parameters
    ----------
    network
        The network that the day was replayed on.
    day
        As recorded.
    seed
        Of the hour it begins, and of how slow it is.
    """
    names = np.unique(np.concatenate([each.vehicle_id.astype(str) for each in (day.seen, day.live, day.true)]))
    route = _routes(network, day, names)
    draw, at = np.random.default_rng(seed), day.seen.received_at
    span = len(COURSE) * PART_S
    begin = float(np.quantile(at, draw.uniform(*BEGINS))) if len(at) else 0.0
    old = np.concatenate(([begin - FAR_S], begin + PART_S * np.arange(len(COURSE) + 1), [begin + span + FAR_S]))
    height = draw.uniform(*CITY) * draw.uniform(*ROUTE, len(network.routes.route_id))

    wobble = draw.uniform(*HALF_HOUR, (len(height), len(COURSE)))
    longer = np.minimum(1.0 + height[:, None] * COURSE * wobble, MOST)
    rates = np.column_stack((np.ones(len(height)), longer, np.ones(len(height))))
    new = old[0] + np.column_stack((np.zeros(len(height)), np.cumsum(np.diff(old) * rates, axis=1)))

    def moved(vehicle_id: Texts, instants: Floats) -> Floats:
        made, mine = np.array(instants, dtype=float), route[np.searchsorted(names, vehicle_id.astype(str))]
        for which in np.unique(mine).tolist():
            rows = mine == which
            made[rows] = np.interp(instants[rows], old, new[which])
        return made

    return replace(day, seen=_seen(day.seen, moved), live=_live(day.live, moved), true=_moved(day.true, moved))


def _routes(network: Network, day: Day, names: Texts) -> Rows:
    """The route that each vehicle drove most: one clock each, so that nothing changes its order."""
    placed = day.seen.pattern_ix >= 0
    vehicle = np.searchsorted(names, day.seen.vehicle_id[placed].astype(str))
    driven = network.patterns.route_ix[day.seen.pattern_ix[placed]].astype(np.int64)
    routes = max(len(network.routes.route_id), 1)
    counts = np.bincount(vehicle * routes + driven, minlength=len(names) * routes)
    return np.asarray(np.argmax(counts.reshape(len(names), routes), axis=1), dtype=np.int64)


def _seen(seen: Seen, moved: Moved) -> Seen:
    received, measured = moved(seen.vehicle_id, seen.received_at), moved(seen.vehicle_id, seen.measured_at)
    order = np.argsort(received, kind="stable")
    made = replace(seen, received_at=received, measured_at=measured)
    return Seen(*(getattr(made, name)[order] for name in Seen.__slots__))


def _live(live: Reached, moved: Moved) -> Reached:
    made = _moved(live, moved)
    order = np.argsort(made.known_at, kind="stable")
    return Reached(*(getattr(made, name)[order] for name in Reached.__slots__))


def _moved(reached: Reached, moved: Moved) -> Reached:
    return replace(
        reached, at=moved(reached.vehicle_id, reached.at), known_at=moved(reached.vehicle_id, reached.known_at)
    )
