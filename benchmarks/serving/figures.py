"""What is said of one measure of the counter."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure with what was asked, what it stands beside and of how many it is."""

    measure: str
    asked: str
    value: float
    unit: str
    met: bool
    n: int
    of: str
    reference: float | None
    reference_of: str
    notes: str = ""

    def to_text(self) -> str:
        """As two lines."""
        beside = "" if self.reference is None else f"; {self.reference_of}: {self.reference:,.4g} {self.unit}"
        head = f"  {'met ' if self.met else 'MISS'} {self.measure}: {self.value:,.4g} {self.unit} (asked {self.asked})"
        tail = f"       {self.n:,} {self.of}{beside}"
        return "\n".join([head, tail, *([f"       {self.notes}"] if self.notes else [])])


@dataclass(frozen=True, slots=True)
class Figures:
    """All that was measured, and how busy the machine was."""

    figures: tuple[Figure, ...]
    load: float
    """Load average of five minutes at the end."""

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {"figures": [asdict(figure) for figure in self.figures], "load": self.load}

    def to_text(self) -> str:
        """How many were reached."""
        met = sum(figure.met for figure in self.figures)
        return f"  {met} of {len(self.figures)} reached; load average {self.load:.1f}"
