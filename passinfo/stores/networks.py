"""Compiled networks on disk: a folder per hash with one block of columns; read with numpy only, memory-mapped.

A folder appears whole (atomic rename of a draft) or not at all, and never changes afterwards: its name is the hash of
what it was made from. Reading checks that it is complete and of this format; a damaged one is compiled again.
"""

from __future__ import annotations

import dataclasses
import mmap
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from passinfo.errors import OperatorError
from passinfo.geo import Projection
from passinfo.ids import NetworkHash
from passinfo.network.network import (
    Calendar,
    Fleet,
    HeadwayBands,
    Network,
    Patterns,
    Profiles,
    Routes,
    Stops,
    Trips,
)
from passinfo.stores.atomic import write_whole
from passinfo.stores.errors import StoreUnreadable
from passinfo.stores.packing import Packed, pack

MAGIC = b"PINETW01"
FILE = "network.block"
FORMAT = 2
_TABLES: dict[str, type[Any]] = {
    "stops": Stops,
    "routes": Routes,
    "patterns": Patterns,
    "profiles": Profiles,
    "trips": Trips,
    "headways": HeadwayBands,
    "calendar": Calendar,
    "fleet": Fleet,
}
_WORDS = ("hash", "timezone", "agency_name", "agency_url", "feed_version")


class NetworkNotStored(OperatorError):
    """The folder holds no such network, or one of another format."""


def save_network(network: Network, folder: Path) -> Path:
    """Store a network under ``folder``/hash; what is there already is kept."""
    target = folder / network.hash
    try:
        load_network(folder, network.hash)
    except NetworkNotStored:
        shutil.rmtree(target, ignore_errors=True)
    else:
        return target
    draft = folder / f".{network.hash}.{os.getpid()}.part"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    facts: dict[str, Any] = {"format": FORMAT, **{word: getattr(network, word) for word in _WORDS}}
    facts["projection"] = [network.projection.lat0_deg, network.projection.lon0_deg]
    facts["notes"] = list(network.notes)
    facts["shapes"], facts["numbers"] = {}, {}
    columns: dict[str, np.ndarray[Any, Any]] = {}
    for name, kind in _TABLES.items():
        table = getattr(network, name)
        for field in dataclasses.fields(kind):
            key, value = f"{name}.{field.name}", getattr(table, field.name)
            if not isinstance(value, np.ndarray):
                facts["numbers"][key] = value
                continue
            columns[key] = value.ravel()
            if value.ndim != 1:
                facts["shapes"][key] = list(value.shape)
    write_whole(draft / FILE, pack(MAGIC, facts, columns, {}))
    try:
        draft.replace(target)
    except OSError:  # another process was faster: its folder holds the same
        shutil.rmtree(draft, ignore_errors=True)
        if not (target / FILE).is_file():
            raise
    return target


def load_network(folder: Path, network_hash: str) -> Network:
    """The network stored under ``folder``/hash.

    Raises
    ------
    NetworkNotStored
        If it is not there, incomplete, or of another format.
    """
    source = folder / network_hash / FILE
    try:
        with source.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        packed = Packed(memoryview(mapped), MAGIC, str(source))
        facts = packed.facts
        if facts["format"] != FORMAT:
            raise NetworkNotStored(f"{source}: format {facts['format']}, this program reads {FORMAT}: remove it")
        return Network(
            hash=NetworkHash(facts["hash"]),
            projection=Projection(*facts["projection"]),
            notes=tuple(facts["notes"]),
            **{word: facts[word] for word in _WORDS[1:]},
            **{name: _table(packed, name, kind) for name, kind in _TABLES.items()},
        )
    except (OSError, KeyError, ValueError, TypeError, StoreUnreadable) as error:
        raise NetworkNotStored(f"{source}: no usable compiled network ({error})") from error


def _table(packed: Packed, name: str, kind: type[Any]) -> Any:
    values: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        key = f"{name}.{field.name}"
        if key in packed.facts["numbers"]:
            values[field.name] = packed.facts["numbers"][key]
        else:
            column = packed.column(key)
            shape = packed.facts["shapes"].get(key)
            values[field.name] = column if shape is None else column.reshape(shape)
    return kind(**values)


def network_from_gtfs(
    path: Path, cache_dir: Path | None = None, *, fleet: Fleet | None = None, notes: tuple[str, ...] = ()
) -> Network:
    """The network of a GTFS zip or folder: from ``cache_dir`` if it was compiled before, else compiled and stored.

    Raises
    ------
    GtfsUnreadable
        If there is no usable GTFS at ``path``.
    """
    # pandas takes a second to load and the counter reads networks without it
    from passinfo.gtfs.read import clean_tables, content_hash, gtfs_members
    from passinfo.network.compile import EMPTY_FLEET, compile_network, network_hash

    known = EMPTY_FLEET if fleet is None else fleet
    members = gtfs_members(path)
    if cache_dir is not None:
        try:
            return load_network(cache_dir, network_hash(content_hash(members), known, notes))
        except NetworkNotStored:
            pass
    network = compile_network(clean_tables(members, path), fleet=known, notes=notes).network
    if cache_dir is not None:
        save_network(network, cache_dir)
    return network
