"""Which records two feeds tell alike: by what all their rows say, whatever the order of rows and columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def digests(table: pd.DataFrame | None, by: str, columns: Sequence[str]) -> pd.Series:
    """A number (64 bits) for what the rows of each value of ``by`` say in ``columns``; the index is the value.

    A column that the table lacks says the same as an empty one.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a", "b", "b"], "x": ["1", "1", "2"]})
    >>> told = digests(table, "id", ["x", "y"])
    >>> bool(told["b"] == digests(table[::-1], "id", ["x"])["b"])
    True
    """
    if table is None or by not in table.columns or table.empty:
        return pd.Series(dtype=np.uint64)
    said = pd.Series("", index=table.index)
    for column in sorted(columns):
        if column in table.columns:
            told = column + "=" + table[column] + "\x1f"
            said = said + told.where(table[column] != "", "")
    codes, ids = pd.factorize(table[by])
    sums = np.zeros(len(ids), dtype=np.uint64)
    np.add.at(sums, codes, pd.util.hash_array(said.to_numpy(dtype=object)))
    return pd.Series(sums, index=ids)


def alike(
    before: pd.DataFrame | None, after: pd.DataFrame | None, by: str, *, apart_from: Sequence[str] = ()
) -> frozenset[str]:
    """Values of ``by`` that both tables have and of which both say the same, apart from some columns."""
    tables = [table for table in (before, after) if table is not None]
    columns = {column for table in tables for column in table.columns} - {by, *apart_from}
    first, second = (digests(table, by, sorted(columns)) for table in (before, after))
    both = first.index.intersection(second.index)
    return frozenset(str(value) for value in both[(first[both] == second[both]).to_numpy(dtype=bool)])
