from pathlib import Path

import pytest

from passinfo.bms.city import CityFolderError, read_city
from passinfo.bms.city_master import read_master
from passinfo.bms.master import Agency, Master, PatternKey, Publisher
from passinfo.rejections import Reason, Rejection

FILES = {
    "stops.csv": "stop_id,stop_name,lat_deg,lon_deg\na,A,14.5,121.0\nb,B,14.51,121.0\nc,C,14.52,121.0\n",
    "routes.csv": "route_id,short_name,long_name\n1,1,One\n",
    "route_stops.csv": "route_id,direction_id,variant,stop_sequence,stop_id\n1,0,,1,a\n1,0,,2,b\n1,0,,3,c\n",
    "calendar.csv": "day_type,monday,tuesday,wednesday,thursday,friday,saturday,sunday\ndaily,1,1,1,1,1,1,1\n",
    "headways.csv": "route_id,direction_id,variant,day_type,start_time,end_time,headway_s\n"
    "1,0,,daily,05:00:00,25:00:00,600\n",
}
TOML = """
timezone = "Asia/Manila"
[agency]
agency_id = "a"
name = "A"
url = "https://example.org"
"""


def read(**changed: str) -> tuple[Master, tuple[Rejection, ...]]:
    files = {**FILES, **{name.replace("_csv", ".csv"): text for name, text in changed.items()}}
    agency, publisher = Agency("a", "A", "https://example.org", "Asia/Manila"), Publisher("P", "https://example.org")
    return read_master({name: text.encode() for name, text in files.items()}, agency, publisher)


def write(folder: Path, toml: str = TOML, **changed: str) -> Path:
    for name, text in {**FILES, **changed}.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "city.toml").write_text(toml, encoding="utf-8")
    return folder


def test_a_city_folder_reads_whole(tmp_path: Path) -> None:
    city = read_city(write(tmp_path))
    assert city.rejections == ()
    assert city.master is not None
    assert city.master.route_stops[0].stop_ids == ("a", "b", "c")
    assert city.master.headways[0].end_service_s == 25 * 3600
    assert city.settings.city_id == tmp_path.name


@pytest.mark.parametrize(
    ("name", "row", "reason", "field"),
    [
        ("stops_csv", "d,,14.5,121.0", Reason.MISSING_VALUE, "stop_name"),
        ("stops_csv", "d,D,north,121.0", Reason.NOT_A_NUMBER, "lat_deg"),
        ("stops_csv", "d,D,nan,121.0", Reason.NOT_A_NUMBER, "lat_deg"),
        ("stops_csv", "d,D,121.0,14.5", Reason.COORDINATES_OUT_OF_RANGE, "lat_deg"),
        ("stops_csv", "d,D,0,0", Reason.NULL_ISLAND, "lat_deg"),
        ("stops_csv", "a,Again,14.5,121.0", Reason.DUPLICATE_ID, "stop_id"),
        ("stops_csv", "d,D,14.5", Reason.BAD_ROW, ""),
        ("headways_csv", "1,0,,daily,25:61:00,26:00:00,600", Reason.BAD_TIME, "start_time"),
        ("headways_csv", "1,0,,daily,26:00:00,26:00:00,600", Reason.BAD_TIME, "end_time"),
        ("headways_csv", "1,0,,daily,26:00:00,27:00:00,0", Reason.NOT_A_NUMBER, "headway_s"),
        ("headways_csv", "2,0,,daily,26:00:00,27:00:00,600", Reason.UNKNOWN_REFERENCE, "route_id"),
        ("headways_csv", "1,1,,daily,26:00:00,27:00:00,600", Reason.UNKNOWN_REFERENCE, "variant"),
        ("headways_csv", "1,0,,never,26:00:00,27:00:00,600", Reason.UNKNOWN_REFERENCE, "day_type"),
        ("headways_csv", "1,0,,daily,24:00:00,26:00:00,600", Reason.BAD_TIME, "start_time"),
    ],
)
def test_a_bad_row_is_refused_and_the_others_get_through(name: str, row: str, reason: Reason, field: str) -> None:
    good = FILES[name.replace("_csv", ".csv")]
    master, rejections = read(**{name: good + row + "\n"})
    assert [(refused.reason, refused.field) for refused in rejections] == [(reason, field)]
    assert (len(master.stops), len(master.headways), len(master.route_stops)) == (3, 1, 1)


def test_a_pattern_with_a_hole_is_refused_whole() -> None:
    master, rejections = read(route_stops_csv=FILES["route_stops.csv"].replace("2,b", "2,nowhere"), headways_csv="")
    assert master.route_stops == ()
    assert [r.reason for r in rejections] == [
        Reason.UNKNOWN_REFERENCE,
        Reason.MISSING_VALUE,
        Reason.EMPTY_FILE,
    ]


def test_headsign_comes_from_patterns_csv() -> None:
    master, _ = read(patterns_csv="route_id,direction_id,variant,headsign,assumed\n1,0,,Harbour,yes\n")
    assert (master.route_stops[0].key, master.route_stops[0].headsign) == (PatternKey("1", 0, ""), "Harbour")
    assert master.route_stops[0].assumed


def test_missing_column_and_bad_encoding_name_the_file() -> None:
    _, rejections = read(vehicles_csv="plate\nABC 1234\n")
    assert [(r.source, r.reason, r.field) for r in rejections] == [
        ("vehicles.csv", Reason.MISSING_COLUMN, "vehicle_id")
    ]
    agency, publisher = Agency("a", "A", "u", "Asia/Manila"), Publisher("P", "u")
    _, rejections = read_master({"vehicles.csv": b"vehicle_id\n\xff\xfe\n"}, agency, publisher)
    assert rejections[0].reason is Reason.BAD_ENCODING


def test_a_folder_with_a_gtfs_path_needs_no_csv(tmp_path: Path) -> None:
    (tmp_path / "feed.zip").write_bytes(b"")
    (tmp_path / "city.toml").write_text('gtfs = "feed.zip"\n[hints]\ntrip = false\n', encoding="utf-8")
    city = read_city(tmp_path)
    assert city.master is None
    assert city.gtfs_path == (tmp_path / "feed.zip").resolve()
    assert not city.settings.hints.trip


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('timezone = "Asia/Manilla"', "IANA"),
        ("timezone = 8", "text in quotes"),
        ('gtfs = "nowhere.zip"', "no such file"),
        ("tmezone = 1", "unknown key tmezone"),
        ("= 1", "not TOML"),
        ("[settings]\nhorizon_s = true", "must be a number"),
        ("[[depots]]\ndepot_id = 'd'\nlat_deg = 1.0", "lon_deg must be a number"),
    ],
)
def test_a_wrong_city_toml_is_told_in_one_line(tmp_path: Path, toml: str, says: str) -> None:
    with pytest.raises(CityFolderError, match=says) as raised:
        read_city(write(tmp_path, toml))
    assert "\n" not in str(raised.value)


def test_a_folder_without_city_toml_is_told(tmp_path: Path) -> None:
    with pytest.raises(CityFolderError, match=r"no city\.toml"):
        read_city(tmp_path)


def test_a_folder_without_stops_is_told(tmp_path: Path) -> None:
    with pytest.raises(CityFolderError, match="no usable row"):
        read_city(write(tmp_path, **{"stops.csv": "stop_id,stop_name,lat_deg,lon_deg\n"}))
