"""Kind and time of day as the service sees them."""

from __future__ import annotations

from passinfo.network.network import Network
from passinfo.times import service_date_of, service_day_zero_s

NEW_DAY_S = 4 * 3_600.0
"""Until four in the morning what runs is the evening's service."""


def day_of(network: Network, now: float) -> tuple[int, float]:
    """Kind of the service day, and seconds since its zero."""
    zero = service_day_zero_s(service_date_of(now - NEW_DAY_S, network.timezone), network.timezone)
    return kind_of(zero), now - zero


def kind_of(zero_at: float) -> int:
    """0 Monday to Friday, 1 Saturday and Sunday, of a service day's zero.

    Examples
    --------
    >>> kind_of(0.0), kind_of(2 * 86_400.0)
    (0, 1)
    """
    weekday = int(((zero_at + 43_200) // 86_400 + 3) % 7)  # the epoch began on a Thursday; Monday is 0
    return int(weekday >= 5)
