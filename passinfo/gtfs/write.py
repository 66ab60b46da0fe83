r"""A feed's tables to a zip, byte for byte the same for the same tables.

Nothing of the moment or the machine gets in: members in order of name, one fixed timestamp, fixed permissions, ``\n``
line ends, no compression-level default that could move. ``feed_info.feed_version`` is a hash over all members except
that field, so it changes exactly when the content does.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import zipfile
from pathlib import Path

import gtfs_kit
import pandas as pd

from passinfo.gtfs.columns import COLUMNS

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest time a zip can state."""
_REGULAR_FILE = 0o100644 << 16
_LEVEL = 9
_VERSION_LENGTH = 16
"""64 bits of the hash: enough to tell a city's builds apart, short enough to read out."""


def feed_files(feed: gtfs_kit.Feed) -> dict[str, bytes]:
    """The feed's files by name, in order of name, ``feed_version`` filled in."""
    tables = {name: table for name in sorted(COLUMNS) if (table := getattr(feed, name)) is not None}
    info = tables.get("feed_info")
    if info is not None:
        tables["feed_info"] = info.assign(feed_version="")
        version = feed_version({f"{name}.txt": to_csv(table) for name, table in tables.items()})
        tables["feed_info"] = info.assign(feed_version=version)
    return {f"{name}.txt": to_csv(table) for name, table in tables.items()}


def feed_version(files: dict[str, bytes]) -> str:
    """Hash over the files (their names, lengths and bytes); ``feed_info.feed_version`` must be empty in them."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()[:_VERSION_LENGTH]


def to_csv(table: pd.DataFrame) -> bytes:
    r"""A table as CSV: UTF-8, ``\n``, quotes only where needed; columns that hold nothing at all are left out."""
    frame = table.loc[:, [name for name in table.columns if _holds_anything(table[name])]]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(zip(*(frame[name].tolist() for name in frame.columns), strict=True))
    return out.getvalue().encode("utf-8")


def _holds_anything(values: pd.Series) -> bool:
    return bool((values.notna() & (values.astype(str) != "")).any())


def zip_bytes(files: dict[str, bytes]) -> bytes:
    """A zip of the files, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, _ZIP_EPOCH)
            member.create_system = 3  # Unix, wherever it is built: else the bytes tell the machine
            member.external_attr = _REGULAR_FILE
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, files[name], compresslevel=_LEVEL)
    return out.getvalue()


def write_feed(feed: gtfs_kit.Feed, path: Path) -> str | None:
    """Write the feed as a zip, whole or not at all; returns its ``feed_version`` (None without feed_info)."""
    files = feed_files(feed)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(zip_bytes(files))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    if "feed_info.txt" not in files:
        return None
    return next(csv.DictReader(io.StringIO(files["feed_info.txt"].decode())))["feed_version"]
