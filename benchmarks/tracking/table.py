"""Many figures as one result."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.tracking.figures import Figure


@dataclass(frozen=True, slots=True)
class Table:
    """Figures, each with what was asked, how many rows and vehicles it is of, and how many vehicles are wrong."""

    figures: tuple[Figure, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {"figures": [asdict(figure) for figure in self.figures]}

    def to_text(self) -> str:
        """As a table to read."""
        head = ("on", "measure", "asked", "reached", "95 %", "baseline", "rows", "vehicles", "wrong")
        rows = [head, *(figure.cells() for figure in self.figures)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        return "\n".join(
            "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )
