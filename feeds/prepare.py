"""What a live city needs beside buses: its static feed, its compiled network, and a few facts for the counter.

Idempotent: a feed built before from the same master data is used again while its calendar lasts, so that a restart
finds the network, and with it the trip instances, it left.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from feeds.build import build
from feeds.cities import find_city
from feeds.networks import CityNetwork, fleet_of, network_of_city
from feeds.shelf import COMING, listed, put, take_over
from passinfo.bms.city import City, read_city
from passinfo.gtfs.read import gtfs_members
from passinfo.settings import CitySettings
from passinfo.stores.atomic import write_whole
from passinfo.stores.networks import network_from_gtfs, save_network

LAST_DAYS = 7
"""A feed that ends within a week is built anew: apps want to plan a few days ahead."""


def prepare_city(word: str, state: Path, *, simulated: bool) -> CityNetwork:
    """Static feed, compiled network and ``city.json`` of a city in a state directory.

    Raises
    ------
    CityFolderError, GtfsUnreadable
        If the word is neither a city nor a GTFS feed.
    """
    zipped = state / "gtfs" / "schedule.zip"
    zipped.parent.mkdir(parents=True, exist_ok=True)
    path = Path(word)
    if path.is_file() or (path / "stops.txt").is_file():
        network_from_gtfs(path, state / "networks")  # what cannot be used is refused before it is published
        put(zipped.parent, _zip_of(path), time.time())
        network = network_from_gtfs(zipped, state / "networks")
        city = CityNetwork(network, CitySettings(city_id=path.stem, name=network.agency_name))
    else:
        city = _of_folder(read_city(find_city(word)), zipped, state)
    save_network(city.network, state / "networks")
    facts = {
        "city_id": city.settings.city_id,
        "name": city.settings.name or city.network.agency_name,
        "timezone": city.network.timezone,
        "languages": list(city.settings.languages),
        "simulated": simulated,
        "attribution": _owed(city, word),
        "licence": city.settings.licence or None,
        "stop_groups": {name: list(stop_ids) for name, stop_ids in city.settings.stop_groups},
        "city": str(Path(word).resolve()) if Path(word).exists() else word,
    }
    write_whole(state / "city.json", json.dumps(facts, ensure_ascii=False).encode())
    return city


def take_up_coming(word: str, state: Path, at: float, *, simulated: bool) -> CityNetwork:
    """The city once the feed that was announced has taken over.

    A city of master data that was changed for it already is not built anew: the feed announced was made from it.

    Raises
    ------
    GtfsUnreadable
        If the feed announced cannot be used; then nothing has changed.
    """
    shelf = state / "gtfs"
    network_from_gtfs(shelf / COMING, state / "networks")
    take_over(shelf, at)
    mark, path = shelf / "built.json", Path(word)
    if mark.is_file() and not path.is_file() and not (path / "stops.txt").is_file():
        until = listed(shelf)["current"]["last_day"]
        master = _master_hash(read_city(find_city(word)).folder)
        write_whole(mark, json.dumps({"master": master, "until": until}).encode())
    return prepare_city(word, state, simulated=simulated)


def _owed(city: CityNetwork, word: str) -> str:
    """Whom the data is owed to: as ``city.toml`` says, else the agency."""
    path = Path(word)
    if path.is_file() or (path / "stops.txt").is_file():
        return city.network.agency_name
    master = read_city(find_city(word)).master
    owed = [each.organization for each in master.attributions] if master is not None else []
    return "; ".join(owed) or city.network.agency_name


def _of_folder(city: City, zipped: Path, state: Path) -> CityNetwork:
    if city.master is None:
        network = network_of_city(city, cache_dir=state / "networks")
        if city.gtfs_path is not None:
            put(zipped.parent, _zip_of(city.gtfs_path), time.time())
            in_force = dataclasses.replace(city, gtfs_path=zipped)
            network = network_of_city(in_force, cache_dir=state / "networks")
        return CityNetwork(network, city.settings)
    mark = zipped.with_name("built.json")
    wanted = _master_hash(city.folder)
    today = dt.datetime.now(ZoneInfo(city.master.agency.timezone)).date()
    last = (today + dt.timedelta(days=LAST_DAYS)).isoformat()
    built = json.loads(mark.read_text(encoding="utf-8")) if mark.is_file() and zipped.is_file() else {}
    if built.get("master") != wanted or built.get("until", "") < last:
        draft = zipped.with_name(".built.zip")
        try:
            build(city, draft)
            put(zipped.parent, draft.read_bytes(), time.time())
        finally:
            draft.unlink(missing_ok=True)
        until = (today + dt.timedelta(days=city.master.valid_days - 1)).isoformat()
        write_whole(mark, json.dumps({"master": wanted, "until": until}).encode())
    network = network_from_gtfs(zipped, state / "networks", fleet=fleet_of(city.master), notes=city.notes)
    return CityNetwork(network, city.settings)


def _master_hash(folder: Path) -> str:
    """Hash over the files of a city folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in (".csv", ".toml"):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _zip_of(source: Path) -> bytes:
    """The feed as given; a folder is zipped."""
    if source.is_file():
        return source.read_bytes()
    from passinfo.gtfs.write import zip_bytes  # gtfs-kit takes seconds to load

    return zip_bytes({f"{name}.txt": data for name, data in gtfs_members(source).items()})
