"""What a rebuild found wrong in a feed, and what was done about it: one finding per kind of fault and table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import pandas as pd

from passinfo.columns import Bools


class Done(StrEnum):
    """What became of the rows. The member's comment is the rule."""

    DROPPED = "dropped"  # not copied: nothing can use the row
    CLEARED = "cleared"  # the value is not copied, the rest of the row is
    MENDED = "mended"  # written as the reference asks; means what it meant
    KEPT = "kept"  # copied as it is: doubtful, and only its owner can tell what is right
    ADDED = "added"  # made from what the feed says elsewhere


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of fault in one table.

    ``rows``: how many have it, 0 if it is the table as a whole. ``first_row``: the first of them (header = 1; 0: none).
    """

    table: str
    fault: str
    done: Done
    rows: int
    first_row: int = 0
    value: str = ""
    """The value concerned of the first row, cut to 80 characters."""

    def __str__(self) -> str:
        """The finding as one line for people."""
        where = (
            f" (row {self.first_row}: {self.value!r})" if self.first_row else f" ({self.value})" if self.value else ""
        )
        return f"{self.table}.txt: {self.fault}: {self.rows} {self.done.value}{where}"


Found: TypeAlias = list[Finding]


def found_in(table: pd.DataFrame, name: str, rows: Bools, fault: str, done: Done, column: str = "") -> Found:
    """The finding of ``rows`` (a mask over the table, whose index is the row of the file); none if there are none."""
    count = int(np.count_nonzero(rows))
    if count == 0:
        return []
    at = int(np.argmax(rows))
    value = str(table[column].iloc[at])[:80] if column else ", ".join(str(v) for v in table.iloc[at] if v)[:80]
    return [Finding(name, fault, done, count, int(table.index[at]), value)]
