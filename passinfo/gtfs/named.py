"""Rows that name what the feed does not have: dropped, or without the name where they mean something without it.

Where the whole column of names is missing, nothing can be compared: without ``stops.txt`` the rows are told and kept;
fare rules by zones in a feed whose stops have none keep their other conditions.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from passinfo.columns import Bools
from passinfo.gtfs.findings import Done, Found, found_in
from passinfo.gtfs.reference import REFERENCE, Naming

Tables = Mapping[str, pd.DataFrame]


def known_names_only(name: str, table: pd.DataFrame, tables: Tables) -> tuple[pd.DataFrame, Found]:
    """The table without broken references. ``tables``: those before it in ``REFERENCE``, clean, and itself."""
    found: Found = []
    for naming in REFERENCE[name].namings if name in REFERENCE else ():
        if naming.column not in table.columns:
            continue
        broken = _broken(table[naming.column], naming, tables)
        done = _done(naming, tables)
        named = " or ".join(dict.fromkeys(f"{other}.txt" for other, _ in naming.named))
        found += found_in(table, name, broken, f"{naming.column} is not in {named}", done, naming.column)
        if done is Done.CLEARED:
            table = table.assign(**{naming.column: table[naming.column].where(~broken, "")})
        elif done is Done.DROPPED:
            table = table[~broken]
    if name == "translations":
        unknown = _untranslatable(table, tables)
        found += found_in(table, name, unknown, "translates what the feed does not have", Done.DROPPED)
        table = table[~unknown]
    return table, found


def _done(naming: Naming, tables: Tables) -> Done:
    """What becomes of rows with a broken reference."""
    if naming.optional or (naming.column == "agency_id" and len(tables.get("agency", ())) <= 1):
        return Done.CLEARED
    if any(column in tables.get(other, ()) for other, column in naming.named):
        return Done.DROPPED
    return Done.KEPT if any(column in REFERENCE[other].key for other, column in naming.named) else Done.CLEARED


def _broken(values: pd.Series, naming: Naming, tables: Tables) -> Bools:
    known = [tables[table][column] for table, column in naming.named if column in tables.get(table, ())]
    there = pd.concat(known).unique() if known else []
    return ((values != "") & ~values.isin(there)).to_numpy(dtype=bool)


def _untranslatable(translations: pd.DataFrame, tables: Tables) -> Bools:
    """Translations of a table, a column or a record that is not there."""
    unknown = np.zeros(len(translations), dtype=bool)
    if not {"table_name", "field_name"} <= set(translations.columns):
        return unknown
    records = translations["record_id"] if "record_id" in translations.columns else None
    for table_name, rows in translations.groupby("table_name", sort=False).indices.items():
        table = tables.get(str(table_name))
        if table is None:
            unknown[rows] = True
            continue
        unknown[rows] |= ~translations["field_name"].iloc[rows].isin(list(table.columns)).to_numpy(dtype=bool)
        key = REFERENCE[str(table_name)].key[0] if str(table_name) in REFERENCE else ""
        if records is not None and key in table.columns and key.endswith("_id"):
            names = records.iloc[rows]
            unknown[rows] |= ((names != "") & ~names.isin(table[key])).to_numpy(dtype=bool)
    return unknown
