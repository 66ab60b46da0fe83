"""How a column of what is remembered of vehicles is declared."""

from __future__ import annotations

from dataclasses import field
from typing import Any


def remembered(dtype: str, *, none: object, slots: bool = False) -> Any:
    """Declare one column: its type, what stands for "nothing known", and whether it holds several slots per vehicle."""
    return field(metadata={"dtype": dtype, "none": none, "slots": slots})
