"""One table of text as the reference wants it: names of columns, spaces, rows that can be told apart, one order.

Each function takes a table whose index is the row of the file (header = 1) and gives it back with what was found.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from passinfo.gtfs.findings import Done, Finding, Found, found_in
from passinfo.gtfs.reference import REFERENCE, WHOLE_NUMBERS


def righted_header(name: str, table: pd.DataFrame) -> tuple[pd.DataFrame, Found]:
    """Columns named as the reference spells them: "Field names are case-sensitive", and so is who reads them."""
    known = REFERENCE[name].columns if name in REFERENCE else ()
    spelled = {_letters(column): column for column in known}
    wrong = {
        column: spelled[_letters(column)]
        for column in table.columns
        if column not in known and spelled.get(_letters(column), column) not in table.columns
    }
    if len(set(wrong.values())) < len(wrong):
        return table, []
    found = [Finding(name, "column spelled otherwise", Done.MENDED, 1, 0, f"{a} → {b}") for a, b in wrong.items()]
    return table.rename(columns=wrong), found


def _letters(column: str) -> str:
    return column.replace("_", "").lower()


def trimmed(name: str, table: pd.DataFrame) -> tuple[pd.DataFrame, Found]:
    """Values without spaces around them or line ends and tabs within ("Field values must not contain …")."""
    found: Found = []
    columns: dict[str, pd.Series] = {}
    for column in table.columns:
        was = table[column].fillna("")
        now = was.str.strip()
        broken = now.str.contains(r"[\t\r\n]", regex=True)
        if broken.any():
            now = now.where(~broken, now.str.replace(r"\s*[\t\r\n]\s*", " ", regex=True))
        changed = (was != now).to_numpy(dtype=bool)
        found += found_in(table, name, changed, f"spaces or line ends in {column}", Done.MENDED, column)
        columns[column] = now
    return pd.DataFrame(columns, index=table.index), found


def told_apart(name: str, table: pd.DataFrame) -> tuple[pd.DataFrame, Found]:
    """Rows that have their key, each key once: the first row of a key is kept, as readers of GTFS do."""
    if name not in REFERENCE:
        return table, []
    found: Found = []
    for column in REFERENCE[name].needed:
        if column not in table.columns:
            return table, [*found, Finding(name, f"no column {column}", Done.KEPT, len(table))]
        empty = (table[column] == "").to_numpy(dtype=bool)
        found += found_in(table, name, empty, f"no {column}", Done.DROPPED)
        table = table[~empty]
    key = [column for column in REFERENCE[name].key if column in table.columns]
    same = table.duplicated().to_numpy(dtype=bool)
    found += found_in(table, name, same, "the same row again", Done.DROPPED)
    table = table[~same]
    if key and REFERENCE[name].key != REFERENCE[name].columns:
        again = table.duplicated(key).to_numpy(dtype=bool)
        found += found_in(table, name, again, f"{', '.join(key)} again with other values", Done.DROPPED)
        table = table[~again]
    return table, found


def in_order(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Columns in the reference's order, unknown ones after them by name; rows by key, then by all columns."""
    known = REFERENCE[name].columns if name in REFERENCE else ()
    columns = [column for column in known if column in table.columns]
    columns += sorted(column for column in table.columns if column not in known)
    key = [column for column in (REFERENCE[name].key if name in REFERENCE else ()) if column in columns]
    if name not in REFERENCE or set(key) == set(known):
        key = columns
    if not key:
        return table[columns]
    # lexsort takes the most important key last; ties keep the order of the file
    return table[columns].iloc[np.lexsort([codes for column in reversed(key) for codes in _codes(table, column)])]


def _codes(table: pd.DataFrame, column: str) -> list[np.ndarray]:
    text = table[column]
    if column in WHOLE_NUMBERS:
        number = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float)
        return [pd.factorize(text, sort=True)[0], np.nan_to_num(number, nan=np.inf)]
    return [pd.factorize(text.str.zfill(8) if column.endswith("_time") else text, sort=True)[0]]
