"""The feeds of one tick after the other: a tick costs what changed in it.

Every entity's bytes are kept with what they were made from. At the next tick the columns are compared, all calls at
once, and only entities that say something else are written anew. A message is its header and its entities one after
the other, so joining the bytes gives the very message that :mod:`passinfo.realtime.encode` builds from scratch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from google.transit import gtfs_realtime_pb2 as pb

from passinfo.network.network import Network
from passinfo.realtime.alerts import alerts
from passinfo.realtime.call_columns import call_columns
from passinfo.realtime.descriptors import run_id
from passinfo.realtime.encode import Feeds, to_json
from passinfo.realtime.entity_bytes import (
    ENTITY_ID,
    TIMESTAMP,
    TRIP,
    TRIP_UPDATE,
    VEHICLE,
    entity_bytes,
    field_bytes,
    varint,
)
from passinfo.realtime.entity_columns import Entities, position_entities, run_entities
from passinfo.realtime.entity_ids import position_id
from passinfo.realtime.header import begin_message
from passinfo.realtime.json_twin import entities_of, feed_json, message_json, stops_json, update_json
from passinfo.realtime.modifications import modification_entities
from passinfo.realtime.said import Said, said_of, unlike
from passinfo.realtime.stop_bytes import Numbers, StopIds, stop_bytes, stop_ids
from passinfo.realtime.trip_updates import fill_run, updated_runs
from passinfo.realtime.vehicle_positions import fill_position, public_rows
from passinfo.snapshot import Snapshot

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Changed:
    """How many entities a tick had, and how many of them were written anew."""

    entities: int
    written: int


@dataclass(frozen=True, slots=True)
class _Head:
    """What of a trip update stays from report to report."""

    entity_id: bytes
    trip: bytes
    vehicle: bytes
    properties: bytes


@dataclass(slots=True)
class _Positions:
    """The vehicle positions of the tick before."""

    entities: Entities
    data: list[bytes]
    json: list[str]
    """"" where nobody has asked yet."""


@dataclass(slots=True)
class _Updates:
    """The trip updates of the tick before."""

    entities: Entities
    said: Said
    heads: list[_Head]
    data: list[bytes]
    json: list[str]


@dataclass(slots=True)
class FeedEncoder:
    """Encodes the snapshots of one network, tick by tick.

    Examples
    --------
    ``encoder = FeedEncoder(network)``, then ``encoder.encode(snapshot)`` gives what ``encode_feeds(snapshot, network)``
    gives, to the byte.
    """

    network: Network
    active_period: bool = False
    positions_changed: Changed = Changed(0, 0)
    """Of the last tick; likewise …"""
    updates_changed: Changed = Changed(0, 0)
    _positions: _Positions | None = None
    _updates: _Updates | None = None
    _alerts: bytes = b""
    _header: pb.FeedHeader | None = None
    _stop_ids: StopIds | None = None
    _modified: list[pb.FeedEntity] = field(default_factory=list)

    def encode(self, snapshot: Snapshot) -> Feeds:
        """The three feeds of a snapshot."""
        message = begin_message(snapshot.made_at, self.network.feed_version)
        head, self._header = message.SerializeToString(deterministic=True), message.header
        told = alerts(snapshot, self.network, active_period=self.active_period)
        self._alerts = told.SerializeToString(deterministic=True)
        positions, updates = self._encode_positions(snapshot), self._encode_updates(snapshot)
        return Feeds(b"".join([head, *positions]), b"".join([head, *updates]), self._alerts)

    def json(self) -> Feeds:
        """The JSON twins of the feeds encoded last.

        Raises
        ------
        ValueError
            If nothing was encoded yet.
        """
        positions, updates = self._positions, self._updates
        if positions is None or updates is None or self._header is None:
            raise ValueError("encode a snapshot first")
        missing = [place for place, text in enumerate(positions.json) if not text]
        for place, entity in zip(missing, entities_of([positions.data[place] for place in missing]), strict=True):
            positions.json[place] = message_json(entity)
        missing = [place for place, text in enumerate(updates.json) if not text]
        which = np.array(missing, dtype=np.int64)
        stops = stops_json(updates.said.calls, updates.said.rows_of(which), self.network)
        ends = np.concatenate(([0], np.cumsum(updates.said.count[which]))).tolist()
        entities = entities_of([updates.data[place] for place in missing])
        for number, (place, entity) in enumerate(zip(missing, entities, strict=True)):
            updates.json[place] = update_json(entity, stops[ends[number] : ends[number + 1]])
        told = [*updates.json, *map(message_json, self._modified)]
        return Feeds(feed_json(self._header, positions.json), feed_json(self._header, told), to_json(self._alerts))

    def _encode_positions(self, snapshot: Snapshot) -> Sequence[bytes]:
        rows = public_rows(snapshot)
        entities = position_entities(snapshot, rows)
        changed = np.ones(len(rows), dtype=bool)
        data, texts = [b""] * len(rows), [""] * len(rows)
        if self._positions is not None:
            old = entities.places_in(self._positions.entities)
            changed = entities.unlike(self._positions.entities, old)
            data, texts = _kept(self._positions.data, old, b""), _kept(self._positions.json, old, "")
        for place in np.flatnonzero(changed).tolist():
            texts[place] = ""
            row = int(rows[place])
            position = pb.VehiclePosition()
            fill_position(position, snapshot, self.network, row)
            entity_id = field_bytes(ENTITY_ID, position_id(snapshot.vehicles.vehicle_id[row]).encode())
            data[place] = entity_bytes(entity_id, VEHICLE, (position.SerializeToString(),))
        self._positions = _Positions(entities, data, texts)
        self.positions_changed = Changed(len(rows), int(changed.sum()))
        return data

    def _encode_updates(self, snapshot: Snapshot) -> Sequence[bytes]:
        calls = call_columns(snapshot)
        rows = updated_runs(snapshot, calls)
        said = said_of(snapshot, calls, rows)
        entities = run_entities(snapshot, rows)
        fresh = changed = np.ones(len(rows), dtype=bool)
        heads, data, texts = [_NO_HEAD] * len(rows), [b""] * len(rows), [""] * len(rows)
        if self._updates is not None:
            before = self._updates
            old = entities.places_in(before.entities)
            fresh = entities.unlike(before.entities, old)
            changed = fresh | unlike(before.said, np.where(fresh, -1, old), said)
            heads, data = _kept(before.heads, old, _NO_HEAD), _kept(before.data, old, b"")
            texts = _kept(before.json, np.where(changed, -1, old), "")
        for place in np.flatnonzero(fresh).tolist():
            heads[place] = self._head(snapshot, int(rows[place]))
        self._write(heads, said, np.flatnonzero(changed), data)
        self._updates = _Updates(entities, said, heads, data, texts)
        self.updates_changed = Changed(len(rows), int(changed.sum()))
        self._modified = modification_entities(
            snapshot, self.network, rows, lambda place: entities_of([data[place]])[0]
        )
        return [*data, pb.FeedMessage(entity=self._modified).SerializePartialToString()]

    def _write(self, heads: list[_Head], said: Said, which: Numbers, data: list[bytes]) -> None:
        """Write these entities anew."""
        if self._stop_ids is None:
            self._stop_ids = stop_ids(self.network.stops.stop_id)
        stops, offset = stop_bytes(said.calls, said.rows_of(which), self._stop_ids)
        ends = np.concatenate(([0], np.cumsum(said.count[which])))
        cuts, measured = offset[ends].tolist(), said.measured[which].tolist()
        for begins, ends_, place, at in zip(cuts, cuts[1:], which.tolist(), measured, strict=False):
            head = heads[place]
            timestamp = TIMESTAMP + varint(at) if at >= 0 else b""
            body = (head.trip, stops[begins:ends_], head.vehicle, timestamp, head.properties)
            data[place] = entity_bytes(head.entity_id, TRIP_UPDATE, body)

    def _head(self, snapshot: Snapshot, row: int) -> _Head:
        update = pb.TripUpdate()
        fill_run(update, snapshot, self.network, row)
        return _Head(
            field_bytes(ENTITY_ID, run_id(snapshot, row).encode()),
            field_bytes(TRIP, update.trip.SerializeToString()),
            pb.TripUpdate(vehicle=update.vehicle).SerializePartialToString() if update.HasField("vehicle") else b"",
            pb.TripUpdate(trip_properties=update.trip_properties).SerializePartialToString()
            if update.HasField("trip_properties")
            else b"",
        )


_NO_HEAD = _Head(b"", b"", b"", b"")


def _kept(before: list[_T], old: Numbers, none: _T) -> list[_T]:
    """What was kept of each entity; ``none`` of new ones."""
    return [before[place] if place >= 0 else none for place in old.tolist()]
