"""The reference: a Flask view that answers every path with the same bytes (``SERVING_BODY`` of them)."""

from __future__ import annotations

import os

from flask import Flask, Response

app = Flask(__name__)
BODY = b"{" + b" " * max(int(os.environ.get("SERVING_BODY", "1000")) - 2, 0) + b"}"


@app.get("/<path:path>")
def constant(path: str) -> Response:
    """The same as ever."""
    return Response(BODY, mimetype="application/json")
