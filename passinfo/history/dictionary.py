"""The data dictionary: what every column of our files means, made from the declarations of the columns."""

from __future__ import annotations

from typing import Any

from passinfo.columns import Kind, specs

_TYPE_WORDS: dict[Kind, str] = {
    "instant": "timestamp[ms, UTC]",
    "text": "string",
    "service_date": "string `YYYYMMDD`",
    "service_time": "string `HH:MM:SS`",
    "f8": "double",
    "i4": "int32",
    "bool": "bool",
}


def dictionary_table(cls: type[Any]) -> str:
    """The columns of a class as a Markdown table.

    Raises
    ------
    ValueError
        If a column says nothing of itself.

    Examples
    --------
    >>> from passinfo.tracking.columns import Matches
    >>> print(dictionary_table(Matches).splitlines()[5])
    | `lat_deg` | double | deg | as reported |
    """
    lines = ["| column | type | unit | meaning |", "|---|---|---|---|"]
    for spec in specs(cls):
        if not spec.doc:
            raise ValueError(f"{cls.__name__}.{spec.name} has no description")
        lines.append(f"| `{spec.file_name}` | {_TYPE_WORDS[spec.kind]} | {spec.unit} | {spec.doc.replace('|', '/')} |")
    return "\n".join(lines)
