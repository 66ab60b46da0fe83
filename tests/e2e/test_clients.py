"""The client examples of docs/clients, run as their first lines say, against a real gunicorn."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.served import ROOT, served
from tests.unit.api.conftest import publish

CLIENTS = ROOT / "docs" / "clients"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    state = tmp_path_factory.mktemp("state")
    publish(state)
    # the buses of the tests drive on a fixed day: the counter's clock is set to it
    code = (
        "from pathlib import Path; from api.app import create_app; from tests.unit.api.conftest import NOW; "
        f"app = create_app(Path({str(state)!r}), clock=lambda: NOW + 3)"
    )
    (state / "fixed.py").write_text(code.replace("; ", "\n"))
    path = os.pathsep.join((str(state), str(ROOT)))
    with served("fixed:app", {"PYTHONPATH": path}, ("--workers", "1", "--threads", "4")) as number:
        yield number


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def needs(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not installed")
    return found


def minutes(port: int) -> list[str]:
    import json

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/stops/S4/arrivals", timeout=5) as answer:
        return [str(each["minutes"]) for each in json.load(answer)["arrivals"]]


def client(name: str) -> list[str]:
    if name == "python":
        return [sys.executable, str(CLIENTS / "arrivals.py")]
    return [needs("node"), str(CLIENTS / "arrivals.mjs")]


@pytest.mark.parametrize("name", ["python", "javascript"])
def test_scripts_tell_arrivals_and_then_that_nothing_changed(port: int, name: str) -> None:
    told = run(*client(name), f"http://127.0.0.1:{port}", "S4", "2")
    assert told.returncode == 0, told.stderr
    first, *arrivals, last = told.stdout.splitlines()
    assert "(live, " in first and last == "  unchanged"
    assert [line.split()[0] for line in arrivals] == minutes(port)
    assert all("arriv" in line for line in arrivals)


@pytest.mark.parametrize("name", ["python", "javascript"])
def test_scripts_say_what_went_wrong(port: int, name: str) -> None:
    told = run(*client(name), f"http://127.0.0.1:{port}", "nowhere")
    assert told.returncode == 1
    assert "404 not_found: no stop has the id 'nowhere'" in told.stderr


def test_curl_keeps_the_tag(port: int) -> None:
    needs("curl")
    told = run("sh", str(CLIENTS / "arrivals.sh"), f"http://127.0.0.1:{port}", "S4", "2")
    assert told.returncode == 0, told.stderr
    body, unchanged = told.stdout.splitlines()
    assert body.startswith('{"meta":{') and unchanged == "unchanged"
    wrong = run("sh", str(CLIENTS / "arrivals.sh"), f"http://127.0.0.1:{port}", "nowhere")
    assert wrong.returncode == 1 and "not_found" in wrong.stderr


def test_a_microcontroller_shows_what_comes(port: int, tmp_path: Path) -> None:
    compiler = needs("gcc")
    program = str(tmp_path / "display")
    built = run(compiler, "-std=c99", "-Wall", "-Wextra", "-Werror", "-O1", "-o", program, str(CLIENTS / "display.c"))
    assert built.returncode == 0, built.stderr
    told = run(program, "127.0.0.1", str(port), "S4", "2")
    source, *arrivals, last = told.stdout.splitlines()
    assert told.returncode == 0 and source == "source live" and last == "unchanged"
    assert [line.split()[-2] for line in arrivals] == minutes(port)[:3]
    assert "no answer: 404" in run(program, "127.0.0.1", str(port), "nowhere").stdout
