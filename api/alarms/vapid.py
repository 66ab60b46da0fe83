"""The key that tells push services who we are (VAPID, RFC 8292): made by a command, kept in the state directory."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

PRIVATE, PUBLIC = "vapid.pem", "vapid.json"


@dataclass(frozen=True, slots=True)
class Vapid:
    """The public half, and whom a push service may write to."""

    public_key: str
    """As browsers take it: base64url of the uncompressed point."""
    contact: str


def known_vapid(folder: Path) -> Vapid | None:
    """The public half; None if Web Push has not been set up."""
    try:
        told = json.loads((folder / PUBLIC).read_text(encoding="utf-8"))
        return Vapid(str(told["public_key"]), str(told["contact"]))
    except FileNotFoundError:
        return None


def push_key(folder: Path) -> str:
    """What a page needs to offer alarms; empty if Web Push has not been set up."""
    known = known_vapid(folder)
    return "" if known is None else known.public_key


def make_vapid(folder: Path, contact: str) -> Vapid:
    """Make a key pair, in place of the one there is; subscriptions made with the old one end.

    Parameters
    ----------
    contact
        ``mailto:`` or ``https:`` address of the operator.
    """
    # the counter imports this module, and needs none of it
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from py_vapid import Vapid02
    from py_vapid.utils import b64urlencode

    made = Vapid02()
    made.generate_keys()
    point = made.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    vapid = Vapid(b64urlencode(point), contact)
    _write(folder / PRIVATE, made.private_pem(), 0o600)
    told = {"public_key": vapid.public_key, "contact": contact}
    _write(folder / PUBLIC, json.dumps(told).encode(), 0o644)
    return vapid


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write whole, with its mode from the first byte on."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
