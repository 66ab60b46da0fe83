"""Compiled networks on disk: a folder per hash, numpy arrays and one JSON; read with numpy only, memory-mapped.

A folder appears whole (atomic rename of a draft) or not at all, and never changes afterwards: its name is the hash of
what it was made from. Reading checks that it is complete and of this format; a damaged one is compiled again.
"""

from __future__ import annotations

import dataclasses
import json
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

FORMAT = 1
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
    facts["texts"], facts["numbers"] = {}, {}
    for name, kind in _TABLES.items():
        table = getattr(network, name)
        for field in dataclasses.fields(kind):
            value = getattr(table, field.name)
            if not isinstance(value, np.ndarray):
                facts["numbers"][f"{name}.{field.name}"] = value
            elif value.dtype == object:
                facts["texts"][f"{name}.{field.name}"] = value.tolist()
            else:
                np.save(draft / f"{name}.{field.name}.npy", value, allow_pickle=False)
    (draft / "network.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    try:
        draft.replace(target)
    except OSError:  # another process was faster: its folder holds the same
        shutil.rmtree(draft, ignore_errors=True)
        if not (target / "network.json").is_file():
            raise
    return target


def load_network(folder: Path, network_hash: str) -> Network:
    """The network stored under ``folder``/hash.

    Raises
    ------
    NetworkNotStored
        If it is not there, incomplete, or of another format.
    """
    source = folder / network_hash
    try:
        facts = json.loads((source / "network.json").read_text(encoding="utf-8"))
        if facts["format"] != FORMAT:
            raise NetworkNotStored(f"{source}: format {facts['format']}, this program reads {FORMAT}: remove it")
        tables = {name: _table(source, name, kind, facts) for name, kind in _TABLES.items()}
        return Network(
            hash=NetworkHash(facts["hash"]),
            projection=Projection(*facts["projection"]),
            notes=tuple(facts["notes"]),
            **{word: facts[word] for word in _WORDS[1:]},
            **tables,
        )
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise NetworkNotStored(f"{source}: no usable compiled network ({error})") from error


def _table(source: Path, name: str, kind: type[Any], facts: dict[str, Any]) -> Any:
    values: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        key = f"{name}.{field.name}"
        if key in facts["numbers"]:
            values[field.name] = facts["numbers"][key]
        elif key in facts["texts"]:
            values[field.name] = np.array([*facts["texts"][key], None], dtype=object)[:-1]
        else:
            mapped = np.load(source / f"{key}.npy", mmap_mode="r", allow_pickle=False)
            values[field.name] = np.asarray(mapped)  # a memmap looks every row up in Python
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
