"""What of the API is to go: told half a year before, in the headers of its answers and in docs/api.md.

``Deprecation`` is RFC 9745, ``Sunset`` RFC 8594; the successor stands in ``Link``.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from email.utils import format_datetime

LEAST_NOTICE = dt.timedelta(days=182)
"""What docs/api.md promises."""


@dataclass(frozen=True, slots=True)
class Going:
    """Endpoints that will be taken away."""

    pattern: str
    """Regular expression of their whole path, e.g. ``/v1/stops/[^/]+/arrivals``."""
    announced: dt.date
    sunset: dt.date
    """The last day on which they answer."""
    successor: str
    """The path that takes their place."""

    def __post_init__(self) -> None:
        if self.sunset - self.announced < LEAST_NOTICE:
            raise ValueError(f"{self.pattern}: announce it {LEAST_NOTICE.days} days before it goes")


GOING: tuple[Going, ...] = ()
"""Nothing as yet. Each entry has its row in the change log of docs/api.md."""


def notices(path: str, going: tuple[Going, ...] | None = None) -> list[tuple[str, str]]:
    """The headers of an answer at a path that will be taken away; none for all others.

    Examples
    --------
    >>> old = Going("/v1/old/.*", dt.date(2027, 1, 1), dt.date(2027, 7, 31), "/v2/new")
    >>> dict(notices("/v1/old/7", (old,)))["Deprecation"]
    '@1798761600'
    """
    for each in GOING if going is None else going:
        if re.fullmatch(each.pattern, path):
            return [
                ("Deprecation", f"@{int(_midnight(each.announced).timestamp())}"),
                ("Sunset", format_datetime(_midnight(each.sunset), usegmt=True)),
                ("Link", f'<{each.successor}>; rel="successor-version", </docs#changes>; rel="deprecation"'),
            ]
    return []


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)
