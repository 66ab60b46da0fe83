"""A mapping says what columns mean; a wrong one is answered with the key and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from passinfo.bms.mapping import MappingError
from passinfo.bms.mapping_toml import parse_mapping
from passinfo.bms.presets import load_mapping, load_preset, preset_names

COLUMNS = 'time = "iso"\n[columns]\nvehicle_id = "v"\nobserved_at = "t"\nlat = "y"\nlon = "x"\n'


def test_every_preset_can_be_read_and_says_what_it_is() -> None:
    assert len(preset_names()) == 6
    assert all(load_preset(name).description for name in preset_names())


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("columns = [", "not TOML"),
        (COLUMNS.replace('lon = "x"', ""), "says nothing of lon_deg"),
        (COLUMNS.replace("iso", "auto"), "use epoch_s, epoch_ms, iso"),
        (COLUMNS.replace('"iso"', '["epoch_s", "epoch_ms"]'), "never guessed"),
        (COLUMNS + 'colour = "c"', "no field of a report"),
        (COLUMNS + 'speed_mps = { column = "s", unit = "furlongs" }', "mps, kmh, mph, knots"),
        (COLUMNS + 'route_id = { column = "r", unit = "m" }', "it has none"),
        (COLUMNS + 'route_id = { colum = "r" }', "is no key"),
        (COLUMNS + "route_id = 7", "has to be a text"),
        ('timezone = "Manila"\n' + COLUMNS, "no IANA zone"),
        ('delimiter = "::"\n' + COLUMNS, "one character"),
        (COLUMNS + '[[split]]\ncolumn = "tag"\npattern = "(?P<route_id>["', "pattern"),
        (COLUMNS + '[[split]]\ncolumn = "tag"\npattern = "(.+)"', "no named group"),
    ],
)
def test_a_wrong_mapping_is_one_clear_line(text: str, part: str) -> None:
    with pytest.raises(MappingError, match=part) as caught:
        parse_mapping(text, "mine")

    assert str(caught.value).startswith("mapping mine: ")
    assert "\n" not in str(caught.value)


def test_an_unknown_preset_names_the_known_ones() -> None:
    with pytest.raises(MappingError, match="gtfs-rt-csv, kingston"):
        load_mapping("wmata")


def test_a_mapping_of_ones_own_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(COLUMNS, encoding="utf-8")

    assert load_mapping(tmp_path / "mine.toml").columns() == ("v", "t", "y", "x")
