"""How long an image for e-paper takes: drawn, and asked for again."""

from __future__ import annotations

import time

import numpy as np

from api.displays.image import Panel, to_png
from api.displays.minute import MINUTE_S, Minute
from api.displays.sign import sign_of
from api.displays.where import stops_named
from benchmarks.displays.city import Counter, FastCity
from benchmarks.displays.weights import busiest

STOPS, MINUTES, HITS = 10, 6, 200


def measure_images(city: FastCity, counter: Counter) -> dict[str, float]:
    """Milliseconds of processor time and bytes, 800×480, by depth; milliseconds of a hit through the whole app."""
    told: dict[str, float] = {}
    spent: dict[int, list[float]] = {1: [], 4: [], 8: []}
    sizes: dict[int, list[int]] = {1: [], 4: [], 8: []}
    for _ in range(MINUTES):
        city.advance(MINUTE_S)
        view = counter.view()
        minute = Minute(int(city.now // MINUTE_S) * MINUTE_S, view)
        for stop in busiest(counter, STOPS):
            sign = sign_of(minute, *stops_named(view, stop))
            for depth in spent:
                panel = Panel(800, 480, depth, "en", 5, clock=True, rotate=0)
                began = time.process_time()
                data = to_png(sign, panel, view.network.timezone)
                spent[depth].append(time.process_time() - began)
                sizes[depth].append(len(data))
    for depth in spent:
        told[f"png, {depth} bit: drawn, median, ms"] = float(np.median(spent[depth])) * 1e3
        told[f"png, {depth} bit: drawn, p95, ms"] = float(np.quantile(spent[depth], 0.95)) * 1e3
        told[f"png, {depth} bit: largest, B"] = max(sizes[depth])
    client, path = counter.client(), f"/display/{busiest(counter, 1)[0]}.png"
    client.get(path)
    hits = []
    for _ in range(HITS):
        began = time.process_time()
        client.get(path)
        hits.append(time.process_time() - began)
    told["png: asked for again, median, ms"] = float(np.median(hits)) * 1e3
    return told
