"""A real gunicorn on a port of its own, as the README starts it."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0


@contextlib.contextmanager
def served(app: str, environment: Mapping[str, str], options: Sequence[str]) -> Iterator[int]:
    """The port at which an app answers; the server ends with the context."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "-b", f"127.0.0.1:{port}", app, *options]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _wait(port: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"no server at port {port} within {PATIENCE_S:.0f} s")
