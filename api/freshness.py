"""How old what we know is, and what may be said of it.

A snapshot is live for a minute. Then its arrivals are what was last known, told with their age. After ten minutes
nobody knows where the buses are: the timetable and the headways speak, and say that they do.
"""

from __future__ import annotations

import math
from enum import Enum

from api.board import View

LIVE_S = 60.0
"""A snapshot older than a minute means that the live loop stands still: a dozen ticks are missing."""
KNOWN_S = 600.0
STEP_S = 15.0
"""Once it is not live, answers change by so much of the clock."""


class Source(Enum):
    """What an answer rests on."""

    LIVE = "live"
    LAST_KNOWN = "last_known"
    TIMETABLE = "timetable"


def source_of(shown: View, clock: float) -> Source:
    """What an answer made now rests on."""
    age_s = clock - shown.snapshot.made_at
    return Source.LIVE if age_s <= LIVE_S else Source.LAST_KNOWN if age_s <= KNOWN_S else Source.TIMETABLE


def moment_of(shown: View, clock: float) -> float:
    """What answers call now: the snapshot's own instant, for equal snapshots give equal answers; else the clock's."""
    if source_of(shown, clock) is Source.LIVE:
        return shown.snapshot.made_at
    return max(clock // STEP_S * STEP_S, shown.snapshot.made_at)


def fresh_s(shown: View, clock: float) -> int:
    """Whole seconds until the next tick is due; 1 when it is late: whoever asks again then sees it."""
    left_s = shown.snapshot.made_at + shown.tick_s - clock
    return max(math.ceil(left_s), 1) if left_s <= shown.tick_s else 1
