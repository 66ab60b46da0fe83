"""Kind and time of day as the service sees them."""

from __future__ import annotations

from passinfo.network.network import Network
from passinfo.times import service_date_of, service_day_zero_s, to_date

NEW_DAY_S = 4 * 3_600.0
"""Until four in the morning what runs is the evening's service."""
SATURDAY = 5


def day_of(network: Network, now: float) -> tuple[int, float]:
    """Kind of the service day, and seconds since its zero."""
    date = service_date_of(now - NEW_DAY_S, network.timezone)
    return kind_of(date), now - service_day_zero_s(date, network.timezone)


def kind_of(date: int) -> int:
    """0 Monday to Friday, 1 Saturday and Sunday, of a service date.

    Examples
    --------
    >>> kind_of(20161215), kind_of(20161217)
    (0, 1)
    """
    return int(to_date(date).weekday() >= SATURDAY)
