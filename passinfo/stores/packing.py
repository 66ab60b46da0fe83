"""Named columns and blobs in one checked block of bytes; numeric columns are read in place, without a copy.

Layout: magic, version, length of the index, checksum of columns and index, length of all; the index (JSON); the
columns, then the blobs, each aligned to 8 bytes and each blob with a checksum of its own: who opens a block for its
columns does not read through its blobs. Text columns are UTF-8 with offsets in characters; ``None`` is told apart from
the empty text. Checksums are XXH3 of 64 bits: every worker reads through the columns at every tick.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64, xxh3_64_intdigest

from passinfo.stores.errors import StoreUnreadable

_HEAD = struct.Struct("<8sIIQQ")
VERSION = 3
_ALIGN = 8
_NONE, _SOME = "\0", "\1"
"""The first character of each text, so that none is told from empty; it is not part of the text."""
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
        parts.append(data)
        parts.append(b"\0" * padding)
        place += len(data) + padding
        return start, len(data)

    for name, column in columns.items():
        if column.dtype == object:
            texts = [_NONE if value is None else f"{_SOME}{value}" for value in column.tolist()]
            offsets = np.cumsum([0, *map(len, texts)], dtype=np.int64)
            index["columns"][name] = ["text", len(texts), *add(offsets.tobytes()), *add("".join(texts).encode())]
        else:
            plain = np.ascontiguousarray(column)
            index["columns"][name] = [plain.dtype.str, len(plain), *add(plain.tobytes())]
    index["columns_end"] = place
    checksum = xxh3_64()
    for part in parts:
        checksum.update(part)
    for name, blob in blobs.items():
        index["blobs"][name] = [*add(blob), xxh3_64_intdigest(blob)]
    head = json.dumps(index, ensure_ascii=False, separators=(",", ":")).encode()
    head += b" " * (-(len(head) + _HEAD.size) % _ALIGN)
    checksum.update(head)
    begin = _HEAD.pack(magic, VERSION, len(head), checksum.intdigest(), len(head) + place)
    return b"".join((begin, head, *parts))


class Packed:
    """A block of bytes opened for reading; columns and blobs are taken out when asked for."""

    def __init__(self, data: bytes | memoryview, magic: bytes, source: str) -> None:
        if len(data) < _HEAD.size:
            raise StoreUnreadable(f"{source}: torn ({len(data)} bytes)")
        found, version, index_length, told, length = _HEAD.unpack_from(data)
        if found != magic:
            raise StoreUnreadable(f"{source}: not a file of this kind")
        if version != VERSION:
            raise StoreUnreadable(f"{source}: version {version}, this program reads {VERSION}: stop all, remove it")
        body = memoryview(data)[_HEAD.size :]
        if len(body) != length:
            raise StoreUnreadable(f"{source}: torn ({len(data)} bytes)")
        head = bytes(body[:index_length])
        self._body, self._source = body[index_length:], source
        try:
            self._index = json.loads(head)
            columns = self._body[: self._index["columns_end"]]
        except (ValueError, TypeError, KeyError) as error:
            raise StoreUnreadable(f"{source}: torn or damaged (index)") from error
        checksum = xxh3_64(columns)
        checksum.update(head)
        if checksum.intdigest() != told:
            raise StoreUnreadable(f"{source}: torn or damaged (checksum)")

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
        offsets = np.frombuffer(self._body[start : start + length], dtype=np.int64)
        # one decoding for all: several times faster than decoding each
        texts = str(self._body[rest[0] : rest[0] + rest[1]], "utf-8")
        column = np.empty(count, dtype=object)
        column[:] = _split(texts, count) or _sliced(texts, offsets.tolist())
        return column

    def blob(self, name: str) -> bytes:
        """One blob.

        Raises
        ------
        StoreUnreadable
            If its bytes are damaged.
        """
        start, length, told = self._index["blobs"][name]
        data = bytes(self._body[start : start + length])
        if xxh3_64_intdigest(data) != told:
            raise StoreUnreadable(f"{self._source}: {name} is damaged (checksum)")
        return data

    def blob_fact(self, name: str) -> tuple[int, int]:
        """Length and checksum of a blob, as the index says."""
        _, length, told = self._index["blobs"][name]
        return length, told

    def blob_names(self) -> tuple[str, ...]:
        """Names of the blobs."""
        return tuple(self._index["blobs"])


def _split(texts: str, count: int) -> list[str | None] | None:
    """The texts by their first characters, ten times as fast as by offsets; None if these occur within a text too."""
    none = texts.count(_NONE)
    if texts.count(_SOME) + none != count:
        return None
    if not none:
        return cast("list[str | None]", texts.split(_SOME)[1:])
    if none == count:
        return [None] * count if len(texts) == count else None
    parts = texts.replace(_NONE, _SOME + _NONE).split(_SOME)[1:]
    return [None if part == _NONE else part for part in parts]


def _sliced(texts: str, offsets: list[int]) -> list[str | None]:
    return [texts[start + 1 : end] if texts[start] == _SOME else None for start, end in pairwise(offsets)]


class Blobs(Mapping[str, bytes]):
    """The blobs of a block by name, each copied and checked only when it is asked for."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed
        self._names = dict.fromkeys(packed.blob_names())

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return self._packed.blob(name)

    def fact(self, name: str) -> tuple[int, int]:
        """Length and checksum of a blob; its bytes are not looked at."""
        return self._packed.blob_fact(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
