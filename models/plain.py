"""Figures as JSON knows them."""

from __future__ import annotations

import math


def plain(value: object) -> object:
    """The same with null where a number is not finite."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
