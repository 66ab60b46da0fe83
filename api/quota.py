"""Who may ask how often: one count for all workers, in a small file they share.

Each client has a slot (by a hash of its key or address) with the minute it counts in and the count. A slot is changed
under a lock of its own bytes, a microsecond; two clients in one slot share its count, one pair in some thousand.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
from dataclasses import dataclass
from pathlib import Path

WINDOW_S = 60
SLOTS = 1 << 16
ANONYMOUS, KEYED = 1_200, 12_000
"""Requests a minute: a building's displays behind one address; an app's server with a key."""
_SLOT = struct.Struct("<II")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a client stands after a request."""

    limit: int
    remaining: int
    reset_s: int
    """Seconds until the count begins anew."""
    allowed: bool


class Quota:
    """Counts of a state directory."""

    def __init__(self, path: Path, anonymous: int = ANONYMOUS, keyed: int = KEYED) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self._file, SLOTS * _SLOT.size)
        self._counts = mmap.mmap(self._file, SLOTS * _SLOT.size)
        self.anonymous, self.keyed = anonymous, keyed

    def ask(self, client: str, now: float, *, keyed: bool) -> Standing:
        """Count a request of a client."""
        limit = self.keyed if keyed else self.anonymous
        digest = hashlib.blake2b(client.encode(), digest_size=4).digest()
        at = int.from_bytes(digest, "little") % SLOTS * _SLOT.size
        window = int(now // WINDOW_S)
        fcntl.lockf(self._file, fcntl.LOCK_EX, _SLOT.size, at)
        try:
            counted_in, count = _SLOT.unpack_from(self._counts, at)
            count = count + 1 if counted_in == window else 1
            _SLOT.pack_into(self._counts, at, window, min(count, 0xFFFFFFFF))
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, _SLOT.size, at)
        return Standing(limit, max(limit - count, 0), int(WINDOW_S - now % WINDOW_S) + 1, count <= limit)

    def close(self) -> None:
        """Let go of the file."""
        self._counts.close()
        os.close(self._file)
