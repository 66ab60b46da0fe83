"""Where along a line its passes disagree with it, and what each such stretch looks like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.geo import along
from passinfo.network.learn.average import medians
from passinfo.network.learn.leaps import LONGER, SLACK_M
from passinfo.network.learn.line import Places, tangents
from passinfo.network.learn.passes import Passes

BIN_M = 50.0
"""Half a street block; with 20 to 30 s positions each pass has a place in every third or fourth."""
SHARE, MIN_PASSES, MIN_OFF = 0.3, 3, 2
"""Where so many of the passes seen disagree, somebody should look; of two passes, or by one, nothing is shown."""
MOST = 0.7
"""Left by so many, a line is wrong; by fewer, some were diverted."""
GAP_BINS = 2
"""Stretches so close are one."""
SHIFT_M, MENDS = 15.0, 0.5
"""A line is shifted if moving it by at least so much (beyond GPS and the width of a street) halves its offsets."""
END_M = 100.0
"""About its ends a line is left for bays and layovers."""


class Disagreement(StrEnum):
    """What a stretch looks like."""

    DETOUR = "DETOUR"
    """Some passes leave the line, others drive it."""
    WRONG_SHAPE = "WRONG_SHAPE"
    """Most passes leave the line."""
    SHIFTED = "SHIFTED"
    """The line fits once it is moved as a whole."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a line that many passes disagree with."""

    kind: Disagreement
    from_m: float
    to_m: float
    from_stop: str
    """Name of the last stop before it (the first stop, if it begins before that)."""
    to_stop: str
    """Name of the first stop after it."""
    share: float
    """Of the passes seen there, those that disagree; mean over the stretch."""
    passes: int
    """Most passes seen in a bin of it."""
    side_m: float
    """Median offset, left positive."""
    first_at: float
    """Instant of the first and of the last pass that disagrees."""
    last_at: float


@dataclass(frozen=True, slots=True)
class Profile:
    """A line in bins."""

    at_m: Floats
    seen: Ints
    off: Ints
    side_m: Floats
    left: Bools
    """Of each pass: whether it disagrees anywhere."""
    shift_m: tuple[float, float]
    rest_m: Floats
    """Median offset of each bin once the line is moved by the shift."""
    pass_off: Bools
    """(passes, bins)"""
    pass_at: Floats
    """Instant of each pass's first place."""


def profile_of(x_m: Floats, y_m: Floats, on: Places, passes: Passes, *, reach_m: float, leaves_m: float) -> Profile:
    """The bins of an evenly sampled line, from where its passes lie on it."""
    dist = along(x_m, y_m)
    count = max(int(np.ceil(dist[-1] / BIN_M)), 1)
    middle = (np.arange(count) + 0.5) * float(dist[-1]) / count
    bins = np.clip((on.dist_m / dist[-1] * count).astype(np.intp), 0, count - 1)
    tells = (on.dist_m > 1.0) & (on.dist_m < dist[-1] - 1.0)
    seen, off = _marked(bins, on, tells, passes, count, leaves_m)
    near = tells & (on.off_m < reach_m)
    side, number = medians(bins[near], on.side_m[near], count)
    tx, ty = tangents(x_m, y_m)
    normal = np.column_stack((-np.interp(middle, dist, ty), np.interp(middle, dist, tx)))
    shift = _shift(side, normal, number)
    inner = (middle > END_M) & (middle < dist[-1] - END_M)
    return Profile(
        middle,
        seen.sum(axis=0),
        off.sum(axis=0),
        side,
        (off & inner).any(axis=1),
        (float(shift[0]), float(shift[1])),
        side - normal @ shift,
        off,
        passes.at[passes.start],
    )


