r"""A table as CSV: UTF-8, ``\n`` line ends, quotes only where a value needs them.

Every distinct value is turned to text once, and rows are put together from those texts: a stop_times table names few
hundred stops and times hundreds of thousands of times.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

_NEEDS_QUOTES = re.compile(r'[",\r\n]|^\s|\s$')
"""RFC 4180, and spaces at either end: readers may drop them ("leading or trailing spaces", GTFS File Requirements)."""


def to_csv(table: pd.DataFrame) -> bytes:
    r"""A table as the bytes of its file; what is missing (None, NaN) is empty.

    Examples
    --------
    >>> to_csv(pd.DataFrame({"stop_id": ["1", "2"], "stop_name": ["Main, east", None]}))
    b'stop_id,stop_name\n1,"Main, east"\n2,\n'
    """
    lines = [",".join(_quoted(str(name)) for name in table.columns)]
    if len(table.columns) == 1:
        # a row that is a lone empty value must not be an empty line
        lines += [text or '""' for text in _texts(table.iloc[:, 0])]
    else:
        lines += map(",".join, zip(*(_texts(table[name]) for name in table.columns), strict=True))
    return ("\n".join(lines) + "\n").encode("utf-8")


def _texts(values: pd.Series) -> list[str]:
    codes, distinct = pd.factorize(values)
    texts = np.array([*(_quoted(str(value)) for value in distinct.tolist()), ""], dtype=object)
    found: list[str] = texts[codes].tolist()  # the code of a missing value is -1
    return found


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text
