"""Children end with their parent's word, and leave nobody behind."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from feeds import children

STUBBORN = """
import os, signal, sys, time
child = os.fork()
if not child:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(os.getpid(), flush=True)
time.sleep(60)
"""
"""A server that ends on SIGTERM, and a worker of it that does not."""


@pytest.fixture
def stubborn(tmp_path: Path) -> children.Child:
    child = children.start("server", [sys.executable, "-c", STUBBORN], os.environ, tmp_path)
    try:
        _wait(lambda: len(child.log.read_text().split()) == 2)
    except AssertionError as error:
        said, returncode = child.log.read_text(), child.process.poll()
        children.stop_all([child])  # left running it would be another test's failure
        raise AssertionError(f"{error}: it said {said!r}, its exit code is {returncode}") from None
    return child


def test_a_worker_that_outlives_its_server_is_killed(stubborn: children.Child) -> None:
    pids = [int(word) for word in stubborn.log.read_text().split()]
    children.stop_all([stubborn])
    assert stubborn.process.returncode is not None
    _wait(lambda: not any(_runs(pid) for pid in pids))


def test_a_terminals_interrupt_reaches_only_the_parent(stubborn: children.Child) -> None:
    try:
        assert os.getpgid(stubborn.process.pid) != os.getpgid(0)
        assert os.getsid(stubborn.process.pid) == os.getsid(0)
    finally:
        children.stop_all([stubborn])


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"  # a container without init keeps the dead until somebody reads them


def _wait(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "not in 20 s"
        time.sleep(0.02)
