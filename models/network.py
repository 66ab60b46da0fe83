"""The network a replay ran on, from what ``--network`` names."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from passinfo.bms.city import read_city
from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.stores.networks import network_from_gtfs

_CITIES = Path(__file__).resolve().parent.parent / "feeds" / "cities"


class NoNetwork(OperatorError):
    """Neither GTFS nor city."""


def open_network(name: str) -> Network:
    """Compile the network of a GTFS zip or folder, of a city folder, or of a city that comes with the checkout.

    Raises
    ------
    NoNetwork
        If there is none of these.
    """
    for folder in (Path(name), _CITIES / name):
        if (folder / "city.toml").is_file():
            return _of_city(folder)
    if not Path(name).exists():
        known = ", ".join(sorted(path.parent.name for path in _CITIES.glob("*/city.toml")))
        raise NoNetwork(f"no network {name!r}: name a GTFS zip or folder, a city folder, or one of {known}")
    return network_from_gtfs(Path(name))


def _of_city(folder: Path) -> Network:
    city = read_city(folder)
    if city.master is None:
        if city.gtfs_path is None:
            raise NoNetwork(f"{folder}: neither master data nor a GTFS path")
        return network_from_gtfs(city.gtfs_path)
    from passinfo.gtfs.build import build_tables  # gtfs-kit takes seconds to load
    from passinfo.gtfs.write import write_feed

    day = dt.datetime.now(ZoneInfo(city.master.agency.timezone)).date()
    with tempfile.TemporaryDirectory() as draft:
        path = Path(draft) / "gtfs.zip"
        write_feed(build_tables(city.master, build_date=day), path)
        return network_from_gtfs(path)
