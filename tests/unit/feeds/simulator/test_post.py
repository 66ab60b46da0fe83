import threading

import pytest

from feeds.simulator import post
from feeds.simulator.pace import in_real_time
from feeds.simulator.post import NotAccepted, Poster
from feeds.simulator.rows import SimulatedReport
from tests.unit.feeds.simulator.counter import Counter, serving


def report(number: int, received_at: float = 0.0) -> SimulatedReport:
    unknown = (None, None, "P1", 0, None, None, None, None, "DEV-1", None)
    return SimulatedReport(f"v{number}", received_at, received_at, 14.5, 121.0, *unknown)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(post, "BATCH", 3)


def test_a_busy_counter_is_asked_again_and_the_order_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    counter = Counter(503, 429, 202, 503, 202)
    with serving(counter) as url:
        poster = Poster(url, "secret", threading.Event())
        poster.send([report(number) for number in range(7)])
        poster.close()
    assert counter.taken == [f"v{number}" for number in range(7)]
    assert counter.asked == 6
    assert counter.keys == {"Bearer secret"}
    assert capsys.readouterr().err.count("trying again") == 2


def test_a_refused_key_is_told() -> None:
    with serving(Counter(401)) as url:
        poster = Poster(url, "", threading.Event())
        with pytest.raises(NotAccepted, match="PASSINFO_KEY"):
            poster.send([report(1)])
        poster.close()


def test_a_counter_that_is_not_there_is_waited_for_until_it_is_time_to_stop() -> None:
    with serving(Counter()) as url:
        pass
    stop = threading.Event()
    poster = Poster(url, "", stop)
    timer = threading.Timer(0.1, stop.set)
    timer.start()
    poster.send([report(1)])
    poster.close()
    timer.join()
    assert stop.is_set()


class Watch(threading.Event):
    """A clock on which waiting takes no time."""

    def __init__(self, at: float, stops_at: float) -> None:
        super().__init__()
        self.at, self.stops_at = at, stops_at

    def wait(self, timeout: float | None = None) -> bool:
        self.at += timeout or 0.0
        if self.at >= self.stops_at:
            self.set()
        return self.is_set()


def test_backlog_goes_at_once_the_rest_when_its_time_has_come() -> None:
    watch = Watch(1000.0, 10_000.0)
    sent: list[tuple[float, list[str]]] = []
    quiet: list[float] = []
    in_real_time(
        (report(number, at) for number, at in enumerate([400.0, 999.0, 1000.5, 1000.7, 1003.2, 2500.0])),
        lambda batch: sent.append((watch.at, [row.vehicle_id for row in batch])),
        lambda: watch.at,
        watch,
        quiet.append,
    )
    assert sent == [(1000.0, ["v0", "v1"]), (1001.0, ["v2", "v3"]), (1004.0, ["v4"]), (2500.0, ["v5"])]
    assert quiet == [2500.0]


def test_it_stops_when_told() -> None:
    watch = Watch(0.0, 5.0)
    sent: list[list[SimulatedReport]] = []
    in_real_time((report(n, 2.0 * n) for n in range(1000)), sent.append, lambda: watch.at, watch, lambda _: None)
    assert sum(map(len, sent)) <= 3
