"""``python -m tests.browser.city``: a city on a clock that the browser's tests move. Ends with its input.

Prints its addresses. GET on the control address: ``/advance?s=60`` (``&tick=0``: the live loop stands still),
``/down``, ``/up``, ``/alert``, ``/calm``.
"""

import json
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from api.alarms.vapid import make_vapid
from benchmarks.displays.city import Counter, FastCity
from passinfo.snapshot import Alert, InformedEntity
from passinfo.stores.state import StateStore

ALERT = "detour"
MOST_S = 5.0
"""From publishing to answering; 0.1 s as a rule."""


def alert(city: FastCity) -> None:
    text = {"en": "Shaw Boulevard is closed tonight.", "fil": "Sarado ang Shaw Boulevard ngayong gabi."}
    store = StateStore(city.folder / "state.sqlite")
    store.put_alert(
        Alert(
            *(ALERT, "CONSTRUCTION", "DETOUR", "WARNING", ((None, None),), ((None, None),)),
            informed=(InformedEntity(agency_id="pasig-demo"),),
            header=tuple(text.items()),
        )
    )
    store.close()


def calm(city: FastCity) -> None:
    store = StateStore(city.folder / "state.sqlite")
    store.remove_alert(ALERT)
    store.close()


def advance(city: FastCity, counter: Counter, seconds: float, *, tick: bool) -> None:
    """Move the clock until the counter answers with what was published then: it does a moment after."""
    city.advance(seconds, tick=tick)
    begun = time.monotonic()
    while tick and counter.view().snapshot.made_at < city.now:
        if time.monotonic() - begun > MOST_S:
            raise TimeoutError(f"the counter still answers from before {city.now}")
        time.sleep(0.005)


def control_of(city: FastCity, counter: Counter) -> type[BaseHTTPRequestHandler]:
    class Control(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(asked.query).items()}
            if asked.path == "/advance":
                advance(city, counter, float(query["s"]), tick=query.get("tick", "1") == "1")
            else:
                {"/down": counter.down, "/up": counter.up, "/alert": lambda: alert(city), "/calm": lambda: calm(city)}[
                    asked.path
                ]()
            body = json.dumps({"now": city.now}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Control


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="passinfo-browser-") as folder:
        city = FastCity(Path(folder))
        make_vapid(Path(folder), "https://passinfo.example/tests")
        with Counter(city) as counter:
            control = HTTPServer(("127.0.0.1", 0), control_of(city, counter))
            told = {"address": counter.address, "control": f"http://127.0.0.1:{control.server_port}", "now": city.now}
            print(json.dumps(told), flush=True)
            Thread(target=lambda: (sys.stdin.read(), control.shutdown()), daemon=True).start()
            control.serve_forever(poll_interval=0.05)  # in this thread, which opened the stores
            control.server_close()
        city.close()


if __name__ == "__main__":
    main()
