"""The real counter and live loop, killed with -9 while reports are posted."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import requests

from passinfo.realtime.decode import decode
from passinfo.stores.report_json import from_payloads
from passinfo.stores.report_log import SqliteReportLog
from passinfo.stores.snapshots import FileSnapshots
from passinfo.stores.state import StateStore
from tests.unit.builders_feed import tiny, tiny_zip
from tests.unit.tracking.drives import pattern_of

ROOT = Path(__file__).parents[2]
LAPS = 4


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def started(words: list[str], state: Path) -> Iterator[None]:
    """A process group that is killed with -9 at the end."""
    environment = {**os.environ, "PASSINFO_STATE": str(state), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Poster(threading.Thread):
    """Posts a bus's reports, as fast as they are acknowledged."""

    def __init__(self, address: str, token: str) -> None:
        super().__init__(daemon=True)
        self.address, self.headers = address, {"Authorization": f"Bearer {token}"}
        self.acknowledged: dict[int, int] = {}
        self.stop = threading.Event()
        network = tiny().network
        line = network.pattern_line(pattern_of(network, "H1"))
        self.lat, self.lon = network.projection.to_lat_lon(
            network.patterns.shape_x_m[line], network.patterns.shape_y_m[line]
        )

    def run(self) -> None:
        number = 0
        session = requests.Session()
        session.trust_env = False
        while not self.stop.wait(0.02):
            number += 1
            share = min(number / 2_000, 1.0) * (len(self.lat) - 1)
            places = np.arange(len(self.lat))
            report = {
                "vehicle_id": "bus",
                "observed_at": time.time(),
                "lat": float(np.interp(share, places, self.lat)),
                "lon": float(np.interp(share, places, self.lon)),
                "passengers": number,
            }
            with contextlib.suppress(requests.RequestException):
                answer = session.post(f"{self.address}/bms/v1/positions", json=report, headers=self.headers, timeout=2)
                if answer.status_code == 202:
                    self.acknowledged[answer.json()["offset"]] = number


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_and_no_snapshot_is_torn(tmp_path: Path) -> None:
    state, feed = tmp_path / "state", tiny_zip(tmp_path / "tiny.zip")
    token = secrets.token_urlsafe(32)
    store = StateStore(state / "state.sqlite")
    store.add_key("test", frozenset({"bms:write"}), token, 0.0)
    store.close()
    port = free_port()
    poster = Poster(f"http://127.0.0.1:{port}", token)
    poster.start()
    counter = ["gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "wsgi:app"]
    sequences = []
    for lap in range(LAPS):
        with (
            started(counter, state),
            started(["feeds", "live", str(feed), "--tick", "0.1"], state),
        ):
            known = len(poster.acknowledged)
            deadline = time.monotonic() + 60
            while len(poster.acknowledged) < known + 40 or not (state / "snapshots").exists():
                assert time.monotonic() < deadline, "nothing is acknowledged"
                time.sleep(0.05)
            time.sleep(0.5 + 0.13 * lap)
        newest = FileSnapshots(state / "snapshots").newest()
        if newest is not None:
            decode(newest.feeds["trip-updates.pb"])
            sequences.append(newest.snapshot.sequence)
    poster.stop.set()
    poster.join()
    log = SqliteReportLog(state / "reports.sqlite")
    entries = log.read(0, 1_000_000)
    log.close()
    kept = dict(zip([e.offset for e in entries], from_payloads([e.payload for e in entries]).passengers, strict=True))
    assert len(poster.acknowledged) > 40 * LAPS
    assert {offset: kept.get(offset) for offset in poster.acknowledged} == poster.acknowledged
    assert sequences == sorted(set(sequences))
    assert len(sequences) >= 2
