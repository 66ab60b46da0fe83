"""Pasig with simulated buses on a clock of its own: live loop and counter, and time moved by who measures."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from api.app import create_app
from api.board import Board, View
from api.intake import log_records
from feeds.live_loop import LiveLoop
from feeds.prepare import prepare_city
from feeds.simulator.fleet import simulate
from feeds.simulator.rows import SimulatedReport, report_fields
from passinfo.prediction.stack import default_predictor
from passinfo.stores.report_log import SqliteReportLog

CITY, VEHICLES, SEED = "pasig", 130, 0
DAYS = 3
WARM_UP_S, WARM_TICK_S = 2_400, 20
"""From the first report until buses are on their way everywhere."""
AFTERNOON = dt.time(17, 0)


class FastCity:
    """A city whose clock stands still until it is moved."""

    def __init__(self, folder: Path, began: dt.time = AFTERNOON) -> None:
        self.folder = folder
        prepared = prepare_city(CITY, folder, simulated=True)
        zone = ZoneInfo(prepared.network.timezone)
        day = dt.datetime.now(zone).date()
        self.now = dt.datetime.combine(day, began, zone).timestamp()
        self._loop = LiveLoop(folder, prepared.network, prepared.settings, default_predictor(prepared.network), None)
        self._log = SqliteReportLog(folder / "reports.sqlite")
        self._reports: Iterator[SimulatedReport] = simulate(
            prepared.network,
            prepared.settings,
            vehicles=VEHICLES,
            seed=SEED,
            from_at=self.now - WARM_UP_S,
            to_at=self.now + DAYS * 86_400.0,
        )
        self._next = next(self._reports, None)
        end = self.now
        self.now -= WARM_UP_S
        while self.now < end:
            self.advance(WARM_TICK_S)

    def advance(self, seconds: float, *, tick: bool = True) -> None:
        """Move the clock; with ``tick``, let the live loop publish then. Without it, the live loop stands still."""
        self.now += seconds
        if not tick:
            return
        arrived = []
        while self._next is not None and self._next.received_at <= self.now:
            arrived.append(report_fields(self._next))
            self._next = next(self._reports, None)
        if arrived:
            payloads, _ = log_records(arrived, "passinfo", self.now)
            self._log.append(payloads)
        self._loop.tick(self.now)

    def close(self) -> None:
        """Let go of the stores."""
        self._loop.close()
        self._log.close()


class Counter:
    """The counter on the city's clock, in threads of this process; can be taken down and put up again."""

    def __init__(self, city: FastCity, port: int = 0) -> None:
        self._app = create_app(city.folder, clock=lambda: city.now)
        self.port = port
        self._server: BaseWSGIServer | None = None

        class Handler(WSGIRequestHandler):
            protocol_version = "HTTP/1.1"

            def log(self, *_: object, **__: object) -> None:
                """Nothing."""

            def date_time_string(self, timestamp: float | None = None) -> str:
                return super().date_time_string(city.now if timestamp is None else timestamp)

        self._handler = Handler

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def view(self) -> View:
        """What it answers from."""
        board: Board = self._app.extensions["passinfo"].board
        return board.view()

    def client(self) -> FlaskClient:
        """A client without a line between."""
        return self._app.test_client()

    def up(self) -> None:
        """Answer."""
        self._server = make_server("127.0.0.1", self.port, self._app, threaded=True, request_handler=self._handler)
        self.port = self._server.port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def down(self) -> None:
        """Answer no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.down()
        store = self._app.extensions["passinfo"].state_store()
        store.close()
