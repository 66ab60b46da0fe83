"""What each hop usually takes, by time of day and kind of day, learned from hops driven.

Each level leans on the next wider one: a hop at this hour on the hop all day times the hour of the whole network; a hop
never driven on its length. Means are of ratios to the hop's median with far outliers drawn in, so that sums of hops are
the mean of sums.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from passinfo.columns import Floats
from passinfo.prediction.arrival.driven import Driven
from passinfo.prediction.arrival.earlier import Earlier, Runs, no_runs
from passinfo.prediction.arrival.hops import HopTable, Rows
from passinfo.prediction.arrival.inside import Lefts, learn_inside, level
from passinfo.prediction.arrival.medians import leaning, quantiles

BINS, BIN_S = 48, 1_800
"""Half hours of the day."""
NEIGHBOURS = ((0, 1.0), (1, 0.7), (2, 0.3), (3, 0.1))
"""Weight of the half hours before and after: traffic changes within the hour."""
LEAN_HOP, LEAN_HOUR = 4.0, 6.0
"""So many drives weigh as much as the wider level."""
LOWEST, HIGHEST = 0.3, 3.5
"""Ratios to the median beyond these are drawn in: a break-down is no usual time."""
PLAIN_MPS = 6.0
"""Of a network of which nothing was seen: a city bus with its stops, 22 km/h."""


@dataclass(frozen=True, slots=True)
class Usual:
    """Seconds of each hop by kind of day and half hour, shape (kinds, hops, 48)."""

    seconds: Floats
    spread: Floats
    """Standard deviation of the log of a drive's ratio to it, by hop."""
    late: Floats
    """Log of the ratio that one drive in ten exceeds, by hop: stops where buses wait have it high."""
    count: Floats
    """Drives seen, by hop."""
    inside: Floats
    """Log of time left over what the distance left says, by hop, stretch and standing: (hops, SHARES, 2)."""
    runs: Runs = field(default_factory=no_runs)
    """Runs of the days learned from."""
    earlier: Earlier = ()
    """The same, ready to be looked up on a network."""

    def at(self, kind: Rows | int, hop: Rows, service_s: Floats) -> Floats:
        """Seconds of hops at times of day."""
        # one flat take: three index arrays take twice as long
        place = (kind * self.seconds.shape[1] + hop) * BINS + (service_s * (1.0 / BIN_S)).astype(np.int64) % BINS
        return np.asarray(self.seconds.reshape(-1).take(place))

    def column(self, kind: int, service_s: float) -> Floats:
        """Seconds of all hops at a time of day."""
        return np.asarray(self.seconds[kind, :, int(service_s // BIN_S) % BINS])


def learn_usual(
    table: HopTable, driven: Driven, service_s: Floats, kind: Rows, kinds: int, lefts: Lefts | None = None
) -> Usual:
    """Usual times from drives.

    Parameters
    ----------
    table
        The hops.
    driven
        Drives of any days.
    service_s
        Time of day at which each drive ended.
    kind
        Kind of its day, 0 to ``kinds`` - 1.
    kinds
        How many there are.
    lefts
        Sights of buses between stops on those days.
    """
    n = len(table)
    hop, seconds = driven.hop, driven.seconds
    count = np.bincount(hop, minlength=n).astype(float)
    pace = float(np.median(seconds / table.metres[hop])) if len(hop) else 1 / PLAIN_MPS
    plain = table.metres * pace
    middle = leaning(quantiles(hop, np.log(seconds), n), count, np.log(plain), LEAN_HOP)
    ratio = np.clip(seconds / np.exp(middle[hop]), LOWEST, HIGHEST)
    bins = (service_s // BIN_S).astype(np.int64) % BINS
    overall = _mean(ratio, np.zeros(len(hop), dtype=np.int64), 1, np.ones(1), 1.0)[0]
    of_hop = _mean(ratio, hop, n, np.full(n, overall), LEAN_HOUR)
    by_kind = np.empty((kinds, n, BINS))
    daily = _smooth(*_sums(ratio, bins, BINS))
    curve = (daily[0] + LEAN_HOUR * overall) / (daily[1] + LEAN_HOUR) / overall
    for which in range(kinds):
        mine = kind == which
        net = _smooth(*_sums(ratio[mine] / of_hop[hop[mine]], bins[mine], BINS))
        city = (net[0] + 50 * curve) / (net[1] + 50)  # an hour of a city of which fifty drives were seen
        sums = _sums(ratio[mine] / of_hop[hop[mine]], hop[mine] * BINS + bins[mine], n * BINS)
        total, weight = _smooth(*(each.reshape(n, BINS) for each in sums))
        local = (total + LEAN_HOUR * city) / (weight + LEAN_HOUR)
        by_kind[which] = np.exp(middle)[:, None] * of_hop[:, None] * local
    log = np.log(ratio) - np.log(of_hop[hop])
    variance = _mean(log * log, hop, n, np.full(n, float(np.mean(log * log)) if len(log) else 0.1), LEAN_HOUR)
    late = leaning(
        quantiles(hop, log, n, 0.9), count, np.full(n, 1.28 * math.sqrt(float(np.mean(variance)))), LEAN_HOUR
    )
    plain_usual = Usual(by_kind, np.sqrt(variance), late, count, level(n))
    if lefts is None or not len(lefts.hop):
        return plain_usual
    plain_s = plain_usual.at(lefts.kind, lefts.hop, lefts.service_s % 86_400.0) * lefts.share
    return replace(plain_usual, inside=learn_inside(lefts, plain_s, n))


def _sums(values: Floats, group: Rows, n: int) -> tuple[Floats, Floats]:
    return np.bincount(group, values, n).astype(float), np.bincount(group, minlength=n).astype(float)


def _mean(values: Floats, group: Rows, n: int, wider: Floats, lean: float) -> Floats:
    total, count = _sums(values, group, n)
    return np.asarray((total + lean * wider) / (count + lean))


def _smooth(total: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Half hours with their neighbours, round the clock."""
    made = []
    for values in (total, weight):
        whole = np.zeros_like(values)
        for step, share in NEIGHBOURS:
            for shift in {step, -step}:
                whole = whole + share * np.roll(values, shift, axis=-1)
        made.append(whole)
    return made[0], made[1]
