"""Headways learned from observed departures: bands of the day in which a bus came every so many seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats

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


def learn_headways(departures: Mapping[int, Sequence[float]]) -> tuple[LearnedHeadway, ...]:
    """Bands without gap or overlap from the first to the last departure, but for pauses in service.

    Parameters
    ----------
    departures
        Service seconds of the departures of one pattern on each date of one kind of day.

    Examples
    --------
    >>> morning, later = range(6 * 3600, 9 * 3600, 300), range(9 * 3600, 12 * 3600, 900)
    >>> [(b.start_service_s / 3600, b.headway_s) for b in learn_headways({20260302: [*morning, *later]})]
    [(6.0, 300), (9.0, 900)]
    """
    at, gap = _gaps(departures)
    if len(at) == 0:
        return ()
    first, last = _edges(departures)
    cuts = np.arange(first // STEP_S * STEP_S, last + STEP_S, STEP_S)
    bands = [_band(int(a), int(a) + STEP_S, at, gap) for a in cuts[:-1]]
    joined = _joined([band for band in bands if band is not None], at, gap)
    return tuple(_trimmed(joined, first, last))


def _gaps(departures: Mapping[int, Sequence[float]]) -> tuple[Floats, Floats]:
    """Instants and the gaps that follow them, of all dates together."""
    at, gap = [np.empty(0)], [np.empty(0)]
    for times in departures.values():
        ordered = np.sort(np.asarray(times, dtype=np.float64))
        at.append(ordered[:-1])
        gap.append(np.diff(ordered))
    return np.concatenate(at), np.concatenate(gap)


def _edges(departures: Mapping[int, Sequence[float]]) -> tuple[int, int]:
    """When service begins and ends: the median over dates, so that one odd night changes nothing."""
    seen = [times for times in departures.values() if len(times) > 1]
    first, last = np.median([min(times) for times in seen]), np.median([max(times) for times in seen])
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
