"""Values of columns as JSON has them: what is unknown is null."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from passinfo.times import to_iso


@lru_cache(maxsize=1 << 16)
def iso(at_s: int) -> str:
    """ISO 8601 UTC of whole seconds; a tick tells the same few thousand instants again and again."""
    return to_iso(at_s)


def instant(at: Any) -> str | None:
    """ISO 8601 UTC, or null."""
    value = float(at)
    return None if math.isnan(value) else iso(round(value))


def whole(value: Any) -> int | None:
    """A whole number, null where it is none (negative)."""
    return int(value) if value >= 0 else None


def number(value: Any, digits: int) -> float | None:
    """A rounded number, or null."""
    return None if np.isnan(value) else round(float(value), digits)


def moment(at: float | None) -> str | None:
    """ISO 8601 UTC, or null where a period is open."""
    return None if at is None else iso(round(at))
