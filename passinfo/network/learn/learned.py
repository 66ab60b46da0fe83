"""What learning gives back: patterns with the evidence for them, and problems by name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from passinfo.columns import Floats
from passinfo.geo import Projection
from passinfo.network.learn.passes import Passes, directions
from passinfo.network.learn.runs import Runs
from passinfo.network.learn.traces import Indices


class Doubt(StrEnum):
    """What can be wrong; each is told with its evidence, none is kept in silence."""

    TOO_FEW_PASSES = "TOO_FEW_PASSES"
    """Not enough passes to learn a line from."""
    NO_COMMON_WAY = "NO_COMMON_WAY"
    """No two passes share a way."""
    MIXED_DIRECTIONS = "MIXED_DIRECTIONS"
    """Buses drive both ways under one tag."""
    STRAY_PASSES = "STRAY_PASSES"
    """Passes that follow no pattern of their route and tag."""
    OTHER_ROUTE = "OTHER_ROUTE"
    """Passes that follow a pattern of another route."""
    DETOUR = "DETOUR"
    """Several passes leave and rejoin the line at the same places."""
    SHORT_TURN = "SHORT_TURN"
    """Several passes begin or end at the same place within the line."""
    WIDE_LINE = "WIDE_LINE"
    """The places scatter about the line more than GPS does."""
    ONE_DAY = "ONE_DAY"
    """Learned from a single day: a day's diversion would look like the way."""
    NO_STOPS = "NO_STOPS"
    """The route's list has no stop on the line."""
    STOP_FAR = "STOP_FAR"
    """A stop of the route is on no line of it, though close to none or in line with the list."""
    STOP_UNSURE = "STOP_UNSURE"
    """Distance, side and list neighbours do not agree whether the pattern serves the stop."""
    NO_SERVICE = "NO_SERVICE"
    """Nothing is known of when it runs: it is left out of the feed."""
    OVERRIDE_UNKNOWN = "OVERRIDE_UNKNOWN"
    """An override names a pattern or a stop that there is not."""
    UNSEEN_DAY = "UNSEEN_DAY"
    """No report is of this kind of day: the feed has no service on it."""
    PART_DAY = "PART_DAY"
    """A day seen only in part: it tells headways, but no first or last bus that another day tells."""
    UNKNOWN_ROUTE = "UNKNOWN_ROUTE"
    """Reports name a route that the city does not know; they are left out."""
    LIST_ORDER = "LIST_ORDER"
    """The route's list is not in the order of the way."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is doubtful."""

    doubt: Doubt
    route_id: str
    tag: str | None
    subject: str
    """Pattern or stop that it is about; empty: the whole tag."""
    evidence: str
    """The numbers, as a sentence."""
    count: int
    """How many passes (or stops) show it."""


@dataclass(frozen=True, slots=True)
class ServedStop:
    """A stop that a pattern serves."""

    stop_id: str
    dist_m: float
    """Along the pattern's line."""
    offset_m: float
    """Beside the line, right of it positive."""
    list_row: int
    """Row of the route's stop list."""
    confidence: float
    """0.5 (as likely as not) to 1."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a pattern was learned from."""

    runs: int
    """Runs of the route and tag."""
    passes: int
    """Passes that follow the pattern."""
    share: float
    """Of all passes of the route and tag, those."""
    spanning: int
    """Passes that drive at least 80 % of it."""
    days: int
    """Service days with a pass."""
    spread_m: float
    """Median distance of the places from the line."""


@dataclass(frozen=True, slots=True)
class LearnedPattern:
    """One ordered list of stops with one line; ids are stable as long as route, tag and rank among the variants are."""

    pattern_id: str
    route_id: str
    tag: str | None
    variant: int
    """0: what most passes of the route and tag drive."""
    lat_deg: Floats
    lon_deg: Floats
    x_m: Floats
    y_m: Floats
    dist_m: Floats
    """Along the line at each of its points."""
    stops: tuple[ServedStop, ...]
    evidence: Evidence
    direction_id: int = -1
    """0 or 1; -1: not settled yet."""
    headsign: str = ""
    """What a person says it shows; empty: its last stop's name."""


@dataclass(frozen=True, slots=True)
class Learned:
    """All patterns, what is doubtful, and which pass followed which pattern."""

    projection: Projection
    patterns: tuple[LearnedPattern, ...]
    problems: tuple[Problem, ...]
    runs: Runs
    pass_start: Indices
    """First place of each pass, a row of the places of ``runs``."""
    pass_end: Indices
    pass_pattern: Indices
    """Row of :attr:`patterns`; -1: none."""

    def passes(self, which: Indices) -> Passes:
        """Some passes, with their places."""
        start, sizes = self.pass_start[which], (self.pass_end - self.pass_start)[which]
        end = np.cumsum(sizes)
        rows = np.arange(int(sizes.sum())) + np.repeat(start - (end - sizes), sizes)
        x, y = self.runs.x_m[rows], self.runs.y_m[rows]
        ux, uy = directions(x, y, end - sizes, end)
        return Passes(x, y, ux, uy, self.runs.at[rows], self.runs.until[rows], end - sizes, end, which, start)
