"""What an alarm is, as it is kept until it has rung or is over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """How it is told."""

    WEB_PUSH = "web_push"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One wish to be told."""

    alarm_id: str
    """Not to be guessed: who knows it may look at the alarm and take it back."""
    client: str
    """Whose it is, for limits: the id of a key, else an address."""
    stop_id: str
    route_id: str | None
    trip_id: str | None
    start_date: str | None
    start_time: str | None
    minutes: int
    times: int
    """Buses to be told before the alarm is over."""
    language: str
    way: Way
    url: str
    """Where to; of Web Push, the subscription's endpoint."""
    secret: str
    """What signs a webhook (``whsec_…``); of Web Push, the subscription's two keys, ``p256dh auth``."""
    made_at: float
    expires_at: float
    told: tuple[str, ...] = ()
    """Runs that have been told."""
