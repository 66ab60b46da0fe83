"""A real gunicorn with the project's own settings, for the time of a measurement."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from passinfo.errors import OperatorError

ROOT = Path(__file__).parents[2]
WORKERS, THREADS = 2, 4
START_S = 60.0
NO_QUOTA = {"PASSINFO_QUOTA": "1000000000", "PASSINFO_QUOTA_KEYED": "1000000000"}
COUNTER, CONSTANT = "wsgi:app", "constant:app"


@dataclass(frozen=True, slots=True)
class Server:
    """One that answers."""

    port: int
    pid: int
    ready_s: float
    """From exec to the first good answer."""

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def workers(self) -> list[int]:
        """Process ids of the workers."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        return [int(word) for word in listed.split()]


@contextlib.contextmanager
def served(
    app: str, environment: Mapping[str, str], ready: str, *, workers: int = WORKERS, look_s: float = 0.05
) -> Iterator[Server]:
    """Serve an app; ``ready`` is the path that answers 200 once it can be asked."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "-b", f"127.0.0.1:{port}", app]
    options = [
        "-w",
        str(workers),
        "--threads",
        str(THREADS),
        "--log-level",
        "warning",
        "--pythonpath",
        str(Path(__file__).parent),
    ]
    began = time.perf_counter()
    process = subprocess.Popen([*command, *options], cwd=ROOT, env={**os.environ, **NO_QUOTA, **environment})
    try:
        while not _answers(f"http://127.0.0.1:{port}{ready}"):
            if process.poll() is not None or time.perf_counter() - began > START_S:
                raise OperatorError(f"benchmarks: gunicorn {app} does not answer at {ready}")
            time.sleep(look_s)
        yield Server(port, process.pid, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def proportional_mb(pid: int) -> float:
    """Proportional memory (PSS) of a process."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise OperatorError("benchmarks: this system does not tell PSS (/proc/PID/smaps_rollup)")
