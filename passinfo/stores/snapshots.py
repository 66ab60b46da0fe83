"""Snapshots on disk: one file per tick, written whole, the newest few kept; any number of readers, no locks.

A reader takes the newest file that is whole. A torn or foreign file is passed over for the one before it, so a crash in
the middle of writing costs a tick, never an answer.
"""

from __future__ import annotations

import contextlib
import dataclasses
import mmap
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from passinfo.ids import NetworkHash
from passinfo.snapshot import Alert, Calls, InformedEntity, Runs, Snapshot, TripModification, Vehicles
from passinfo.stores.atomic import write_whole
from passinfo.stores.errors import StoreUnreadable
from passinfo.stores.packing import Blobs, Packed, pack

MAGIC = b"PISNAP01"
KEPT = 3
"""Snapshots kept: the newest, and two that slow readers may still be opening."""
_TABLES: dict[str, type[Any]] = {"vehicles": Vehicles, "runs": Runs, "calls": Calls}


@dataclass(frozen=True, slots=True)
class Published:
    """A snapshot and its encoded feeds, by name such as ``trip-updates.pb`` (packed: ``trip-updates.pb.zst``)."""

    snapshot: Snapshot
    feeds: Mapping[str, bytes]
    published_at: float | None = None
    """When the file became the newest, by the clock of the machine."""


class SnapshotStore(Protocol):
    """Publishes snapshots and answers with the newest."""

    def publish(self, snapshot: Snapshot, feeds: Mapping[str, bytes]) -> None:
        """Make a snapshot the newest: readers see it whole, or the one before."""
        ...

    def newest_sequence(self) -> int | None:
        """Sequence number of the newest snapshot; None if there is none. Cheap."""
        ...

    def newest(self) -> Published | None:
        """The newest whole snapshot; None if there is none."""
        ...


class FileSnapshots:
    """Snapshots as files ``<sequence>.snapshot`` of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def publish(self, snapshot: Snapshot, feeds: Mapping[str, bytes]) -> None:
        """Write the snapshot and remove all but the newest few."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / f"{snapshot.sequence:012d}.snapshot", to_bytes(snapshot, feeds))
        for old in self._newest_first()[KEPT:]:
            with contextlib.suppress(FileNotFoundError):
                old.unlink()

    def newest_sequence(self) -> int | None:
        """Sequence number in the newest file's name."""
        found = self._newest_first()
        return int(found[0].stem) if found else None

    def stamp(self) -> int | None:
        """Changes whenever something is published; None if nothing ever was. One look at the folder."""
        try:
            return self.folder.stat().st_mtime_ns
        except FileNotFoundError:
            return None

    def newest(self) -> Published | None:
        """The newest whole snapshot.

        Raises
        ------
        StoreUnreadable
            If there are files, and none is whole.
        """
        failure: StoreUnreadable | None = None
        for path in self._newest_first():
            try:
                with path.open("rb") as file:
                    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                    published_at = os.fstat(file.fileno()).st_mtime
                return dataclasses.replace(from_bytes(memoryview(mapped), str(path)), published_at=published_at)
            except FileNotFoundError:
                continue  # removed while we looked: a newer one is there
            except ValueError:
                failure = StoreUnreadable(f"{path}: empty")
            except StoreUnreadable as error:
                failure = error
        if failure is not None:
            raise failure
        return None

    def _newest_first(self) -> list[Path]:
        return sorted(self.folder.glob("[0-9]*.snapshot"), reverse=True)


def to_bytes(snapshot: Snapshot, feeds: Mapping[str, bytes]) -> bytes:
    """A snapshot and its feeds as one block."""
    columns = {
        f"{name}.{field.name}": getattr(getattr(snapshot, name), field.name)
        for name, kind in _TABLES.items()
        for field in dataclasses.fields(kind)
    }
    columns["order_by_stop"], columns["stop_ptr"] = snapshot.order_by_stop, snapshot.stop_ptr
    facts = {
        "sequence": snapshot.sequence,
        "made_at": snapshot.made_at,
        "network_hash": snapshot.network_hash,
        "city_id": snapshot.city_id,
        "modifications": [dataclasses.asdict(each) for each in snapshot.modifications],
        "repaired": dict(snapshot.repaired),
        "alerts": [dataclasses.asdict(alert) for alert in snapshot.alerts],
    }
    return pack(MAGIC, facts, columns, feeds)


def from_bytes(data: bytes | memoryview, source: str) -> Published:
    """The snapshot and feeds of a block.

    Raises
    ------
    StoreUnreadable
        If the block is torn, of another version or no snapshot.
    """
    packed = Packed(data, MAGIC, source)
    try:
        tables = {
            name: kind(**{field.name: packed.column(f"{name}.{field.name}") for field in dataclasses.fields(kind)})
            for name, kind in _TABLES.items()
        }
        facts = packed.facts
        snapshot = Snapshot(
            facts["sequence"],
            facts["made_at"],
            NetworkHash(facts["network_hash"]),
            facts["city_id"],
            **tables,
            order_by_stop=packed.column("order_by_stop"),
            stop_ptr=packed.column("stop_ptr"),
            alerts=tuple(alert_from_json(each) for each in facts["alerts"]),
            modifications=tuple(_modification(each) for each in facts.get("modifications", ())),
            repaired=tuple(facts.get("repaired", {}).items()),
        )
        return Published(snapshot, Blobs(packed))
    except (KeyError, TypeError) as error:
        raise StoreUnreadable(f"{source}: another version of the program wrote it ({error})") from error


def _modification(kept: Mapping[str, Any]) -> TripModification:
    return TripModification(**{**kept, "trip_ids": tuple(kept["trip_ids"]), "dates": tuple(kept["dates"])})


def alert_from_json(kept: Mapping[str, Any]) -> Alert:
    """An alert from what ``dataclasses.asdict`` and JSON made of it."""

    def pairs(name: str) -> tuple[tuple[Any, Any], ...]:
        return tuple((first, second) for first, second in kept.get(name, ()))

    return Alert(
        kept["alert_id"],
        kept["cause"],
        kept["effect"],
        kept["severity"],
        pairs("communication"),
        pairs("impact"),
        tuple(InformedEntity(**each) for each in kept["informed"]),
        pairs("header"),
        pairs("description"),
        pairs("url"),
        pairs("tts_header"),
        pairs("tts_description"),
        tuple((language, url, media_type) for language, url, media_type in kept.get("image", ())),
        pairs("image_text"),
    )
