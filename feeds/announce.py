"""``python -m feeds announce NEW --valid-from DATE``: the change of service that apps can load before it happens."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from feeds import shelf
from feeds.after import join_after
from feeds.build import build
from feeds.cities import find_city
from feeds.rebuild import build_from_feed
from passinfo.bms.city import read_city
from passinfo.errors import OperatorError
from passinfo.stores.networks import network_from_gtfs


def run(arguments: argparse.Namespace) -> int:
    """Put the feed to come on the shelf of a state directory, or take it back; the exit code."""
    state = arguments.state or os.environ.get("PASSINFO_STATE")
    if not state:
        raise OperatorError("give --state or set PASSINFO_STATE: the state directory of the live loop")
    place = Path(state) / "gtfs"
    if arguments.withdraw:
        print("the feed to come is taken back" if shelf.withdraw(place) else "there is no feed to come")
        return 0
    if arguments.new is None or arguments.valid_from is None:
        raise OperatorError("name the new feed and its first service day: announce NEW --valid-from DATE")
    current = place / shelf.CURRENT
    if not current.is_file():
        raise OperatorError(f"{current} is missing: start the live loop first, it publishes the feed that NEW follows")
    with tempfile.TemporaryDirectory(prefix="passinfo-") as folder:
        made = Path(folder) / shelf.COMING
        _build(arguments.new, made, arguments)
        join_after(current, made, arguments.valid_from)
        network_from_gtfs(made, Path(state) / "networks")  # what the live loop could not use is not announced
        shelf.announce(place, made.read_bytes(), arguments.valid_from, time.time())
    print(f"apps find it at /gtfs/{shelf.COMING} from now on; it takes over on {arguments.valid_from.isoformat()}")
    return 0


def _build(word: str, made: Path, arguments: argparse.Namespace) -> None:
    path = Path(word)
    if path.is_file() or (path / "stops.txt").is_file():
        build_from_feed(path, made)
        return
    build(read_city(find_city(word)), made, today=arguments.valid_from)
