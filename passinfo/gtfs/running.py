"""Running times where nobody has measured any: distance from stop to stop over the assumed speed of the hour."""

from __future__ import annotations

from collections.abc import Sequence

from passinfo.bms.master import HeadwayBand, RunningBand

FALLBACK_SPEED_MPS = 15 / 3.6
"""15 km/h: a usual commercial speed of city buses in mixed traffic; used where no band says otherwise."""


def bands_of(running: Sequence[RunningBand], route_id: str, day_type: str) -> list[RunningBand]:
    """Bands in force for a route and day type, in order, without overlap.

    Bands that name the route win over those that name only the day type, and these over bands for every route and day:
    the first of these groups that has any is used whole.
    """
    for route, day in ((route_id, day_type), (route_id, ""), ("", day_type), ("", "")):
        found = sorted(
            (band for band in running if (band.route_id, band.day_type) == (route, day)),
            key=lambda band: band.start_service_s,
        )
        if found:
            return _without_overlap(found)
    return []


def split_by_speed(band: HeadwayBand, running: Sequence[RunningBand]) -> list[tuple[int, int, RunningBand]]:
    """A headway band cut where the running band changes: (start, end, running band) with no gap and no overlap.

    Examples
    --------
    >>> from passinfo.bms.master import PatternKey
    >>> band = HeadwayBand(PatternKey("1", 0), "weekday", 0, 100, 10)
    >>> [part[:2] for part in split_by_speed(band, [RunningBand(0, 50, 5.0), RunningBand(50, 80, 4.0)])]
    [(0, 50), (50, 80), (80, 100)]
    """
    parts: list[tuple[int, int, RunningBand]] = []
    at = band.start_service_s
    for running_band in running:
        start, end = max(at, running_band.start_service_s), min(band.end_service_s, running_band.end_service_s)
        if start >= end:
            continue
        if start > at:
            parts.append((at, start, _fallback(at, start)))
        parts.append((start, end, running_band))
        at = end
    if at < band.end_service_s:
        parts.append((at, band.end_service_s, _fallback(at, band.end_service_s)))
    return parts


def speed_at(running: Sequence[RunningBand], service_s: int) -> float:
    """Assumed commercial speed at a service time."""
    for band in running:
        if band.start_service_s <= service_s < band.end_service_s:
            return band.speed_mps
    return FALLBACK_SPEED_MPS


def whole_seconds(dist_m: Sequence[float], speed_mps: float) -> list[int]:
    """Seconds from the first stop to each stop: whole and strictly increasing.

    Examples
    --------
    >>> whole_seconds([0.0, 100.0, 100.5], 10.0)
    [0, 10, 11]
    """
    seconds: list[int] = []
    for dist in dist_m:
        at = round(dist / speed_mps)
        seconds.append(max(at, seconds[-1] + 1) if seconds else at)
    return seconds


def _fallback(start_service_s: int, end_service_s: int) -> RunningBand:
    return RunningBand(start_service_s, end_service_s, FALLBACK_SPEED_MPS)


def _without_overlap(bands: Sequence[RunningBand]) -> list[RunningBand]:
    """Each band begins no earlier than the one before ended; what is left of none is dropped."""
    kept: list[RunningBand] = []
    for band in bands:
        start = max(band.start_service_s, kept[-1].end_service_s) if kept else band.start_service_s
        if start < band.end_service_s:
            kept.append(RunningBand(start, band.end_service_s, band.speed_mps, band.route_id, band.day_type))
    return kept
