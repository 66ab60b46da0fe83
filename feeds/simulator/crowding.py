"""What a bus with a passenger counter says of how full it is, in the words of GTFS-Realtime."""

from __future__ import annotations

SEATS_SHARE = 0.6
"""Seats among all places: three of five in minibuses and midibuses. Assumption."""
NOBODY_SHARE, MANY_SHARE, FULL_SHARE = 0.05, 0.6, 0.95
"""Up to so many places taken a bus counts as empty; up to so many of the seats as having many left; from so many places
on as full. Assumption: the reference defines the words, no shares."""


def crowding(passengers: int, capacity: int) -> str:
    """The OccupancyStatus of so many passengers.

    Examples
    --------
    >>> [crowding(n, 50) for n in (1, 15, 25, 40, 49)]
    ['EMPTY', 'MANY_SEATS_AVAILABLE', 'FEW_SEATS_AVAILABLE', 'STANDING_ROOM_ONLY', 'FULL']
    """
    seats = SEATS_SHARE * capacity
    if passengers >= FULL_SHARE * capacity:
        return "FULL"
    if passengers >= seats:
        return "STANDING_ROOM_ONLY"
    if passengers > MANY_SHARE * seats:
        return "FEW_SEATS_AVAILABLE"
    return "EMPTY" if passengers <= NOBODY_SHARE * capacity else "MANY_SEATS_AVAILABLE"
