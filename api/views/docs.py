"""``/docs``: the API for people, from the same description as ``/openapi.json``; no script, no foreign host."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response, current_app, make_response, render_template

bp = APIBlueprint("docs", __name__, enable_openapi=False)


@bp.get("/docs")
def docs() -> Response:
    """All operations with their parameters."""
    spec: dict[str, Any] = current_app.spec  # type: ignore[attr-defined]  # APIFlask has it, Flask's proxy does not say so
    operations = [
        {
            "method": method.upper(),
            "path": path,
            "summary": each.get("summary", ""),
            "description": each.get("description", ""),
            "parameters": [_parameter(one) for one in each.get("parameters", ())],
            "tag": (each.get("tags") or [""])[0],
        }
        for path, methods in spec["paths"].items()
        for method, each in methods.items()
        if isinstance(each, dict)
    ]
    response = make_response(render_template("docs.html", info=spec["info"], operations=operations))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _parameter(given: dict[str, Any]) -> dict[str, Any]:
    schema = given.get("schema", {})
    bounds = [f"{name} {schema[key]}" for name, key in (("from", "minimum"), ("to", "maximum")) if key in schema]
    return {
        "name": given["name"],
        "required": given.get("required", False),
        "type": schema.get("type", ""),
        "default": schema.get("default"),
        "bounds": ", ".join(bounds),
        "description": given.get("description", ""),
    }
