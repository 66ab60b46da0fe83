from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from passinfo.bms.master import HeadwayBand, PatternKey, RunningBand
from passinfo.gtfs.running import bands_of, speed_at, split_by_speed, whole_seconds

BAND = HeadwayBand(PatternKey("1", 0), "weekday", 100, 200, 10)


def test_the_most_particular_band_wins() -> None:
    everywhere, weekday, route = (
        RunningBand(0, 10, 1.0),
        RunningBand(0, 10, 2.0, "", "weekday"),
        RunningBand(0, 10, 3.0, "1"),
    )
    assert bands_of([everywhere, weekday, route], "1", "weekday")[0].speed_mps == 3.0
    assert bands_of([everywhere, weekday, route], "2", "weekday")[0].speed_mps == 2.0
    assert bands_of([everywhere, weekday, route], "2", "sunday")[0].speed_mps == 1.0


def test_overlapping_running_bands_do_not_overlap_in_service() -> None:
    bands = bands_of([RunningBand(0, 150, 1.0), RunningBand(120, 300, 2.0)], "1", "weekday")
    assert [part[:2] for part in split_by_speed(BAND, bands)] == [(100, 150), (150, 200)]
    assert speed_at(bands, 149) == 1.0
    assert speed_at(bands, 150) == 2.0


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 100)), max_size=6))
def test_the_parts_cover_the_headway_band_exactly(spans: list[tuple[int, int]]) -> None:
    bands = bands_of([RunningBand(start, start + length, 3.0) for start, length in spans], "1", "weekday")
    parts = split_by_speed(BAND, bands)
    edges = [part[0] for part in parts] + [parts[-1][1]]
    assert edges[0] == 100
    assert edges[-1] == 200
    assert edges == sorted(set(edges))
    assert all(before[1] == after[0] for before, after in pairwise(parts))


@given(st.lists(st.floats(0, 1000), min_size=2, max_size=30), st.floats(1, 30))
def test_running_times_strictly_increase(steps: list[float], speed: float) -> None:
    dist = [sum(steps[:n]) for n in range(len(steps) + 1)]
    seconds = whole_seconds(dist, speed)
    assert all(after > before for before, after in pairwise(seconds))
