"""docs/network.md names every array of the compiled network, and no other."""

import dataclasses
import re
from pathlib import Path

import pytest

from passinfo.network.network import Calendar, Fleet, HeadwayBands, Patterns, Profiles, Routes, Stops, Trips

TEXT = (Path(__file__).parents[3] / "docs" / "network.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("cls", [Stops, Routes, Patterns, Profiles, Trips, HeadwayBands, Calendar, Fleet])
def test_every_array_is_documented(cls: type) -> None:
    table = re.search(rf"<!-- fields of {cls.__name__} -->\n(.*?)<!-- end -->", TEXT, re.DOTALL)
    assert table, cls.__name__
    cells = [line.split("|")[1] for line in table[1].splitlines()[2:]]
    assert [name for cell in cells for name in re.findall(r"`(\w+)`", cell)] == [
        field.name for field in dataclasses.fields(cls)
    ]
