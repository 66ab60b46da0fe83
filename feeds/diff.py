"""``python -m feeds diff OLD NEW``: what changed between two GTFS feeds."""

from __future__ import annotations

import argparse
import dataclasses
import json
import tempfile
from pathlib import Path

from feeds.build import build
from feeds.cities import find_city
from passinfo.bms.city import read_city
from passinfo.gtfs.diff import diff_feeds
from passinfo.gtfs.rows import Tables, read_rows


def run(arguments: argparse.Namespace) -> int:
    """Print the changes; 0 if there are none, 1 if there are. What cannot be read raises and ends with 2."""
    changes = diff_feeds(_tables(arguments.old), _tables(arguments.new))
    for change in changes:
        print(" ".join(part for part in (change.table, change.subject, change.text) if part))
    print(f"{len(changes)} changes")
    if arguments.json is not None:
        listed = [dataclasses.asdict(change) for change in changes]
        arguments.json.write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if changes else 0


def _tables(name: str) -> Tables:
    path = Path(name)
    if path.is_file() or (path.is_dir() and (path / "stops.txt").is_file()):
        return read_rows(path)
    city = read_city(find_city(name))
    if city.gtfs_path is not None:
        return read_rows(city.gtfs_path)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "gtfs.zip"
        build(city, out)
        return read_rows(out)
