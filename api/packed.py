"""A body in the content codings that clients ask for, each made once; and which one a client gets."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import zstandard
from werkzeug.http import parse_accept_header
from werkzeug.utils import get_content_type

LEAST_PACKED = 500
"""Smaller bodies do not gain by packing: they fit in one frame of the network as they are."""
GZIP_LEVEL, ZSTD_LEVEL = 6, 3
ENCODINGS = ("zstd", "gzip")
"""In order of liking; identity where the client names none: small displays cannot unpack."""
AS_IT_IS = ("application/zip", "image/png", "image/jpeg", "image/webp")
"""Packed already."""


def _nothing(_: str) -> bytes | None:
    return None


def _held() -> bytes:
    raise LookupError("the body is held as it is from the beginning: nothing is to be loaded")


@dataclass(slots=True)
class Packed:
    """One body in the encodings asked for so far."""

    mimetype: str
    etag: str
    length: int
    load: Callable[[], bytes]
    """Gives the body as it is."""
    find: Callable[[str], bytes | None] = _nothing
    """Gives the body in an encoding if somebody has packed it already."""
    by_encoding: dict[str, bytes] = field(default_factory=dict)
    sent: dict[tuple[str, bool], Any] = field(default_factory=dict)
    """Headers and body as ``api.hot`` sends them, by encoding and whether the client has it."""

    @property
    def data(self) -> bytes:
        """The body as it is, kept from the first time it is asked for."""
        kept = self.by_encoding.get("")
        if kept is None:
            kept = self.by_encoding[""] = self.load()
        return kept

    @property
    def content_type(self) -> str:
        """As the framework writes it."""
        return get_content_type(self.mimetype, "utf-8")

    def encoded(self, encoding: str) -> bytes:
        """The body in an encoding, packed on first use; as it is in none."""
        if not encoding:
            return self.data
        kept = self.by_encoding.get(encoding)
        if kept is None:
            kept = self.find(encoding) or _PACK[encoding](self.data)
            self.by_encoding[encoding] = kept
        return kept

    def encoding_for(self, accepted: str) -> str:
        """The encoding for a client that sent this ``Accept-Encoding``; empty for none."""
        if self.length < LEAST_PACKED or self.mimetype in AS_IT_IS:
            return ""
        return _best(accepted)

    def tag(self, encoding: str) -> str:
        """The strong tag of the bytes as sent: each encoding has its own."""
        return f"{self.etag}-{encoding}" if encoding else self.etag


def pack(data: bytes, mimetype: str, find: Callable[[str], bytes | None] = _nothing) -> Packed:
    """A body with its tag."""
    tag = hashlib.sha256(data).hexdigest()[:24]  # processors have instructions for it: twice as fast as others
    return Packed(mimetype, tag, len(data), _held, find, {"": data})


_PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, GZIP_LEVEL, mtime=0),
    "zstd": lambda data: zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(data),
}


@lru_cache(maxsize=1_024)
def _best(header: str) -> str:
    accepted = parse_accept_header(header)
    if not accepted:
        return ""
    best = max(ENCODINGS, key=lambda name: accepted.quality(name))
    plain = accepted.quality("identity") if accepted.find("identity") >= 0 else 0.001
    return best if accepted.quality(best) > 0 and accepted.quality(best) >= plain else ""
