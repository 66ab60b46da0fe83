from hypothesis import given
from hypothesis import strategies as st

from feeds.simulator.land import spread_minutes


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40))
def test_whole_minutes_are_spread_without_losing_time(minutes: list[int]) -> None:
    at_s, dist_m = [0], [0.0]
    for minute in minutes:
        at_s.append(at_s[-1] + 60 * minute)
        dist_m.append(dist_m[-1] + 250.0)
    planned_s = spread_minutes(at_s, dist_m)
    assert len(planned_s) == len(minutes)
    assert abs(sum(planned_s) - at_s[-1]) < 0.01 * len(at_s)
    if at_s[-1] > 0:
        assert min(planned_s) > 0
