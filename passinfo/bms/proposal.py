"""A mapping proposed for a file nobody has described: by the names of its columns, checked against their values.

A proposal is a guess that a person reads before it is used; what is doubtful is said in a comment. Only reading a file
by a mapping never guesses.
"""

from __future__ import annotations

import datetime as dt
import json

from passinfo.bms.mapping import REQUIRED, SHORT_NAMES, Mapping
from passinfo.bms.recognition import NAMES, NULL_WORDS, PATTERNS, choose_columns, speed_unit, time_format
from passinfo.bms.sample import Sample


def fitting(names: list[str], mapping: Mapping) -> bool:
    """Whether a file with these columns has every required one of a mapping."""
    return all(set(mapping.rules[field].columns) & set(names) for field in REQUIRED if field in mapping.rules) and set(
        REQUIRED
    ) <= set(mapping.rules)


def propose(sample: Sample) -> str:
    """A mapping as TOML for a person to look over.

    Examples
    --------
    >>> columns = {"Bus No": ("7", "8"), "GPS Time": ("1771257500", "1771257530"), "Lat": ("14.5", "14.5"),
    ...            "Lng": ("121.0", "121.0")}
    >>> print(propose(Sample(columns)))
    # Proposed from the first 2 rows: look it over before you use it.
    time = "epoch_s"
    <BLANKLINE>
    [columns]
    vehicle_id = "Bus No"
    observed_at = "GPS Time"
    lat = "Lat"
    lon = "Lng"
    """
    chosen = choose_columns(sample)
    rows = len(next(iter(sample.columns.values()), ()))
    lines = [f"# Proposed from the first {rows} rows: look it over before you use it."]
    lines += _time_lines(sample, chosen)
    if sample.delimiter != ",":
        lines.append(f"delimiter = {json.dumps(sample.delimiter)}")
    null = [word for word in NULL_WORDS if any(word in sample.columns[column] for column in chosen.values())]
    if null:
        lines.append(f"null = {json.dumps(null)}")
    lines += ["", "[columns]"]
    for field in NAMES:
        if field in chosen:
            lines.append(f"{field} = {_rule(field, sample, chosen)}")
        elif SHORT_NAMES.get(field, field) in REQUIRED:
            lines.append(f'# {field} = "…": no column looks like it; every report needs it')
    unused = [name for name in sample.columns if name not in chosen.values()]
    if unused:
        lines.append(f"# not used: {', '.join(unused)}")
    return "\n".join(lines)


def _time_lines(sample: Sample, chosen: dict[str, str]) -> list[str]:
    if "observed_at" not in chosen:
        return ['time = "iso"  # no column of times was recognised: epoch_s, epoch_ms, iso or a pattern']
    values = sample.columns[chosen["observed_at"]]
    wanted = time_format(values) or "iso"
    lines = [f"time = {json.dumps(wanted)}"]
    first = next(value for value in values if value)
    if wanted in PATTERNS[:2]:
        lines[0] += "  # day or month first? The values seen allow what stands here"
    offset = wanted == "iso" and dt.datetime.fromisoformat(first).tzinfo is not None
    if not wanted.startswith("epoch") and not offset:
        lines.append('timezone = "UTC"  # the times carry no offset: write the zone they are in, such as "Asia/Manila"')
    return lines


def _rule(field: str, sample: Sample, chosen: dict[str, str]) -> str:
    column = json.dumps(chosen[field], ensure_ascii=False)
    if field == "received_at":
        wanted = time_format(sample.columns[chosen[field]])
        if wanted != time_format(sample.columns[chosen["observed_at"]]) if "observed_at" in chosen else True:
            return f"{{ column = {column}, time = {json.dumps(wanted)} }}"
    if field == "speed_mps":
        unit = speed_unit(sample, chosen)
        if unit is None:
            return f'{{ column = {column}, unit = "kmh" }}  # unit not recognised: mps, kmh, mph or knots'
        return column if unit == "mps" else f'{{ column = {column}, unit = "{unit}" }}'
    if field == "odometer_m" and "km" in chosen[field].lower():
        return f'{{ column = {column}, unit = "km" }}'
    return column
