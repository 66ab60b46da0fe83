"""Killed with -9 in a loop: nothing acknowledged is lost, no snapshot is torn."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from passinfo.stores.report_log import SqliteReportLog
from passinfo.stores.snapshots import FileSnapshots

WRITER = """
import sys
from pathlib import Path
from passinfo.stores.report_log import SqliteReportLog
from passinfo.stores.snapshots import FileSnapshots
from tests.contracts.test_snapshot_store import snapshot
import dataclasses
folder = Path(sys.argv[1])
log, store, base = SqliteReportLog(folder / "log.sqlite"), FileSnapshots(folder / "snapshots"), snapshot()
number = log.append([]) + 1
while True:
    offset = log.append([f"report {number}".encode()])
    print(f"{offset} report {number}", flush=True)
    store.publish(dataclasses.replace(base, sequence=number), {"trip-updates.pb": bytes(50_000)})
    number += 1
"""


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_and_no_snapshot_is_torn(tmp_path: Path) -> None:
    acknowledged: dict[int, bytes] = {}
    for lap in range(6):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.05 + 0.03 * lap)
        os.kill(process.pid, signal.SIGKILL)
        for line in process.stdout.read().splitlines():
            offset, _, payload = line.partition(b" ")
            if payload:
                acknowledged[int(offset)] = payload
        process.wait()
        process.stdout.close()
        found = FileSnapshots(tmp_path / "snapshots").newest()
        assert found is None or len(found.feeds["trip-updates.pb"]) == 50_000
    log = SqliteReportLog(tmp_path / "log.sqlite")
    kept = {entry.offset: entry.payload for entry in log.read(0, 1_000_000)}
    log.close()
    assert len(acknowledged) > 10
    assert {offset: kept.get(offset) for offset in acknowledged} == acknowledged
