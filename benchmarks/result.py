"""What a benchmark says: a figure, of how many, and beside what it stands."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Protocol


class Told(Protocol):
    """What a benchmark gives back."""

    def to_json(self) -> dict[str, Any]:
        """As plain values."""

    def to_text(self) -> str:
        """As a few lines to read."""


@dataclass(frozen=True, slots=True)
class Result:
    """One measured figure. Never told without what it was measured on (``n``) and beside what (``baseline``)."""

    figure: float
    unit: str
    n: int
    of: str
    """What ``n`` counts."""
    baseline: float | None
    """The same figure of the simplest other way; None where there is none."""
    baseline_of: str
    reference: str
    """The aim, or who reached what elsewhere, with its source."""
    details: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    def to_text(self) -> str:
        """As a few lines to read."""
        lines = [f"  {self.figure:,.4g} {self.unit}  ({self.n:,} {self.of})"]
        if self.baseline is not None:
            lines.append(f"  baseline {self.baseline:,.4g} {self.unit}: {self.baseline_of}")
        lines.append(f"  reference: {self.reference}")
        lines += [f"  {name}: {value:,.4g}" for name, value in self.details.items()]
        return "\n".join(lines)
