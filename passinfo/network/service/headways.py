"""Headways learned from observed departures: bands of the day in which a bus came every so many seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats
from passinfo.network.service.seen_days import SeenDay, parted

STEP_S = 1_800
"""Bands begin and end on half hours, as timetables do."""
ALIKE = 1.25
"""Neighbouring bands whose headways differ by less are one …"""
THIN = 0.7
"""… by this much more over the root of the departures seen: two buses tell little of a headway."""
ROUND_S = 30
"""Headways are told to the half minute: they are no finer than that."""
HOLE_S = 5_400.0
"""No departure for an hour and a half is a pause in service, not a headway."""


@dataclass(frozen=True, slots=True)
class LearnedHeadway:
    """A bus every ``headway_s`` from ``start_service_s`` until before ``end_service_s``."""

    start_service_s: int
    end_service_s: int
    headway_s: int
    runs: int
    """Departures it was learned from."""


def learn_headways(
    departures: Mapping[int, Sequence[float]], seen: Mapping[int, SeenDay] | None = None
) -> tuple[LearnedHeadway, ...]:
    """Bands without gap or overlap from the first to the last departure, but for pauses in service.

    Parameters
    ----------
    departures
        Service seconds of the departures of one pattern on each date of one kind of day.
    seen
        What was seen of the dates that were not seen whole: they tell headways, but neither first nor last bus if
        another date does.

    Examples
    --------
    >>> morning, later = range(6 * 3600, 9 * 3600, 300), range(9 * 3600, 12 * 3600, 900)
    >>> [(b.start_service_s / 3600, b.headway_s) for b in learn_headways({20260302: [*morning, *later]})]
    [(6.0, 300), (9.0, 900)]
    """
    at, gap = _gaps(parted(departures, seen or {}))
    if len(at) == 0:
        return ()
    first, last = _edges(departures, seen or {})
    cuts = np.arange(first // STEP_S * STEP_S, last + STEP_S, STEP_S)
    bands = [_band(int(a), int(a) + STEP_S, at, gap) for a in cuts[:-1]]
    joined = _joined([band for band in bands if band is not None], at, gap)
    return tuple(_trimmed(joined, first, last))


def _gaps(departures: Sequence[Sequence[float]]) -> tuple[Floats, Floats]:
    """Instants and the gaps that follow them, of all dates together."""
    at, gap = [np.empty(0)], [np.empty(0)]
    for times in departures:
        ordered = np.sort(np.asarray(times, dtype=np.float64))
        at.append(ordered[:-1])
        gap.append(np.diff(ordered))
    return np.concatenate(at), np.concatenate(gap)


def _edges(departures: Mapping[int, Sequence[float]], seen: Mapping[int, SeenDay]) -> tuple[int, int]:
    """When service begins and ends: the median over dates, so that one odd night changes nothing.

    Dates of which the start (or the end) was not seen count only where no other date was.
    """
    told = {date: times for date, times in departures.items() if len(times) > 1}
    whole = [min(times) for date, times in told.items() if date not in seen or seen[date].from_start]
    until = [max(times) for date, times in told.items() if date not in seen or seen[date].to_end]
    first = np.median(whole) if whole else min(min(times) for times in told.values())
    last = np.median(until) if until else max(max(times) for times in told.values())
    return int(first // 60 * 60), int(-(-last // 60) * 60) + 60


def _band(start: int, end: int, at: Floats, gap: Floats) -> tuple[int, int, float, int] | None:
    inside = (at >= start) & (at < end) & (gap <= HOLE_S)
    n = int(inside.sum())
    return None if n == 0 else (start, end, _mean_gap(gap[inside]), n)


def _mean_gap(gap: Floats) -> float:
    """Mean of the gaps without those that bunching or a missed bus made: buses per hour are kept."""
    return float(np.mean(np.clip(gap, 0.25 * np.median(gap), 2.5 * np.median(gap))))


def _joined(bands: list[tuple[int, int, float, int]], at: Floats, gap: Floats) -> list[tuple[int, int, float, int]]:
    """Neighbours that are alike, made one."""
    found: list[tuple[int, int, float, int]] = []
    for band in bands:
        before = found[-1] if found else None
        if before is not None and band[0] - before[1] <= HOLE_S:
            ratio = max(band[2], before[2]) / max(min(band[2], before[2]), 1.0)
            if ratio <= ALIKE + THIN / np.sqrt(min(band[3], before[3])):
                found[-1] = _band(before[0], band[1], at, gap) or before
                continue
            found[-1] = (before[0], band[0], before[2], before[3])
        found.append(band)
    return found


def _trimmed(bands: list[tuple[int, int, float, int]], first: int, last: int) -> list[LearnedHeadway]:
    made = []
    for number, (start, end, headway, n) in enumerate(bands):
        start, end = max(start, first), last if number == len(bands) - 1 else min(end, last)
        if end > start:
            made.append(LearnedHeadway(start, end, max(round(headway / ROUND_S) * ROUND_S, ROUND_S), n))
    return made
