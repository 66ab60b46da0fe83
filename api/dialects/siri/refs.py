"""References of SIRI, which are XML name tokens: what an id holds beside is written as ``_xHHHH_``."""

from __future__ import annotations

import re

_OTHER = re.compile(r"[^\w.:-]|_(?=x[0-9A-F]{4,6}_)", re.ASCII)
_WRITTEN = re.compile(r"_x([0-9A-F]{4,6})_")
_NOTHING = "_x110000_"
"""The empty id: one beyond the last character there is."""


def to_ref(entity: object) -> str:
    """An id as a reference.

    Examples
    --------
    >>> to_ref("Stop 3/A"), to_ref("MTA_305")
    ('Stop_x0020_3_x002F_A', 'MTA_305')
    """
    return _OTHER.sub(lambda found: f"_x{ord(found[0]):04X}_", str(entity)) or _NOTHING


def from_ref(ref: str) -> str:
    """The id of a reference.

    Examples
    --------
    >>> from_ref(to_ref("a b_x0020_c"))
    'a b_x0020_c'
    """
    if ref == _NOTHING:
        return ""
    return _WRITTEN.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), ref)
