"""Open loop: 500 connections ask 250 times a second whatever the answers take, while the big city is published."""

from __future__ import annotations

import gzip
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.serving.arrival_times import Answer, ask
from benchmarks.serving.city import REPORTS_EVERY, BigCity
from benchmarks.serving.figures import Figure
from benchmarks.serving.published import TICK_S, publishing
from benchmarks.serving.server import CONSTANT, COUNTER, proportional_mb, served
from passinfo.realtime.decode import parse

CONNECTIONS, RATE, SECONDS, PAIRS = 500, 250.0, 30.0, 3
SETTLE_S = 15.0
"""Of the same load, not counted: both workers are up then, and know the plan of the day."""
ASKED = 1.5
KINDS = ("vehicle-positions", "trip-updates", "alerts")
_SEQUENCE = re.compile(rb'"sequence":(\d+)')
_LABELS = re.compile(rb'"vehicle_id":"bus(\d+)","label":"(\d+)"')


def open_loop() -> Iterator[Figure]:
    """How long the slowest hundredth of all waits, against a constant answer under the same load."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        paths = [f"/v1/stops/{stop_id}/arrivals" for stop_id in BigCity().network.stops.stop_id]
        paths += [f"/gtfs-rt/{kind}.{form}" for kind in KINDS for form in ("pb", "json")]
        slow: dict[str, list[float]] = {COUNTER: [], CONSTANT: []}
        middle: dict[str, list[float]] = {COUNTER: [], CONSTANT: []}
        held: dict[str, list[float]] = {}
        answers: list[Answer] = []
        faults = 0
        with publishing(state, ticking=True) as told:
            size = 11_300
            for pair in range(PAIRS):
                for app, ready in ((COUNTER, paths[0]), (CONSTANT, "/v1/x")):
                    environment = {"PASSINFO_STATE": str(state), "SERVING_BODY": str(size)}
                    with served(app, environment, ready) as server:
                        ask(server.port, paths, CONNECTIONS, RATE, SETTLE_S, seed=pair + PAIRS, keep=False)
                        found = ask(server.port, paths, CONNECTIONS, RATE, SECONDS, seed=pair, keep=app == COUNTER)
                        held[app] = [proportional_mb(pid) for pid in server.workers]
                    waits = np.array([answer.wait_s for answer in found])
                    slow[app].append(float(np.quantile(waits, 0.99)))
                    middle[app].append(float(np.median(waits)))
                    faults += sum(answer.status != 200 for answer in found)
                    if app == COUNTER:
                        answers += found
                        size = int(np.median([len(answer.body) for answer in found]))
            ticks = [line.split() for line in told.read_text(encoding="ascii").splitlines()]
        instants = {int(float(made_at)): int(sequence) for sequence, made_at in ticks}
        mixed, back = judge(answers, instants)
    shares = [ours / theirs for ours, theirs in zip(slow[COUNTER], slow[CONSTANT], strict=True)]
    share = float(np.median(shares))
    gaps = np.diff([float(made_at) for _, made_at in ticks])
    yield Figure(
        f"{CONNECTIONS} connections, open loop, {RATE:.0f} requests/s over {len(paths):,} addresses, p99",
        f"<= {ASKED} of a constant Flask view; no error; none mixed, none back",
        share,
        "x",
        share <= ASKED and faults + mixed + back == 0,
        len(answers),
        f"answers in {PAIRS} runs of {SECONDS:.0f} s; {faults} failed, {mixed} mixed, {back} older than one before",
        1.0,
        f"constant view of {size:,} bytes while the same is published",
        "p99 "
        + ", ".join(f"{a * 1e3:.0f}/{b * 1e3:.0f}" for a, b in zip(slow[COUNTER], slow[CONSTANT], strict=True))
        + f" ms; p50 {np.median(middle[COUNTER]) * 1e3:.1f}/{np.median(middle[CONSTANT]) * 1e3:.1f} ms; "
        + f"{len(ticks)} ticks, median {np.median(gaps):.1f} s apart (asked {TICK_S:.0f}); "
        + "PSS of workers after it "
        + " and ".join(f"{mb:.0f}" for mb in held[COUNTER])
        + " MB, of constant ones "
        + " and ".join(f"{mb:.0f}" for mb in held[CONSTANT]),
    )


def judge(answers: list[Answer], instants: dict[int, int]) -> tuple[int, int]:
    """How many answers mix snapshots, and how many are older than one that had been received before they were asked."""
    mixed = back = 0
    told: list[tuple[float, float, int]] = []
    for answer in answers:
        sequence, whole = _sequence(answer, instants)
        mixed += not whole
        told.append((answer.sent_at, answer.received_at, sequence))
    received = sorted((received_at, sequence) for _, received_at, sequence in told)
    newest = np.maximum.accumulate([sequence for _, sequence in received])
    at = np.array([received_at for received_at, _ in received])
    for sent_at, _, sequence in told:
        before = int(np.searchsorted(at, sent_at)) - 1
        back += before >= 0 and sequence < newest[before]
    return mixed, int(back)


def _sequence(answer: Answer, instants: dict[int, int]) -> tuple[int, bool]:
    """The tick an answer is of, and whether all in it is of that tick."""
    if "/v1/" in answer.path:
        found = _SEQUENCE.search(answer.body)
        sequence = int(found[1]) if found else -1
        pairs = [(int(number), int(label)) for number, label in _LABELS.findall(answer.body)]
        return sequence, bool(found) and all(label in _labels(number, sequence) for number, label in pairs)
    data = gzip.decompress(answer.body) if answer.encoding == "gzip" else answer.body
    if answer.path.endswith(".json"):
        stamp = re.search(rb'"timestamp": ?"(\d+)"', data[:500])
        sequence = instants.get(int(stamp[1]), -1) if stamp else -1
        pairs = [(int(a), int(b)) for a, b in re.findall(rb'"id": ?"bus(\d+)", ?"label": ?"(\d+)"', data)]
    else:
        message = parse(bytes(data))
        sequence = instants.get(message.header.timestamp, -1)
        vehicles = [
            each.vehicle.vehicle if each.HasField("vehicle") else each.trip_update.vehicle for each in message.entity
        ]
        pairs = [(int(each.id.removeprefix("bus")), int(each.label)) for each in vehicles if each.label]
    return sequence, sequence >= 0 and all(label in _labels(number, sequence) for number, label in pairs)


def _labels(number: int, sequence: int) -> tuple[int, ...]:
    """The tick of a vehicle's last report before a tick; at the first tick all have reported."""
    last = sequence - (sequence - number) % REPORTS_EVERY
    return (max(last, 1),)
