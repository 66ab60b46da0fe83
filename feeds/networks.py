"""The compiled network of a city or of a GTFS feed, whichever word a command was given."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from feeds.build import first_day, tell_rejections
from feeds.cities import find_city
from passinfo.bms.city import City, CityFolderError, read_city
from passinfo.bms.master import Master
from passinfo.columns import none_column
from passinfo.network.network import Fleet, Network
from passinfo.settings import CitySettings
from passinfo.stores.networks import network_from_gtfs


@dataclass(frozen=True, slots=True)
class CityNetwork:
    """A compiled network and the settings of its city."""

    network: Network
    settings: CitySettings


def city_network(word: str, *, cache_dir: Path | None = None, at: float | None = None) -> CityNetwork:
    """The network a word of the command line means: a city's name or folder, or a GTFS zip or folder.

    A city of master data is built to GTFS first, as ``feeds build`` does, so that what is compiled is what is
    published; its calendar begins with the service day that runs at the instant ``at`` (epoch seconds, default:
    now). ``cache_dir`` keeps compiled networks.

    Raises
    ------
    CityFolderError
        If the word is neither.
    """
    path = Path(word)
    if path.is_file() or (path / "stops.txt").is_file():
        return CityNetwork(network_from_gtfs(path, cache_dir), CitySettings(city_id=path.stem))
    city = read_city(find_city(word))
    tell_rejections(city.rejections)
    return CityNetwork(network_of_city(city, cache_dir=cache_dir, at=at), city.settings)


def network_of_city(city: City, *, cache_dir: Path | None = None, at: float | None = None) -> Network:
    """The compiled network of a city already read."""
    if city.master is None:
        if city.gtfs_path is None:
            raise CityFolderError(f"{city.folder}: neither master data nor a GTFS path")
        network = network_from_gtfs(city.gtfs_path, cache_dir, notes=city.notes)
        return dataclasses.replace(network, timezone=city.timezone) if city.timezone else network
    from passinfo.gtfs.build import build_tables  # gtfs-kit takes seconds to load
    from passinfo.gtfs.write import write_feed

    zone = ZoneInfo(city.master.agency.timezone)
    local = dt.datetime.now(zone) if at is None else dt.datetime.fromtimestamp(at, zone)
    feed = build_tables(city.master, build_date=first_day(local))
    if feed.trips is None:
        raise CityFolderError(f"{city.folder}: no service: headways.csv and timetable.csv hold no usable row")
    with tempfile.TemporaryDirectory(prefix="passinfo-") as folder:
        zipped = Path(folder) / "gtfs.zip"
        write_feed(feed, zipped)
        return network_from_gtfs(zipped, cache_dir, fleet=fleet_of(city.master), notes=city.notes)


def fleet_of(master: Master) -> Fleet:
    """The vehicles of master data as columns."""
    known = master.vehicles
    texts = {name: none_column("text", len(known)) for name in ("vehicle_id", "label", "plate", "vehicle_type")}
    for name, column in texts.items():
        column[:] = [getattr(vehicle, name) for vehicle in known]
    low_floor = [-1 if vehicle.low_floor is None else int(vehicle.low_floor) for vehicle in known]
    capacity = [-1 if vehicle.capacity is None else vehicle.capacity for vehicle in known]
    return Fleet(**texts, low_floor=np.array(low_floor, np.int32), capacity=np.array(capacity, np.int32))
