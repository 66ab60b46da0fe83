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
        return {"figures": [{**asdict(figure), "met": figure.met} for figure in self.figures]}

    def to_text(self) -> str:
        """As a table to read."""
        head = ("on", "measure", "asked", "reached", "met", "95 %", "baseline", "rows", "vehicles", "wrong")
        rows = [head, *(figure.cells() for figure in self.figures)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
        lines = ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        asked = [figure for figure in self.figures if figure.met is not None]
        return "\n".join([*lines, f"  {sum(bool(each.met) for each in asked)} of {len(asked)} reached"])

    def failures(self) -> str:
        """The failing cases of each figure."""
        return "\n".join(
            line
            for figure in self.figures
            if figure.failures
            for line in (f"{figure.on}: {figure.measure}", *(f"    {case}" for case in figure.failures))
        )
