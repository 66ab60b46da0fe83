"""Days that were seen only in part: the recording began at noon, broke off, or had a hole.

On a whole day the fleet goes out bus by bus and comes home bus by bus. A day on which much of its fleet is on the road
in the first quarter of an hour, long after other days began, was not seen from its start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats
from passinfo.times import service_date_of, service_day_zero_s, shift_date

NEW_DAY_S = 4 * 3_600.0
"""Service days change at four in the morning, when least runs."""
DAY_S = 86_400.0
BIN_S = 900.0
FLEET = 90
"""The fleet of a day is this percentile of the buses seen in its quarters of an hour."""
ABRUPT = 0.5
"""So much of it on the road at once did not just leave the garage (ttc: 12 % at five in the morning, 100 % at the start
of a recording at half past two)."""
MIN_FLEET = 4
"""Of fewer buses half are one or two."""
LATER_S = 3_600.0
"""Days of one city begin within an hour, or are of another kind and begin slowly."""
HOLE_S, ABOUT = 1_800.0, 0.25
"""No report of any bus for half an hour, a quarter of the fleet out before and after: the recording had a hole."""


@dataclass(frozen=True, slots=True)
class SeenDay:
    """What was seen of one service day that was not seen whole."""

    parts: tuple[tuple[float, float], ...]
    """From and to, service seconds."""
    from_start: bool
    """Whether its first bus was seen."""
    to_end: bool
    """Whether its last bus was seen."""

    def said(self) -> str:
        """The parts, in words."""
        return ", ".join(f"{_clock(start)} to {_clock(end)}" for start, end in self.parts)


def seen_days(vehicle_ix: npt.NDArray[np.intp], observed_at: Floats, timezone: str) -> dict[int, SeenDay]:
    """The service days (``yyyymmdd``) seen only in part; whole ones are left out.

    Parameters
    ----------
    vehicle_ix
        Of each report.
    observed_at
        Epoch seconds.
    timezone
        IANA zone.

    Examples
    --------
    See ``tests/unit/network/service/test_seen_days.py``.
    """
    if not len(observed_at):
        return {}
    date = service_date_of(float(observed_at.min()) - NEW_DAY_S, timezone)
    dates: list[int] = []
    while service_day_zero_s(date, timezone) + NEW_DAY_S <= float(observed_at.max()):
        dates.append(date)
        date = shift_date(date, 1)
    begins = np.array([service_day_zero_s(each, timezone) + NEW_DAY_S for each in dates])
    row = np.searchsorted(begins, observed_at, side="right") - 1
    bins = int(DAY_S / BIN_S) + 4  # the night the clock goes back has four more
    slot = np.minimum(((observed_at - begins[row]) / BIN_S).astype(np.intp), bins - 1)
    cell, fleet = row * bins + slot, int(vehicle_ix.max()) + 1
    out = np.bincount(np.unique(cell * fleet + vehicle_ix) // fleet, minlength=len(dates) * bins).reshape(-1, bins)
    driven = [number for number in range(len(dates)) if out[number].any()]
    edges = {number: (int(np.flatnonzero(out[number])[0]), int(np.flatnonzero(out[number])[-1])) for number in driven}
    found = {}
    for number in driven:
        others = [edges[each] for each in driven if each != number]
        day = _seen(out[number], others)
        if day is not None:
            mine = observed_at[row == number] - begins[number] + NEW_DAY_S
            found[dates[number]] = _exact(day, float(mine.min()), float(mine.max()))
    return found


def _seen(out: npt.NDArray[np.intp], others: Sequence[tuple[int, int]]) -> SeenDay | None:
    told = np.flatnonzero(out)
    first, last = int(told[0]), int(told[-1])
    fleet = float(np.percentile(out[told], FLEET))
    late = LATER_S / BIN_S
    from_start, to_end = True, True
    if fleet >= MIN_FLEET:
        usual_first = np.median([each[0] for each in others]) if others else -np.inf
        usual_last = np.median([each[1] for each in others]) if others else np.inf
        from_start = not (out[first : first + 2].max() >= ABRUPT * fleet and first - usual_first >= late)
        to_end = not (out[max(last - 1, 0) : last + 1].max() >= ABRUPT * fleet and usual_last - last >= late)
    parts, start = [], first
    for before, after in zip(told[:-1].tolist(), told[1:].tolist(), strict=True):
        hole = (after - before - 1) * BIN_S >= HOLE_S
        if hole and fleet >= MIN_FLEET and min(out[before], out[after]) >= ABOUT * fleet:
            parts.append((start, before + 1))
            start = after
    parts.append((start, last + 1))
    if from_start and to_end and len(parts) == 1:
        return None
    spans = tuple((NEW_DAY_S + low * BIN_S, NEW_DAY_S + high * BIN_S) for low, high in parts)
    return SeenDay(spans, from_start, to_end)


def _exact(day: SeenDay, first_s: float, last_s: float) -> SeenDay:
    """The same, from the first report to the last."""
    parts = [*day.parts]
    parts[0] = (first_s, parts[0][1])
    parts[-1] = (parts[-1][0], last_s)
    return SeenDay(tuple(parts), day.from_start, day.to_end)


def parted(departures: Mapping[int, Sequence[float]], seen: Mapping[int, SeenDay]) -> list[list[float]]:
    """The departures of each date, apart where nobody looked in between."""
    made: list[list[float]] = []
    for date, times in departures.items():
        ends = np.array([end for _, end in seen[date].parts[:-1]] if date in seen else [], dtype=np.float64)
        which = np.searchsorted(ends, np.asarray(times, dtype=np.float64)).tolist()
        made += [
            [at for at, number in zip(times, which, strict=True) if number == part] for part in range(len(ends) + 1)
        ]
    return [times for times in made if times]


def _clock(service_s: float) -> str:
    return f"{int(service_s // 3_600):02d}:{int(service_s % 3_600 // 60):02d}"
