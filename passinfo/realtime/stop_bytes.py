"""StopTimeUpdates written column by column: the bytes protobuf would write, for thousands of calls at once.

Every call is a row of a matrix of bytes as wide as the longest update could be; a second matrix says which of them are
there. What is there, read row by row, is the message. Source: protocol buffers, *Encoding*; field numbers of
gtfs-realtime.proto.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from passinfo.columns import Bools, Ints, Texts
from passinfo.realtime.call_columns import CallColumns

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]

STOP_TIME_UPDATE, SEQUENCE, ARRIVAL, DEPARTURE, STOP_ID, RELATIONSHIP, OCCUPANCY = (
    0x12,
    0x08,
    0x12,
    0x1A,
    0x22,
    0x28,
    0x38,
)
"""Tags of TripUpdate.stop_time_update and of its fields …"""
TIME, UNCERTAINTY, SCHEDULED_TIME = 0x10, 0x18, 0x20
"""… and of a StopTimeEvent."""
_ROWS = 65_536
"""Rows at a time: matrices of a few megabytes."""


@dataclass(frozen=True, slots=True)
class StopIds:
    """Stop ids as rows of bytes, and how long each is."""

    data: Bytes
    length: Numbers


def stop_ids(ids: Texts) -> StopIds:
    """The ids of a network's stops as UTF-8."""
    encoded = [str(stop_id).encode() for stop_id in ids.tolist()]
    length = np.array([len(each) for each in encoded], dtype=np.int64)
    width = int(length.max(initial=0))
    data = np.frombuffer(b"".join(each.ljust(width, b"\0") for each in encoded), dtype=np.uint8)
    return StopIds(data.reshape(len(encoded), width), length)


def stop_bytes(calls: CallColumns, rows: Ints, ids: StopIds) -> tuple[bytes, Numbers]:
    """The updates of these calls one after the other, and the n + 1 offsets of each."""
    parts, lengths = [], [np.zeros(1, dtype=np.int64)]
    for begin in range(0, len(rows), _ROWS):
        data, length = _written(calls, rows[begin : begin + _ROWS], ids)
        parts.append(data)
        lengths.append(length)
    return b"".join(parts), np.cumsum(np.concatenate(lengths))


@dataclass(slots=True)
class _Row:
    """A row of bytes that grows to the right: columns, and where each is there (None: everywhere)."""

    n: int
    columns: list[Bytes | int] = field(default_factory=list)
    there: list[Bools | None] = field(default_factory=list)

    def put(self, value: Bytes | int, there: Bools | None = None) -> None:
        """One byte."""
        self.columns.append(value)
        self.there.append(there)

    def number(self, values: Numbers, there: Bools | None = None) -> Numbers:
        """A varint; how many bytes it takes where it is there."""
        length = np.zeros(self.n, dtype=np.int64)
        rest, more = values, there
        for _ in range(max((int(values.max(initial=0)).bit_length() + 6) // 7, 1)):
            after = rest >> 7
            self.put(((rest & 0x7F) | np.where(after > 0, 0x80, 0)).astype(np.uint8), more)
            length += 1 if more is None else more
            rest = after
            more = after > 0 if there is None else there & (after > 0)
        return length

    def text(self, ids: StopIds, which: Ints) -> None:
        """The bytes of a text."""
        data, length = ids.data[which].T, ids.length[which]
        for place in range(len(data)):
            self.put(data[place], length > place)

    def flat(self) -> tuple[bytes, Numbers]:
        """All bytes that are there, and how many each row has."""
        data = np.empty((self.n, len(self.columns)), dtype=np.uint8)
        there = np.ones((self.n, len(self.columns)), dtype=bool)
        for place, (column, mask) in enumerate(zip(self.columns, self.there, strict=True)):
            data[:, place] = column
            if mask is not None:
                there[:, place] = mask
        return data[there].tobytes(), there.sum(axis=1)


def _written(calls: CallColumns, rows: Ints, ids: StopIds) -> tuple[bytes, Numbers]:
    n, which = len(rows), calls.stop_ix[rows]
    scheduled = calls.scheduled[rows]
    body = _Row(n)
    body.put(SEQUENCE)
    length = 1 + body.number(calls.stop_sequence[rows].astype(np.int64))
    for tag, times, widths in (
        (ARRIVAL, calls.arrival, calls.arrival_uncertainty),
        (DEPARTURE, calls.departure, calls.departure_uncertainty),
    ):
        length += _event(body, tag, times[rows], widths[rows], scheduled)
    body.put(STOP_ID)
    length += 1 + body.number(ids.length[which]) + ids.length[which]
    body.text(ids, which)
    body.put(RELATIONSHIP)
    length += 1 + body.number(calls.relationship[rows])
    occupancy = calls.occupancy[rows]
    if (occupancy >= 0).any():
        known = occupancy >= 0
        body.put(OCCUPANCY, known)
        length += body.number(np.maximum(occupancy, 0), known) + known
    whole = _Row(n)
    whole.put(STOP_TIME_UPDATE)
    whole.number(length)
    whole.columns += body.columns
    whole.there += body.there
    return whole.flat()


def _event(row: _Row, tag: int, time: Numbers, uncertainty: Numbers, scheduled: Numbers) -> Numbers:
    """An arrival or departure, where it has a time; the bytes it takes."""
    there = time >= 0
    sure, planned = there & (uncertainty >= 0), there & (scheduled >= 0)
    inner = _Row(row.n)
    inner.put(TIME, there)
    length = inner.number(np.maximum(time, 0), there) + there
    inner.put(UNCERTAINTY, sure)
    length += inner.number(np.maximum(uncertainty, 0), sure) + sure
    inner.put(SCHEDULED_TIME, planned)
    length += inner.number(np.maximum(scheduled, 0), planned) + planned
    row.put(tag, there)
    whole = length + row.number(length, there) + there
    row.columns += inner.columns
    row.there += inner.there
    return whole
