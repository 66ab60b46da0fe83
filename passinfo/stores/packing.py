"""Named columns and blobs in one checksummed block of bytes; numeric columns are read in place, without a copy.

Layout: magic, version, length of the index, CRC-32 of all that follows; the index (JSON); the parts, each aligned to
8 bytes. Text columns are UTF-8 with offsets; ``None`` is told apart from the empty text.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from passinfo.stores.errors import StoreUnreadable

_HEAD = struct.Struct("<8sIIII")
VERSION = 1
_ALIGN = 8
Column = npt.NDArray[Any]


def pack(magic: bytes, facts: Mapping[str, Any], columns: Mapping[str, Column], blobs: Mapping[str, bytes]) -> bytes:
    """One block of bytes. ``magic``: 8 bytes that name the kind of file; ``facts``: what JSON can say."""
    parts: list[bytes] = []
    index: dict[str, Any] = {"facts": dict(facts), "columns": {}, "blobs": {}}
    place = 0

    def add(data: bytes) -> tuple[int, int]:
        nonlocal place
        start = place
        padding = -len(data) % _ALIGN
        parts.append(data + b"\0" * padding)
        place += len(data) + padding
        return start, len(data)

    for name, column in columns.items():
        if column.dtype == object:
            texts = [b"" if value is None else b"\x01" + str(value).encode() for value in column.tolist()]
            offsets = np.concatenate(([0], np.cumsum([len(text) for text in texts]))).astype(np.int64)
            index["columns"][name] = ["text", len(texts), *add(offsets.tobytes()), *add(b"".join(texts))]
        else:
            plain = np.ascontiguousarray(column)
            index["columns"][name] = [plain.dtype.str, len(plain), *add(plain.tobytes())]
    for name, blob in blobs.items():
        index["blobs"][name] = add(blob)
    head = json.dumps(index, ensure_ascii=False, separators=(",", ":")).encode()
    head += b" " * (-(len(head) + _HEAD.size) % _ALIGN)
    body = head + b"".join(parts)
    return _HEAD.pack(magic, VERSION, len(head), zlib.crc32(body), len(body) & 0xFFFFFFFF) + body


class Packed:
    """A block of bytes opened for reading; columns and blobs are taken out when asked for."""

    def __init__(self, data: bytes | memoryview, magic: bytes, source: str) -> None:
        if len(data) < _HEAD.size:
            raise StoreUnreadable(f"{source}: torn ({len(data)} bytes)")
        found, version, index_length, crc, length = _HEAD.unpack_from(data)
        if found != magic:
            raise StoreUnreadable(f"{source}: not a file of this kind")
        if version != VERSION:
            raise StoreUnreadable(f"{source}: version {version}, this program reads {VERSION}: stop all, remove it")
        body = memoryview(data)[_HEAD.size :]
        if len(body) & 0xFFFFFFFF != length or zlib.crc32(body) != crc:
            raise StoreUnreadable(f"{source}: torn or damaged (checksum)")
        self._index = json.loads(bytes(body[:index_length]))
        self._body = body[index_length:]

    @property
    def facts(self) -> dict[str, Any]:
        """What was said beside columns and blobs."""
        facts: dict[str, Any] = self._index["facts"]
        return facts

    def column(self, name: str) -> Column:
        """One column; a numeric one is a read-only view."""
        kind, count, start, length, *rest = self._index["columns"][name]
        if kind != "text":
            return np.frombuffer(self._body[start : start + length], dtype=np.dtype(kind))
        offsets = np.frombuffer(self._body[start : start + length], dtype=np.int64).tolist()
        texts = bytes(self._body[rest[0] : rest[0] + rest[1]])
        column = np.empty(count, dtype=object)
        for row in range(count):
            raw = texts[offsets[row] : offsets[row + 1]]
            column[row] = raw[1:].decode() if raw else None
        return column

    def blob(self, name: str) -> bytes:
        """One blob."""
        start, length = self._index["blobs"][name]
        return bytes(self._body[start : start + length])

    def blob_names(self) -> tuple[str, ...]:
        """Names of the blobs."""
        return tuple(self._index["blobs"])
