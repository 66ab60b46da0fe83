"""Child processes that end with their parent, whatever happens to it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

GRACE_S = 8.0
"""Time to stop cleanly before a child is killed."""
LAST_LINES = 15
_PR_SET_PDEATHSIG = 1
"""Linux prctl: signal to send a child when its parent dies."""


@dataclass(frozen=True)
class Child:
    """A running child and the file its words go to."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def last_words(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(f"  {self.name}: {line}" for line in lines[-LAST_LINES:])


def start(name: str, words: Sequence[str], environment: Mapping[str, str], logs: Path) -> Child:
    """Start a child; it is stopped with SIGTERM if this process dies (on Linux)."""
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{name}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603  # our own modules and gunicorn, no shell
            list(words),
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            process_group=0,  # Ctrl-C in a terminal reaches this process alone: it stops them, in order
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # no threads yet
        )
    return Child(name, process, log)


def _die_with_parent() -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def stop_all(children: Sequence[Child]) -> None:
    """Stop children, the last started first; kill what does not stop in time, and what they leave behind."""
    for child in reversed(children):
        if child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + GRACE_S
    for child in reversed(children):
        try:
            child.process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):  # none is left: the rule
            os.killpg(child.process.pid, signal.SIGKILL)
