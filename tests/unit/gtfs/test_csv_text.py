"""How values become the text of a table."""

from __future__ import annotations

import csv
import io

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from passinfo.gtfs.csv_text import to_csv


@given(
    st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.text('ab,"\n\r ', max_size=4)), max_size=8)
)
def test_what_is_written_is_read_back(rows: list[tuple[str, str]]) -> None:
    table = pd.DataFrame(rows, columns=["a", "b"], dtype=str)
    told = list(csv.reader(io.StringIO(to_csv(table).decode(), newline=""), strict=True))
    assert told == [["a", "b"], *map(list, rows)]


def test_numbers_are_written_as_they_are_and_nothing_as_nothing() -> None:
    table = pd.DataFrame({"n": [1, 2], "x": [14.5, None], "t": [None, "é"]})
    assert to_csv(table).decode() == "n,x,t\n1,14.5,\n2,,é\n"


def test_a_lone_empty_value_is_no_empty_line() -> None:
    assert to_csv(pd.DataFrame({"a": ["", "1"]})) == b'a\n""\n1\n'
