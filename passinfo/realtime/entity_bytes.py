"""Entities as they stand in a message: tag, length, id, body. Source: protocol buffers, *Encoding*."""

from __future__ import annotations

from collections.abc import Sequence

ENTITY, ENTITY_ID, TRIP_UPDATE, VEHICLE = b"\x12", b"\x0a", b"\x1a", b"\x22"
"""Tags of FeedMessage.entity and of its fields …"""
TRIP, TIMESTAMP = b"\x0a", b"\x20"
"""… and of a TripUpdate's."""


def entity_bytes(entity_id: bytes, tag: bytes, body: Sequence[bytes]) -> bytes:
    """A FeedEntity as it stands in a FeedMessage; ``entity_id``: the whole field."""
    head = entity_id + tag + varint(sum(map(len, body)))
    return b"".join((ENTITY, varint(len(head) + sum(map(len, body))), head, *body))


def field_bytes(tag: bytes, data: bytes) -> bytes:
    """A field of variable length."""
    return tag + varint(len(data)) + data


def varint(number: int) -> bytes:
    r"""A number, seven bits a byte, the lowest first.

    Examples
    --------
    >>> varint(5), varint(300)
    (b'\x05', b'\xac\x02')
    """
    if number < 0x80:
        return _ONE_BYTE[number]
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    parts.append(number)
    return bytes(parts)


_ONE_BYTE = [bytes([number]) for number in range(0x80)]
