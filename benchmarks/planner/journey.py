"""A way from place to place, as a planner tells it."""

from __future__ import annotations

from dataclasses import dataclass

from passinfo.times import format_service_time

ON_FOOT = ""
"""The route of a leg that is walked."""


TOLD_S = 30
"""A shorter walk is not worth telling."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A ride on one bus, or a walk."""

    route: str
    headsign: str
    from_stop: str
    to_stop: str
    depart_s: int
    arrive_s: int


@dataclass(frozen=True, slots=True)
class Journey:
    """Legs in order; times in seconds of the asked service day."""

    legs: tuple[Leg, ...]
    asked_s: int
    """When the passenger was ready to leave."""
    arrive_s: int

    @property
    def rides(self) -> tuple[Leg, ...]:
        """The legs by bus."""
        return tuple(leg for leg in self.legs if leg.route != ON_FOOT)

    @property
    def transfers(self) -> int:
        """Changes from bus to bus."""
        return max(len(self.rides) - 1, 0)

    @property
    def foot_min(self) -> float:
        """Minutes walked."""
        return sum(leg.arrive_s - leg.depart_s for leg in self.legs if leg.route == ON_FOOT) / 60

    @property
    def minutes(self) -> float:
        """From being ready to leave to being there, waiting counted."""
        return (self.arrive_s - self.asked_s) / 60

    def in_words(self) -> str:
        """The way in one sentence.

        Examples
        --------
        >>> leg = Leg("62", "Main Street Station", "Broadview Station", "Main St", 8 * 3600, 8 * 3600 + 900)
        >>> Journey((leg,), 8 * 3600 - 300, 8 * 3600 + 900).in_words()
        '08:00 62 to Main Street Station from Broadview Station, off at Main St 08:15 (20 min, 0 transfers)'
        """
        said = [_said(leg) for leg in self.legs if leg.route != ON_FOOT or leg.arrive_s - leg.depart_s >= TOLD_S]
        return f"{'; '.join(said) or 'stay'} ({self.minutes:.0f} min, {self.transfers} transfers)"


def _said(leg: Leg) -> str:
    if leg.route == ON_FOOT:
        return f"walk {(leg.arrive_s - leg.depart_s) / 60:.0f} min to {leg.to_stop}"
    depart, arrive = _clock(leg.depart_s), _clock(leg.arrive_s)
    return f"{depart} {leg.route} to {leg.headsign} from {leg.from_stop}, off at {leg.to_stop} {arrive}"


def _clock(service_s: int) -> str:
    return format_service_time(service_s)[:5] if service_s >= 0 else f"-{format_service_time(-service_s)[:5]}"
