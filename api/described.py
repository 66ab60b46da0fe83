"""What the description of the API says of every operation: its failures, and what else a schema cannot know."""

from __future__ import annotations

from typing import Any

from api.errors import PROBLEM

JSON = "application/json"
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "examples": ["/docs#not_found"]},
        "title": {"type": "string", "examples": ["Not Found"]},
        "status": {"type": "integer", "examples": [404]},
        "detail": {"type": "string", "examples": ["no stop has the id 'x'; search with /v1/stops?q=…"]},
        "code": {"type": "string", "examples": ["not_found"]},
        "errors": {},
    },
}
_READING = {
    "400": "cannot be used: the detail says why",
    "414": "the address is too long",
    "404": "there is none",
    "429": "too many requests",
}
_ALWAYS = {"503": "nothing has been published yet"}
_WRITING = {
    "400": "cannot be used",
    "401": "no key, or one that may not do this",
    "413": "too large",
    "404": "there is none",
}
_KINDS = {
    "/gtfs/schedule.zip": ("application/zip",),
    "/gtfs/coming.zip": ("application/zip",),
    "/gtfs/previous.zip": ("application/zip",),
    "/gtfs/changes.md": ("text/markdown",),
    "/gtfs-rt/{kind}.{form}": ("application/x-protobuf", JSON),
    "/display/{stop}.txt": ("text/plain",),
    "/display/{stop}.png": ("image/png",),
    "/display/{stop}.ssml": ("application/ssml+xml",),
}


def described(spec: dict[str, Any] | str) -> dict[str, Any] | str:
    """The OpenAPI document, complete."""
    if isinstance(spec, str):  # asked for as YAML
        return spec
    spec["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    spec["components"]["schemas"]["AlarmBody"]["oneOf"] = [{"required": [way]} for way in ("web_push", "webhook")]
    for path, operations in spec["paths"].items():
        for method, each in operations.items():
            if isinstance(each, dict) and "responses" in each:
                _complete(path, method, each)
    return spec


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    said = operation["responses"]
    said.pop("422", None)
    kinds = _KINDS.get(path, (JSON,))
    for status, response in said.items():
        if status.startswith("2"):
            response["content"] = {kind: {} if kind != JSON else {"schema": {"type": "object"}} for kind in kinds}
            response.setdefault("description", "as described")
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
    failures = (_WRITING if path.startswith("/bms") else _READING) | _ALWAYS
    if path.startswith("/v1") and method != "get":
        failures = _WRITING | failures
    if method == "get" and not path.startswith("/bms"):
        said["304"] = {"description": "the client has it already"}
    if path == "/health/live":
        failures = {}
    for status, words in failures.items():
        said.setdefault(
            status, {"description": words, "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        )
        said[status]["content"] = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
