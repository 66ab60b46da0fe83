"""Closed loop: as many requests as 64 connections can have answered, over all stops, beside a constant answer."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.serving.city import BigCity
from benchmarks.serving.figures import Figure
from benchmarks.serving.published import publishing
from benchmarks.serving.server import CONSTANT, COUNTER, Server, served
from passinfo.errors import OperatorError

CONNECTIONS, SECONDS, WARM_S, ROUNDS = 64, 8, 25, 5
ASKED = 0.9
_SCRIPT = """
local made, at = {}, 0
function init(args)
  for path in io.lines(args[1]) do made[#made + 1] = wrk.format("GET", path) end
  math.randomseed(os.time())
  at = math.random(#made)
end
function request()
  at = at % #made + 1
  return made[at]
end
"""


def closed() -> Iterator[Figure]:
    """Requests a second over all stops, as a share of the constant answer's."""
    if shutil.which("wrk") is None:
        raise OperatorError("benchmarks: serving needs wrk (apt-get install wrk)")
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        city = BigCity()
        paths = [f"/v1/stops/{stop_id}/arrivals" for stop_id in city.network.stops.stop_id]
        (state / "paths").write_text("\n".join(paths) + "\n", encoding="ascii")
        (state / "script.lua").write_text(_SCRIPT, encoding="ascii")
        for ticking in (False, True):
            yield _beside(state, paths, ticking=ticking)


def _beside(state: Path, paths: list[str], *, ticking: bool) -> Figure:
    with publishing(state, ticking=ticking), served(COUNTER, {"PASSINFO_STATE": str(state)}, paths[0]) as counter:
        size = int(np.mean([_length(f"{counter.address}{path}") for path in paths[:: len(paths) // 100]]))
        with served(CONSTANT, {"SERVING_BODY": str(size)}, "/v1/x") as constant:
            shares, ours, theirs, failed, asked = [], [], [], 0, 0
            for server in (counter, constant):
                _wrk(state, server, WARM_S)  # not counted: first look-ups of every stop
            for _ in range(ROUNDS):
                reference, _, _ = _wrk(state, constant)
                rate, requests, errors = _wrk(state, counter)
                shares.append(rate / reference)
                ours.append(rate)
                theirs.append(reference)
                failed += errors
                asked += requests
    share = float(np.median(shares))
    return Figure(
        f"/v1/stops/{{id}}/arrivals, wrk -c {CONNECTIONS}, {len(paths):,} stops, "
        + ("a tick of 10,000 vehicles every 5 s" if ticking else "one snapshot"),
        f">= {ASKED} of a constant Flask view",
        share,
        "x",
        share >= ASKED and failed == 0,
        asked,
        f"requests, median of {ROUNDS} pairs of {SECONDS} s, {failed} failed",
        1.0,
        f"constant view of {size:,} bytes",
        f"{np.median(ours):,.0f} against {np.median(theirs):,.0f} requests/s; pairs "
        + " ".join(f"{each:.2f}" for each in shares),
    )


def _wrk(state: Path, server: Server, seconds: int = SECONDS) -> tuple[float, int, int]:
    """Requests a second, requests, and how many of them failed."""
    command = ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "-s", str(state / "script.lua")]
    told = subprocess.run(
        [*command, server.address, "--", str(state / "paths")], capture_output=True, text=True, check=True
    ).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    count = re.search(r"(\d+) requests in", told)
    if rate is None or count is None:
        raise OperatorError(f"benchmarks: wrk said {told!r}")
    failures = re.findall(r"Non-2xx or 3xx responses: (\d+)|(?:connect|read|write|timeout) (\d+)", told)
    return float(rate[1]), int(count[1]), sum(int(one or other) for one, other in failures)


def _length(url: str) -> int:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return len(answer.read())
