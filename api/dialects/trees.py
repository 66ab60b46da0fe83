"""Answers as ordered trees, written as XML; dialects that speak XML and JSON build one tree for both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias
from xml.sax.saxutils import escape

Content: TypeAlias = "str | bool | int | float | Sequence[Node] | None"
Node: TypeAlias = tuple[str, Content]
"""A name and what it holds: a value, children, or None for an element that is left out."""


def to_xml(name: str, content: Content, attributes: str = "") -> bytes:
    """A document with one root element."""
    body = "".join(_written((name, content), attributes))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode()


def text_of(value: str | bool | int | float) -> str:
    """A value as XML writes it; characters that XML cannot hold are left out."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape("".join(letter for letter in str(value) if _is_xml(letter)))


def _written(node: Node, attributes: str = "") -> Iterator[str]:
    name, content = node
    if content is None:
        return
    opening = f"<{name} {attributes}>" if attributes else f"<{name}>"
    if isinstance(content, str | bool | int | float):
        yield f"{opening}{text_of(content)}</{name}>"
        return
    yield opening
    for each in content:
        yield from _written(each)
    yield f"</{name}>"


def _is_xml(letter: str) -> bool:
    code = ord(letter)
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code > 0xFFFF
