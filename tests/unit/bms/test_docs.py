"""docs/bms.md names every field, preset, file ending and reason, and its example of a mapping can be read."""

from __future__ import annotations

import re
from pathlib import Path

from passinfo.bms.mapping import FIELDS, SHORT_NAMES
from passinfo.bms.mapping_toml import parse_mapping
from passinfo.bms.presets import preset_names
from passinfo.bms.read import READERS
from passinfo.rejections import Reason

TEXT = (Path(__file__).parents[3] / "docs" / "bms.md").read_text(encoding="utf-8")
ELSEWHERE = {Reason.UNKNOWN_TRIP, Reason.TRIP_NOT_TODAY}
"""Not given by a reader or the intake."""


def test_every_field_preset_ending_and_reason_is_documented() -> None:
    short = {name: given for given, name in SHORT_NAMES.items()}
    words = {*(short.get(name, name) for name in FIELDS), *preset_names(), *READERS, *(set(Reason) - ELSEWHERE)}

    assert [word for word in sorted(words) if f"`{word}`" not in TEXT] == []


def test_the_example_of_a_mapping_can_be_read() -> None:
    example = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)

    assert example is not None
    mapping = parse_mapping(example[1], "docs")
    assert mapping.rules["speed_mps"].scale == 1 / 3.6
    assert mapping.splits[0].pattern.groupindex.keys() == {"route_id", "direction_id", "variant"}
