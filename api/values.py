"""Values of columns as JSON has them: what is unknown is null."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from passinfo.times import to_iso


def instant(at: Any) -> str | None:
    """ISO 8601 UTC, or null."""
    value = float(at)
    return None if math.isnan(value) else to_iso(round(value))


def whole(value: Any) -> int | None:
    """A whole number, null where it is none (negative)."""
    return int(value) if value >= 0 else None


def number(value: Any, digits: int) -> float | None:
    """A rounded number, or null."""
    return None if np.isnan(value) else round(float(value), digits)


def moment(at: float | None) -> str | None:
    """ISO 8601 UTC, or null where a period is open."""
    return None if at is None else to_iso(round(at))
