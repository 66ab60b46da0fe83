"""Every operation of the OpenAPI document, tried with odd input by schemathesis, against a real server."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from api.app import create_app
from passinfo.stores.state import StateStore
from tests.unit.api.conftest import NOW, TOKEN, publish


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("PASSINFO_QUOTA", "10000000")
    monkeypatch.setenv("PASSINFO_QUOTA_KEYED", "10000000")
    publish(tmp_path)
    store = StateStore(tmp_path / "state.sqlite")
    store.add_key("test", frozenset({"bms:write", "ops:write"}), TOKEN, NOW)
    store.close()
    app = create_app(tmp_path, clock=lambda: NOW + 2)
    server = make_server("127.0.0.1", 0, app, threaded=False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["passinfo-quota"].close()


@pytest.mark.slow
def test_no_operation_breaks_its_description(address: str) -> None:
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{address}/openapi.json", "--checks", "all"]
    options = ["--max-examples", "25", "--seed", "7", "--no-color", "--include-path-regex", "^/(v1|gtfs|health)"]
    found = subprocess.run([*command, *options], capture_output=True, text=True, check=False, timeout=240)
    tail = "\n".join(line[:200] for line in found.stdout.splitlines()[-140:])
    assert found.returncode == 0, tail
    tried = re.search(r"(\d+) generated", found.stdout)
    assert tried is not None and int(tried[1]) > 300
