"""What a first load of the pages weighs, as sent."""

from __future__ import annotations

import requests

from benchmarks.displays.city import Counter

STATIC = "/static"


def measure_weights(counter: Counter) -> dict[str, float]:
    """Bytes of bodies as a browser gets them (gzip)."""
    stop = busiest(counter, 1)[0]
    display = [f"/display/{stop}", f"{STATIC}/display/display.css", f"{STATIC}/display/display.js"]
    page = ["/map", f"{STATIC}/leaflet/leaflet.css", f"{STATIC}/leaflet/leaflet.js", f"{STATIC}/map/map.css"]
    page += [f"{STATIC}/map/map.js", "/map/ground.json", "/map/vehicles.json"]
    return {
        "display, first load, kB": sum(_sent(counter, each) for each in [*display, f"/display/{stop}.full.json"]) / 1e3,
        "map, first load, kB": sum(_sent(counter, each) for each in page) / 1e3,
    }


def busiest(counter: Counter, n: int) -> list[str]:
    """Ids of the stops that most buses are on their way to."""
    view = counter.view()
    waiting = (view.snapshot.stop_ptr[1:] - view.snapshot.stop_ptr[:-1]).tolist()
    rows = sorted(range(len(waiting)), key=lambda row: -waiting[row])
    return [str(view.network.stops.stop_id[row]) for row in rows[:n]]


def _sent(counter: Counter, path: str) -> int:
    answer = requests.get(counter.address + path, headers={"Accept-Encoding": "gzip"}, stream=True, timeout=30)
    answer.raise_for_status()
    return len(answer.raw.read(decode_content=False))
