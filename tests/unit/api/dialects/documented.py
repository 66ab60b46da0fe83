"""The lists of fields in docs/dialects.md."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

DOCS = Path(__file__).parents[4] / "docs" / "dialects.md"


def listed(name: str) -> dict[str, set[str]]:
    """Fields by element of the table behind the comment ``<!-- name -->``."""
    table = re.search(rf"<!-- {name} -->\n(.*?)<!-- end -->", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert table, name
    found: dict[str, set[str]] = defaultdict(set)
    for line in table[1].splitlines()[2:]:
        _, element, fields, *_ = line.split("|")
        found[element.strip()] |= set(re.findall(r"`([^`]+)`", fields))
    return dict(found)


def is_empty(value: object) -> bool:
    """Whether a value says nothing."""
    return value in (None, "", 0, -1, [], {})
