"""``python -m feeds demo``: a whole city at work. Simulated buses, live loop, web server; Ctrl-C stops all."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from feeds.children import Child, start, stop_all
from feeds.cities import find_city
from passinfo.stores.state import StateStore

READY_S = 120.0
"""Longest wait for the first arrivals: a slow machine needs half a minute."""
POLL_S = 0.5
HOST = "127.0.0.1"


def run(arguments: argparse.Namespace) -> int:
    """Run the demo until Ctrl-C; the exit code."""
    find_city(arguments.city)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    children: list[Child] = []
    with _state(arguments.state) as state:
        try:
            address, push = _start(arguments, state, children)
            print(f"passinfo demo: starting {arguments.city} …", flush=True)
            if not _wait_until_ready(address, children, stop):
                return _told_end(children, stop)
            _tell(address, push, arguments.city)
            while not stop.wait(POLL_S):
                if any(child.process.poll() is not None for child in children):
                    return _told_end(children, stop)
            return _told_end(children, stop)
        finally:
            stop_all(children)


@contextlib.contextmanager
def _state(given: Path | None) -> Iterator[Path]:
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="passinfo-demo-") as folder:
        yield Path(folder)


def _start(arguments: argparse.Namespace, state: Path, children: list[Child]) -> tuple[str, str]:
    """Start the four children; the addresses of the counter and of the streams."""
    token = secrets.token_urlsafe(32)
    store = StateStore(state / "state.sqlite")
    store.add_key("demo simulator", frozenset({"bms:write"}), token, time.time())
    store.close()
    port = arguments.port or _free_port()
    address = f"http://{HOST}:{port}"
    root = Path(__file__).resolve().parent.parent
    path = os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH"))))
    subprocess.run(  # so that the map offers alarms
        [sys.executable, "-m", "api", "vapid", "--contact", "https://passinfo.example/demo"],
        check=False,
        cwd=root,
        env={**os.environ, "PASSINFO_STATE": str(state), "PYTHONPATH": path},
        capture_output=True,
    )
    environment = {**os.environ, "PASSINFO_STATE": str(state), "PASSINFO_KEY": token, "PYTHONPATH": path}
    feeds, logs = [sys.executable, "-m", "feeds"], state / "logs"
    children.append(start("live", [*feeds, "live", arguments.city, "--simulated", "--tick", "3"], environment, logs))
    bind = ["--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4", "--worker-class", "gthread"]
    bind += ["--graceful-timeout", "5"]  # below children.GRACE_S: the server ends its workers itself
    words = [sys.executable, "-m", "gunicorn", *bind, "--chdir", str(root), "wsgi:app"]
    children.append(start("counter", words, environment, logs))
    push_port = port + 1 if arguments.port else _free_port()
    push = ["--host", HOST, "--port", str(push_port), "--log-level", "warning"]
    push += ["--timeout-graceful-shutdown", "2", "--app-dir", str(root)]
    children.append(start("push", [sys.executable, "-m", "uvicorn", *push, "asgi:app"], environment, logs))
    fleet = ["--vehicles", str(arguments.vehicles), "--seed", str(arguments.seed), "--post", address]
    children.append(start("simulator", [*feeds, "simulate", arguments.city, *fleet], environment, logs))
    return address, f"http://{HOST}:{push_port}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(address: str, children: list[Child], stop: threading.Event) -> bool:
    """Wait until buses are tracked; False if a child ended or somebody stopped us."""
    deadline = time.monotonic() + READY_S
    while not stop.wait(POLL_S):
        if any(child.process.poll() is not None for child in children):
            return False
        if _get(f"{address}/health/ready") is not None and (_vehicles(address) or time.monotonic() > deadline):
            return True
    return False


def _vehicles(address: str) -> int:
    found = _get(f"{address}/v1/vehicles")
    return len(found["vehicles"]) if found else 0


def _get(url: str) -> dict[str, list[dict[str, str]]] | None:
    """The JSON at our own counter, None if it does not answer (yet)."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            body: dict[str, list[dict[str, str]]] = json.loads(answer.read())
            return body
    except (urllib.error.URLError, OSError, ValueError):
        return None


def _tell(address: str, push: str, city: str) -> None:
    stop_id = _some_stop(address)
    lines = [
        f"passinfo demo: {city} runs, with simulated buses.",
        "",
        f"  open      {address}/",
        *([f"  arrivals  {address}/stops/{stop_id}"] if stop_id else []),
        *([f"            {address}/v1/stops/{stop_id}/arrivals"] if stop_id else []),
        *([f"  display   {address}/display/{stop_id}   (.txt, .json, .png)"] if stop_id else []),
        f"  map       {address}/map",
        *([f"  streams   {push}/push/arrivals?stop_ids={stop_id}"] if stop_id else []),
        f"            {push}/push/vehicles",
        f"  feeds     {address}/gtfs-rt/trip-updates.pb   (vehicle-positions, alerts; .json)",
        f"  GTFS      {address}/gtfs/schedule.zip",
        f"  API       {address}/openapi.json",
        "",
        "Ctrl-C stops all of it.",
    ]
    print("\n".join(lines), flush=True)


def _some_stop(address: str) -> str | None:
    """The next stop of some bus."""
    found = _get(f"{address}/v1/vehicles") or {"vehicles": []}
    stops = [vehicle["next_stop_id"] for vehicle in found["vehicles"] if vehicle.get("next_stop_id")]
    return stops[0] if stops else None


def _told_end(children: list[Child], stop: threading.Event) -> int:
    """Say why the demo ends; the exit code."""
    if stop.is_set():
        print("\npassinfo demo: stopping …", flush=True)
        return 0
    for child in children:
        if child.process.poll() is not None:
            sys.stderr.write(f"feeds demo: {child.name} ended with code {child.process.returncode}:\n")
            sys.stderr.write(f"{child.last_words()}\n")
    return 1
