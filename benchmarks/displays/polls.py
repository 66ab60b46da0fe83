"""An hour of a display that polls every ten seconds, on a fast clock; and what a poll costs on the line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

from benchmarks.displays.city import Counter, FastCity
from benchmarks.displays.weights import busiest
from feeds.children import Child, start, stop_all

ROOT = Path(__file__).parents[2]
POLL_S, POLLS, STOPS, HOUR_S = 10, 360, 4, 3_600
FORMS = ("txt", "json", "png", "full.json")


def measure_hour(city: FastCity, counter: Counter) -> dict[str, float]:
    """Bodies and their sizes; the worst stop. An hour of the clock: 360 polls, the first on the whole hour."""
    city.advance(HOUR_S - city.now % HOUR_S)
    session = requests.Session()
    paths = {form: [f"/display/{stop}.{form}" for stop in busiest(counter, STOPS)] for form in FORMS}
    tags: dict[str, str] = {}
    bodies = {path: 0 for each in paths.values() for path in each}
    largest = dict.fromkeys(FORMS, 0)
    for poll in range(POLLS):
        if poll:
            city.advance(POLL_S)
        for form, several in paths.items():
            for path in several:
                known = {"If-None-Match": tags[path]} if path in tags else {}
                answer = session.get(
                    counter.address + path, headers={"Accept-Encoding": "identity", **known}, timeout=30
                )
                if answer.status_code == requests.codes.ok:
                    bodies[path] += 1
                    tags[path] = answer.headers["ETag"]
                    largest[form] = max(largest[form], len(answer.content))
                elif answer.status_code != requests.codes.not_modified:
                    answer.raise_for_status()
    session.close()
    told: dict[str, float] = {}
    for form in FORMS:
        told[f"{form}: bodies in an hour, worst of {STOPS} stops"] = max(bodies[path] for path in paths[form])
        told[f"{form}: largest body, B"] = largest[form]
    return told


def measure_head(city: FastCity, stop: str) -> dict[str, float]:
    """Bytes of a poll that changes nothing, to and from gunicorn: all that is on the line above TCP."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    children: list[Child] = []
    environment = {**os.environ, "PASSINFO_STATE": str(city.folder)}
    words = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--chdir", str(ROOT), "wsgi:app"]
    try:
        children.append(start("counter", words, environment, city.folder / "logs"))
        path = f"/display/{stop}.txt"
        for _ in range(100):
            try:
                tag = requests.get(f"http://127.0.0.1:{port}{path}", timeout=5).headers["ETag"]
                break
            except (requests.ConnectionError, KeyError):
                time.sleep(0.3)
        else:
            raise subprocess.SubprocessError("gunicorn did not answer")
        asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nIf-None-Match: {tag}\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", port), 10) as line:
            line.sendall(asked)
            answer = line.recv(4_096)
        if b" 304 " not in answer:
            return {"poll: headers of a 304, B": float("nan")}
        return {
            "poll: headers of a 304, B": len(answer),
            "poll: headers of question and 304, B": len(answer) + len(asked),
        }
    finally:
        stop_all(children)
