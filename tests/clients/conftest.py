"""A counter under gunicorn over a city that drives on while the clients ask; and one whose live loop stands still."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.environments import NODE, ROOT, python_of
from tests.unit.api.dialects.city import City

collect_ignore_glob = ["scripts/*", "node/*"]
"""They run in the clients' environments."""
TICK_S = 5.0
STALE_S = 180.0


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a counter over a city that is driven on and published each five seconds."""
    city = City(tmp_path_factory.mktemp("live") / "state", time.time())
    city.tick(time.time())
    stop = threading.Event()

    def drive() -> None:
        while not stop.wait(TICK_S):
            city.tick(time.time())

    thread = threading.Thread(target=drive)
    thread.start()
    try:
        with served(city.state) as address:
            yield address
    finally:
        stop.set()
        thread.join()


@pytest.fixture(scope="session")
def stale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a counter whose live loop fell silent three minutes ago."""
    city = City(tmp_path_factory.mktemp("stale") / "state", time.time() - STALE_S)
    city.tick(time.time() - STALE_S)
    with served(city.state) as address:
        yield address


@contextlib.contextmanager
def served(state: Path) -> Iterator[str]:
    """A counter under gunicorn."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--workers", "1", "--threads", "4", "--bind", f"127.0.0.1:{port}"]
    environment = os.environ | {"PASSINFO_STATE": str(state)}
    process = subprocess.Popen([*command, "wsgi:app"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process)
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _wait(address: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"gunicorn ended with {process.returncode}: {process.communicate()[1][-2000:]}")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/health/live", timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("gunicorn did not answer in a minute")


def by_python(client: str, script: str, *arguments: str) -> Any:
    """What a script prints in a Python client's environment."""
    interpreter = python_of(client)
    assert interpreter.is_file(), (
        "the clients are not installed: make test-clients, or python -m tests.clients.environments"
    )
    return _run([str(interpreter), str(ROOT / "tests" / "clients" / "scripts" / script), *arguments], ROOT)


def by_node(script: str, *arguments: str) -> Any:
    """What a script prints under node."""
    assert (NODE / "node_modules").is_dir(), "the clients are not installed: python -m tests.clients.environments"
    return _run(["node", script, *arguments], NODE)


def _run(command: list[str], folder: Path) -> Any:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)
