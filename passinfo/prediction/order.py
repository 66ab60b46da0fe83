"""The promises every prediction keeps, whatever made it: order along a run, order of quantiles, none in the past.

A bus reaches its stops one after the other, and a whole second apart at least, for GTFS-Realtime counts in seconds
and its times must increase from stop to stop. Instants are settled in whole milliseconds (the resolution of our
files), as integers, so that no rounding can undo the order.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from passinfo.columns import Floats
from passinfo.prediction.protocol import Bytes8, Predicted
from passinfo.prediction.rows import Indices, RowsAhead

APART_MS = 1_000
"""GTFS-Realtime gives times in whole seconds and wants them to increase between stops (validator rule E022)."""
_FARTHEST_MS = 10 * 86_400_000
"""Ten days: no run is longer, and 5,000 runs times this still fit an integer of 64 bits."""

Millis = npt.NDArray[np.int64]


def settle(
    rows: RowsAhead, now: float, p10_at: Floats, p50_at: Floats, p90_at: Floats, dwell_s: Floats, method: Bytes8
) -> Predicted:
    """Predictions with the promises of :class:`~passinfo.prediction.protocol.Predicted` enforced.

    The median of a stop lies at least its predecessor's standing time and one second behind the predecessor's
    median; p10 and p90 move only as far as that needs. Rows whose p50 is NaN stay NaN.
    """
    said = np.isfinite(p50_at)
    dwell_ms = np.where(said & np.isfinite(dwell_s), np.maximum(dwell_s, 0.0) * 1_000, 0.0).round().astype(np.int64)
    before_ms = np.concatenate([[0], dwell_ms[:-1]])
    p50 = _increasing(rows, _after(p50_at, now, said), APART_MS + before_ms)
    p10 = _increasing(rows, np.minimum(_after(p10_at, now, said), p50), np.full(len(p50), APART_MS))
    p90 = _increasing(rows, np.maximum(_after(p90_at, now, said), p50), np.full(len(p50), APART_MS))
    return Predicted(
        ptr=rows.ptr.astype(np.int32),
        position=rows.position.astype(np.int32),
        p10_at=_instants(p10, now, said),
        p50_at=_instants(p50, now, said),
        p90_at=_instants(p90, now, said),
        dwell_s=np.where(said, dwell_ms / 1_000, np.nan),
        method=method,
    )


def _after(at: Floats, now: float, said: npt.NDArray[np.bool_]) -> Millis:
    """Milliseconds after now, none below 0; 0 where nothing is said."""
    seconds = np.where(said & np.isfinite(at), at - now, 0.0)
    return np.asarray(np.clip(np.ceil(seconds * 1_000 - 1e-3), 0, _FARTHEST_MS).astype(np.int64))


def _increasing(rows: RowsAhead, after: Millis, apart: Indices) -> Millis:
    """The least values not below ``after`` that lie ``apart[k]`` behind the row before, run by run."""
    if len(after) == 0:
        return after
    steps = np.cumsum(apart)
    steps -= steps[rows.ptr[rows.run]]
    # Each run is lifted onto a floor of its own, so that one running maximum serves all of them.
    floor = rows.run * (2 * _FARTHEST_MS)
    return np.asarray(np.maximum.accumulate(after - steps + floor) - floor + steps)


def _instants(after: Millis, now: float, said: npt.NDArray[np.bool_]) -> Floats:
    return np.where(said, now + after / 1_000, np.nan)
