"""Proposals for files nobody described: names, units and times are recognised by their values."""

from __future__ import annotations

from passinfo.bms.mapping_toml import parse_mapping
from passinfo.bms.presets import load_preset
from passinfo.bms.proposal import fitting, propose
from passinfo.bms.recognition import choose_columns, time_format
from passinfo.bms.sample import Sample


def test_a_local_export_is_recognised_down_to_its_unit_of_speed() -> None:
    n = 60
    columns = {
        "Bus No": ("7",) * n,
        "GPS Time": tuple(f"16/02/2026 20:{i // 2:02d}:{30 * (i % 2):02d}" for i in range(n)),
        "Latitude": tuple(str(14.5 + 0.0027 * i) for i in range(n)),
        "Longitude": ("121.0",) * n,
        "Speed": ("36",) * (n - 1) + ("N/A",),
        "Remark": ("",) * n,
    }
    mapping = parse_mapping(propose(Sample(columns, ";")), "proposed")

    assert mapping.rules["observed_at"].formats == ("%d/%m/%Y %H:%M:%S",)
    assert mapping.rules["speed_mps"].scale == 1 / 3.6
    assert mapping.rules["speed_mps"].null == {"N/A"}
    assert (mapping.delimiter, mapping.timezone) == (";", "UTC")
    assert "# not used: Remark" in propose(Sample(columns, ";"))


def test_coordinates_under_each_others_name_are_seen_by_their_size() -> None:
    columns = {"bus": ("7",), "time": ("2026-02-16T20:00:00Z",), "x": ("14.5",), "y": ("121.0",)}

    chosen = choose_columns(Sample(columns))

    assert (chosen["lat"], chosen["lon"]) == ("x", "y")


def test_epochs_are_told_apart_by_their_size() -> None:
    assert time_format(("1771257500", "")) == "epoch_s"
    assert time_format(("1771257500123",)) == "epoch_ms"
    assert time_format(("2026-02-16 20:00:00",)) == "iso"
    assert time_format(("yesterday",)) is None


def test_what_is_missing_is_said_in_its_place() -> None:
    assert '# vehicle_id = "…": no column looks like it' in propose(Sample({"lat": ("14.5",), "lon": ("121.0",)}))


def test_a_preset_fits_by_its_required_columns() -> None:
    names = ["feed_timestamp", "vehicle_id", "vehicle_timestamp", "lat", "lon"]

    assert fitting(names, load_preset("kingston"))
    assert not fitting(names, load_preset("nextbus"))


def test_a_column_of_other_values_is_not_taken_for_its_name() -> None:
    chosen = choose_columns(Sample({"id": ("7",), "time": ("soon",), "lat": ("here",), "direction": ("north",)}))

    assert set(chosen) == {"vehicle_id"}