def _marked(
    bins: np.ndarray[tuple[int], np.dtype[np.intp]],
    on: Places,
    tells: Bools,
    passes: Passes,
    count: int,
    leaves_m: float,
) -> tuple[Bools, Bools]:
    """(passes, bins): whether a pass was seen in a bin, and whether it was off the line there.

    Between two places of one pass that are both on the line, or both off it, so it was; bins that it leapt over it
    never drove.
    """
    seen, off = np.zeros((len(passes), count), dtype=bool), np.zeros((len(passes), count), dtype=bool)
    away = on.off_m > leaves_m
    for number, (start, end) in enumerate(zip(passes.start.tolist(), passes.end.tolist(), strict=True)):
        told = np.arange(start, end)[tells[start:end]]
        drove = np.zeros(count, dtype=bool)
        drove[bins[told[~away[told]]]] = True
        off[number, bins[told[away[told]]]] = True
        for before, after in zip(told[:-1].tolist(), told[1:].tolist(), strict=True):
            between = slice(int(bins[before]) + 1, int(bins[after]))
            if between.stop <= between.start or away[before] != away[after]:
                continue
            straight = float(np.hypot(passes.x_m[after] - passes.x_m[before], passes.y_m[after] - passes.y_m[before]))
            leapt = on.dist_m[after] - on.dist_m[before] > LONGER * straight + SLACK_M
            (off[number] if away[before] or leapt else drove)[between] = True
        off[number] &= ~drove
        seen[number] = drove | off[number]
    return seen, off


def _shift(side_m: Floats, normal: Floats, count: Floats) -> Floats:
    """(east, north) that mends the offsets best in least squares; nothing unless it halves them."""
    told = np.isfinite(side_m) & (count >= MIN_PASSES)
    none = np.zeros(2)
    if told.sum() < MIN_PASSES:
        return none
    best = np.asarray(np.linalg.lstsq(normal[told], side_m[told], rcond=None)[0])
    rest = np.abs(side_m[told] - normal[told] @ best)
    mends = float(np.median(rest)) <= MENDS * float(np.median(np.abs(side_m[told])))
    return best if mends and float(np.hypot(*best)) >= SHIFT_M else none


def stretches_of(profile: Profile, stop_m: Floats, stop_name: Sequence[str], *, leaves_m: float) -> tuple[Stretch, ...]:
    """Where at least 30 % of three or more passes disagree; the ends, where buses wait, only with what is beside."""
    length = float(profile.at_m[-1] + profile.at_m[0])
    half = float(profile.at_m[0])
    share = profile.off / np.maximum(profile.seen, 1)
    bad = (profile.seen >= MIN_PASSES) & (profile.off >= MIN_OFF) & (share >= SHARE)
    found: list[Stretch] = []
    for bins in _groups(np.flatnonzero(bad)):
        low, high = float(profile.at_m[bins[0]]) - half, float(profile.at_m[bins[-1]]) + half
        if high <= END_M or low >= length - END_M:
            continue
        left = profile.pass_off[:, bins].any(axis=1)
        sides, rest = profile.side_m[bins], profile.rest_m[bins]
        mean = float(share[bins].mean())
        moved = profile.shift_m != (0.0, 0.0) and _median(np.abs(rest)) <= leaves_m
        kind = Disagreement.SHIFTED if moved else Disagreement.WRONG_SHAPE if mean >= MOST else Disagreement.DETOUR
        before = max(int(np.searchsorted(stop_m, low, side="right")) - 1, 0)
        after = min(int(np.searchsorted(stop_m, high, side="left")), len(stop_m) - 1)
        found.append(
            Stretch(
                kind,
                low,
                high,
                stop_name[before],
                stop_name[after],
                mean,
                int(profile.seen[bins].max()),
                _median(sides),
                float(profile.pass_at[left].min()),
                float(profile.pass_at[left].max()),
            )
        )
    return tuple(found)


def _groups(rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> list[np.ndarray[tuple[int], np.dtype[np.intp]]]:
    return np.split(rows, np.flatnonzero(np.diff(rows) > GAP_BINS + 1) + 1) if len(rows) else []


def _median(values: Floats) -> float:
    told = values[np.isfinite(values)]
    return float(np.median(told)) if len(told) else float("nan")
