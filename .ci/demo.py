"""The demo from a clean clone in a clean environment: an arrival over HTTP, Ctrl-C, and no process left.

usage: python3 .ci/demo.py    (standard library only)
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTALL_S, ARRIVAL_S, END_S = 900, 180, 30
KEPT = re.compile(r"^(PATH|HOME|LANG|LC_ALL|TMPDIR|PIP_.*|SSL_CERT_.*|REQUESTS_CA_BUNDLE|https?_proxy|no_proxy)$", re.I)
"""What a clean environment keeps: where programs are, and how pip reaches its index."""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="passinfo-ci-") as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        environment = {name: value for name, value in os.environ.items() if KEPT.match(name)}
        log = Path(folder) / "demo.log"
        with log.open("wb") as out:
            demo = subprocess.Popen(
                ["make", "demo"],
                cwd=clone,
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            address = wait_for_address(demo, log)
            arrival = wait_for_arrival(address)
            print(f"arrival at {arrival}", flush=True)
            os.killpg(demo.pid, signal.SIGINT)  # what Ctrl-C in a terminal does: the whole group
            code = demo.wait(END_S)
            time.sleep(1)
            left = processes_of(demo.pid)
            print(f"make demo ended with {code}; processes left: {left or 'none'}")
            return 1 if left else 0
        except BaseException:
            print(log.read_text(errors="replace")[-4000:], file=sys.stderr)
            os.killpg(demo.pid, signal.SIGKILL)
            raise


def wait_for_address(demo: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + INSTALL_S
    while time.monotonic() < deadline:
        found = re.search(r"open\s+(http://127\.0\.0\.1:\d+)/", log.read_text(errors="replace"))
        if found:
            return found[1]
        if demo.poll() is not None:
            raise SystemExit(f"make demo ended with {demo.returncode} before it printed an address")
        time.sleep(1)
    raise SystemExit("make demo printed no address in time")


def wait_for_arrival(address: str) -> str:
    deadline = time.monotonic() + ARRIVAL_S
    while time.monotonic() < deadline:
        for vehicle in get(f"{address}/v1/vehicles")["vehicles"]:
            stop_id = vehicle["next_stop_id"]
            if stop_id and get(f"{address}/v1/stops/{stop_id}/arrivals")["arrivals"]:
                return str(stop_id)
        time.sleep(1)
    raise SystemExit("no stop has an arrival")


def get(url: str) -> dict:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=10) as answer:
        return json.loads(answer.read())


def processes_of(session: int) -> list[str]:
    """Command lines of the processes of a session (Linux)."""
    listed = subprocess.run(["ps", "-eo", "sid=,pid=,args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if line.split(None, 1)[0] == str(session)]


if __name__ == "__main__":
    sys.exit(main())
