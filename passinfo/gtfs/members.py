"""The files of a feed, a zip or a folder, as bytes: the one place that opens either."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from passinfo.errors import OperatorError

MAX_MEMBER_BYTES = 4 << 30
"""A table larger than 4 GiB unpacked is a zip bomb: the largest national feeds have stop_times of about 2 GiB."""


class GtfsUnreadable(OperatorError):
    """The path holds no GTFS that could be used; the message says what to do."""


def feed_files_at(path: Path, wanted: Callable[[str], bool] = lambda _name: True) -> dict[str, bytes]:
    """Bytes of the files of a zip or folder whose name is ``wanted``, by file name.

    A zip may hold its files in one folder. What systems leave behind (``__MACOSX``, ``.DS_Store``) is no part of it.

    Raises
    ------
    GtfsUnreadable
        If the path does not exist, or the zip is broken, encrypted or unpacks to more than memory should hold.
    """
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.is_file() and _is_part(file.name))
        return {file.name: file.read_bytes() for file in found if wanted(file.name)}
    if not path.is_file():
        raise GtfsUnreadable(f"{path}: no such file or folder; give a GTFS zip or a folder of its .txt files")
    try:
        with zipfile.ZipFile(path) as archive:
            # the table beside the zip's root wins over one of the same name in a folder
            inside = sorted(archive.infolist(), key=lambda info: info.filename.count("/"), reverse=True)
            return {
                name: _unpacked(archive, info, path)
                for info in inside
                if _is_part(info.filename) and wanted(name := info.filename.rsplit("/", 1)[-1])
            }
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
        # the last two: a way of packing zipfile does not know, and a password
        raise GtfsUnreadable(f"{path}: not a readable zip ({error}); download it again") from error


def _is_part(name: str) -> bool:
    parts = name.split("/")
    return len(parts) <= 2 and bool(parts[-1]) and not parts[-1].startswith(".") and parts[0] != "__MACOSX"


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> bytes:
    if info.file_size > MAX_MEMBER_BYTES:
        raise GtfsUnreadable(f"{path}: {info.filename} unpacks to {info.file_size} bytes: refused")
    return archive.read(info)
