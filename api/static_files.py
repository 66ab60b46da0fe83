"""Scripts and styles, packed for who takes them so: Flask sends them as they lie on disk, three times as long."""

from __future__ import annotations

import mimetypes
from functools import lru_cache
from pathlib import Path

from apiflask import APIFlask
from flask import Response
from werkzeug.security import safe_join

from api.answers import respond
from api.errors import NotFound
from api.packed import Packed, pack

FOLDER = Path(__file__).parent / "static"
FRESH_S = 300
"""Seconds a browser keeps them without asking: after a change of the program pages are whole again that soon."""


def register_static(app: APIFlask) -> None:
    """Serve ``/static/…`` in place of Flask."""
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=static)


def static(filename: str) -> Response:
    """One file."""
    found = safe_join(str(FOLDER), filename)
    path = None if found is None else Path(found)
    if path is None or not path.is_file():
        raise NotFound(f"there is no file /static/{filename}")
    changed_at = path.stat().st_mtime
    return respond(_packed(path, changed_at), changed_at, FRESH_S)


@lru_cache(maxsize=128)
def _packed(path: Path, changed_at: float) -> Packed:
    kind, _ = mimetypes.guess_type(path.name)
    return pack(path.read_bytes(), kind or "application/octet-stream")
