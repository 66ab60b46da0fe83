"""What no client should send, sent to a real gunicorn: problem+json that says what to do, and the next is served."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from passinfo.stores.snapshots import FileSnapshots
from passinfo.stores.state import StateStore
from tests.e2e.served import PATIENCE_S, served
from tests.unit.api.conftest import TOKEN, publish

pytestmark = pytest.mark.slow


def ask(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as line:
        with contextlib.suppress(OSError):  # refused before all of it was sent: the answer is there all the same
            line.sendall(request)
        answer = b""
        while chunk := line.recv(65536):
            answer += chunk
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)}
    return int(first.split()[1]), headers, body


def get(port: int, path: str, *headers: str) -> tuple[int, dict[str, str], bytes]:
    lines = "".join(f"{each}\r\n" for each in headers)
    return ask(port, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n".encode("latin-1"))


def refused(answer: tuple[int, dict[str, str], bytes], *statuses: int) -> None:
    status, headers, body = answer
    assert status in statuses, (status, body[:300])
    assert headers["content-type"] == "application/problem+json"
    told = json.loads(body)
    assert told["status"] == status and len(told["detail"]) > 10 and told["code"]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("state")
    publish(folder)
    store = StateStore(folder / "state.sqlite")
    store.add_key("test", frozenset({"bms:write"}), TOKEN, 0.0)
    revoked = store.add_key("gone", frozenset({"bms:write"}), TOKEN[::-1], 0.0)
    store.revoke_key(revoked.key_id, 1.0)
    store.close()
    return folder


@pytest.fixture(scope="module")
def port(state: Path) -> Iterator[int]:
    with served("wsgi:app", {"PASSINFO_STATE": str(state)}, ("--workers", "1", "--threads", "4")) as number:
        yield number


@pytest.fixture(autouse=True)
def served_afterwards(port: int) -> Iterator[None]:
    yield
    assert get(port, "/v1/routes")[0] == 200


def test_addresses_and_headers_without_end(port: int) -> None:
    refused(get(port, "/v1/stops?q=" + "x" * 9_000), 414)
    refused(get(port, "/" + "x" * 10_000_000), 414)
    refused(get(port, "/v1/routes", "X-Long: " + "x" * 10_000_000), 431)
    refused(get(port, "/v1/routes", *(f"X-{k}: y" for k in range(2_000))), 431)


@pytest.mark.parametrize(
    "request_",
    [
        b"\x00\xff\xfe garbage\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"G T / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /bms/v1/positions HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_what_is_no_http(port: int, request_: bytes) -> None:
    refused(ask(port, request_), 400)


def test_bodies_without_end(port: int) -> None:
    body = b"x" * 10_000_000
    head = f"POST /bms/v1/positions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
    refused(ask(port, f"{head}Authorization: Bearer {TOKEN}\r\n\r\n".encode() + body), 413)
    refused(ask(port, f"{head}\r\n".encode() + body), 401)


@pytest.mark.parametrize("token", ["wrong", TOKEN[::-1], "x" * 4_000, ""])
def test_keys_wrong_and_revoked(port: int, token: str) -> None:
    head = "POST /bms/v1/positions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n"
    refused(ask(port, f"{head}Authorization: Bearer {token}\r\n\r\n[]".encode()), 401)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/stops/%00/arrivals",
        "/v1/stops/%ff%fe/arrivals",
        "/v1/stops/..%2f..%2fetc%2fpasswd/arrivals",
        "/v1/stops/S4/arrivals/x",
        "/v1/nothing",
        "/gtfs-rt/%ed%a0%80.pb",
        "/gtfs-rt/other.pb",
    ],
)
def test_what_there_is_not(port: int, path: str) -> None:
    refused(get(port, path), 404)


@pytest.mark.parametrize(
    "query",
    [
        "stops?box=90,180,-91,-180",
        "stops?box=1e999,0,1,1",
        "stops?box=1,2,3",
        "stops?near=inf,nan",
        "stops?near=91,0",
        "stops?radius_m=-1&near=1,1",
        "stops?radius_m=NaN&near=1,1",
        "stops?limit=99999999999999999999",
        "stops?offset=-1",
        "stops?q=" + "%F0%9F%9A%8C" * 101,
        "stops/S4/arrivals?limit=0",
        "stops/S4/arrivals?horizon_s=1e9",
        "arrivals?stop_ids=" + ",".join(["S4"] * 101),
        "arrivals?stop_ids=,,,",
        "arrivals/at?lat=0&lon=181&route_id=R1",
    ],
)
def test_malformed_parameters(port: int, query: str) -> None:
    refused(get(port, f"/v1/{query}"), 400)


@pytest.mark.parametrize(
    "words",
    [
        "%00",
        "%c0%af",
        "%ed%a0%80",
        "%E2%80%AE",
        "a%CC%81" * 33,
        "%F0%9F%91%A9%E2%80%8D%F0%9F%9A%80",
        "%EF%BF%BF",
        "(((",
        "\\\\",
    ],
)
def test_odd_letters_find_what_there_is_or_nothing(port: int, words: str) -> None:
    status, _, body = get(port, f"/v1/stops?q={words}")
    assert status == 200 and isinstance(json.loads(body)["stops"], list)


def test_old_and_torn_snapshots_are_not_told_as_fresh(port: int, state: Path) -> None:
    snapshots = FileSnapshots(state / "snapshots")
    newest = (snapshots.newest_sequence() or 0) + 1
    path = state / "snapshots" / f"{newest:012d}.snapshot"
    whole = next((state / "snapshots").glob("*.snapshot")).read_bytes()
    for damaged in (b"torn", whole[:-100], whole[:8] + b"\x01\x00\x00\x00" + whole[12:]):
        path.write_bytes(damaged)
        time.sleep(0.3)
        status, _, body = get(port, "/v1/stops/S4/arrivals")
        meta = json.loads(body)["meta"]
        assert status == 200 and meta["sequence"] < newest
        assert meta["live"] is False and meta["source"] == "timetable"  # it was made long ago
        refused(get(port, "/health/ready"), 503)
    path.unlink()


def test_without_any_snapshot_all_is_503(tmp_path: Path) -> None:
    from api.app import create_app

    for content in (None, b"torn"):
        if content is not None:
            (tmp_path / "snapshots").mkdir()
            (tmp_path / "snapshots" / "000000000001.snapshot").write_bytes(content)
        client = create_app(tmp_path).test_client()
        for path in ("/v1/routes", "/v1/stops/S4/arrivals", "/gtfs-rt/alerts.pb", "/health/ready"):
            answer = client.get(path)
            assert answer.status_code == 503 and answer.mimetype == "application/problem+json"
            assert int(answer.headers["Retry-After"]) > 0 and answer.get_json()["detail"]
