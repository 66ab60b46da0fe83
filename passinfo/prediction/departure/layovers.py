"""What was usual at each terminal: layovers as quantiles by half hour, and headways between departures.

Each cell leans on the next wider one: a half hour of a terminal and its neighbours in time on the whole day of the
terminal, that on all terminals of the network. Quantiles, not means: one bus that broke down at its terminal must not
move what is usual, and from quantiles follows how much longer a bus waits that has waited already.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.prediction.departure.past import Past, no_past
from passinfo.prediction.departure.places import Rows

BINS, BIN_S = 48, 1_800
"""Half hours of the day."""
NEIGHBOURS = (0, 1, -1, 2, -2)
"""Half hours that are asked along: layovers follow the timetable's hour, and one day gives few of each half hour."""
LEVELS = np.array([0.02, 0.05, *np.arange(0.1, 0.91, 0.1), 0.95, 0.98])
ENOUGH = 8
"""Layovers of a cell that weigh as much as the wider level."""
LONGEST_S = 5_400.0
"""What waited longer than an hour and a half was parked."""
PLAIN_LAYOVER_S, PLAIN_HEADWAY_S = 300.0, 900.0
"""Of a network of which nothing was seen: five minutes of layover, a bus every quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Layovers:
    """Seconds. Row 0 stands for terminals not known by name."""

    name: tuple[str, ...]
    """Terminals of rows 1 on, sorted."""
    layover_s: Floats
    """(1 + terminals, 48, levels): quantiles of layovers."""
    headway_s: Floats
    """(1 + terminals, 48): median headways."""
    late_s: Floats
    """How late buses leave that have a plan, median by terminal."""
    count: Floats
    """Layovers seen, by terminal."""
    past: Past
    """Departures of the days learned from."""

    def rows_of(self, names: tuple[str, ...]) -> Rows:
        """Row of each terminal; 0 where it is not known."""
        known = {name: row for row, name in enumerate(self.name, 1)}
        return np.array([known.get(name, 0) for name in names], dtype=np.int64)

    def remaining(self, row: Rows, service_s: Floats, waited_s: Floats, share: float) -> Floats:
        """How much longer buses wait that have waited so long: the quantile ``share`` among those that still do."""
        curve = self.layover_s[row, half_hour(service_s)]
        gone = np.where(waited_s < curve[:, 0], 0.0, _between(curve, LEVELS, waited_s))
        wanted = np.minimum(gone, LEVELS[-2])
        until = _between(LEVELS, curve, wanted + (1.0 - wanted) * share)
        return np.maximum(until - waited_s, 0.0)


def _between(x: Floats, y: Floats, at: Floats) -> Floats:
    """Linear interpolation, each row on a curve of its own; its last value beyond. One of x and y is of all rows."""
    x, y = np.broadcast_arrays(x, y)
    each = np.arange(len(at))
    right = np.clip((x <= at[:, None]).sum(axis=1), 1, x.shape[-1] - 1) if len(at) else each
    span = x[each, right] - x[each, right - 1]
    share = np.clip((at - x[each, right - 1]) / np.where(span > 0, span, 1.0), 0.0, 1.0)
    return np.asarray(y[each, right - 1] + share * (y[each, right] - y[each, right - 1]))


def half_hour(service_s: Floats) -> Rows:
    """Which half hour of the day."""
    return np.asarray((service_s // BIN_S).astype(np.int64) % BINS)


def no_layovers() -> Layovers:
    """Nothing has been learned."""
    curve = PLAIN_LAYOVER_S * np.linspace(0.1, 1.9, len(LEVELS))
    return Layovers(
        (), np.tile(curve, (1, BINS, 1)), np.full((1, BINS), PLAIN_HEADWAY_S), np.zeros(1), np.zeros(1), no_past()
    )


@dataclass(frozen=True, slots=True)
class Departed:
    """Departures from terminals, one row each; seconds, NaN where unknown."""

    place: Rows
    service_s: Floats
    """Time of day at which the bus arrived; of departure where that is unknown."""
    layover_s: Floats
    headway_s: Floats
    """How long after the one before it left."""
    late_s: Floats
    """How long after its plan."""


def learn_layovers(names: tuple[str, ...], departed: Departed, past: Past) -> Layovers:
    """Usual layovers from departures.

    Parameters
    ----------
    names
        Terminals.
    departed
        Departures of any days.
    past
        The same by day; row r + 1 is of terminal r.
    """
    plain = no_layovers()
    half = np.array([0.5])
    with np.errstate(invalid="ignore"):
        layover, headway, late = (
            np.where(values <= LONGEST_S, values, np.nan)
            for values in (departed.layover_s, departed.headway_s, departed.late_s)
        )
    place, bins = departed.place, half_hour(departed.service_s)
    wide = Layovers(
        (),
        _by_bin(bins, layover, LEVELS, _quantiles(layover, LEVELS, plain.layover_s[0, 0]))[None],
        _by_bin(bins, headway, half, _quantiles(headway, half, plain.headway_s[0, :1]))[None, :, 0],
        _quantiles(late, half, plain.late_s),
        np.array([float(np.isfinite(layover).sum())]),
        no_past(),
    )
    day, gap = (
        _quantiles(values, at, wider)
        for values, at, wider in ((layover, LEVELS, plain.layover_s[0, 0]), (headway, half, plain.headway_s[0, :1]))
    )
    made = [wide]
    for row in range(len(names)):
        mine = place == row
        made.append(
            Layovers(
                (),
                _by_bin(bins[mine], layover[mine], LEVELS, _quantiles(layover[mine], LEVELS, day))[None],
                _by_bin(bins[mine], headway[mine], half, _quantiles(headway[mine], half, gap))[None, :, 0],
                _quantiles(late[mine], half, wide.late_s),
                np.array([float(np.isfinite(layover[mine]).sum())]),
                no_past(),
            )
        )
    columns = ("layover_s", "headway_s", "late_s", "count")
    layover_s, headway_s, late_s, count = (np.concatenate([getattr(each, name) for each in made]) for name in columns)
    return Layovers(names, layover_s, headway_s, late_s, count, past)


def _by_bin(bins: Rows, values: Floats, levels: Floats, wider: Floats) -> Floats:
    found = [bins == (each % BINS) for each in range(BINS)]
    near = [np.logical_or.reduce([found[(each + step) % BINS] for step in NEIGHBOURS]) for each in range(BINS)]
    return np.stack([_quantiles(values[mine], levels, wider) for mine in near])


def _quantiles(values: Floats, levels: Floats, wider: Floats) -> Floats:
    """Quantiles that lean on those of the wider level."""
    values = values[np.isfinite(values)]
    if not len(values):
        return wider
    share = len(values) / (len(values) + ENOUGH)
    return np.asarray(share * np.quantile(values, levels) + (1 - share) * wider)
