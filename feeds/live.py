"""``python -m feeds live CITY``: the live loop. Reports in from the log and from files, one snapshot out each tick."""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from feeds.build import running_day
from feeds.live_loop import LiveLoop
from feeds.networks import CityNetwork
from feeds.predictors import Promoted, predictor_of
from feeds.prepare import prepare_city, take_up_coming
from feeds.shelf import is_due, withdraw
from feeds.tail import Tail
from passinfo.bms.presets import load_mapping
from passinfo.errors import OperatorError

log = logging.getLogger("feeds.live")
SHORTEST_PAUSE_S = 0.05


def run(arguments: argparse.Namespace) -> int:
    """Run the live loop until it is told to stop; the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s live %(message)s", stream=sys.stderr)
    if not os.environ.get("PASSINFO_STATE"):
        raise OperatorError("set PASSINFO_STATE to the state directory (made if missing); the counter reads it too")
    state = Path(os.environ["PASSINFO_STATE"])
    state.mkdir(parents=True, exist_ok=True)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    source = Tail(arguments.source, load_mapping(arguments.mapping)) if arguments.source else None
    city = prepare_city(arguments.city, state, simulated=arguments.simulated)
    promoted = Promoted(state) if arguments.model is None else None
    loop = LiveLoop(state, city.network, city.settings, predictor_of(city.network, arguments.model), source)
    log.info("%s: network %s, %d vehicles kept", city.settings.city_id, city.network.hash, loop.vehicles)
    try:
        while not stop.is_set():
            coming = _coming(arguments, state, city)
            if coming is not None:
                city = coming
                loop.change_service(city.network, predictor_of(city.network, arguments.model))
                promoted = Promoted(state) if arguments.model is None else None
                log.info("change of service: network %s, feed_version %s", city.network.hash, city.network.feed_version)
            fresh = promoted.fresh(city.network) if promoted is not None else None
            if fresh is not None:
                loop.take_up(fresh)
            began = time.time()
            loop.tick(began)
            stop.wait(max(arguments.tick - (time.time() - began), SHORTEST_PAUSE_S))
    finally:
        loop.close()
    log.info("stopped; the checkpoint is kept")
    return 0


def _coming(arguments: argparse.Namespace, state: Path, city: CityNetwork) -> CityNetwork | None:
    """The city with the feed that was announced, if this is its day; what cannot be used is told and taken back."""
    shelf = state / "gtfs"
    if not is_due(shelf, running_day(dt.datetime.now(ZoneInfo(city.network.timezone)))):
        return None
    try:
        return take_up_coming(arguments.city, state, time.time(), simulated=arguments.simulated)
    except OperatorError as error:
        log.error("the feed announced is taken back, for it cannot be used: %s", error)
        withdraw(shelf)
        return None
