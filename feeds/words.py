"""The words of the command line that mean more than themselves: hints, instants, counts, ports."""

from __future__ import annotations

import argparse
import datetime as dt

HINT_NAMES = ("trip", "block", "route", "direction", "variant")
MOST_VEHICLES = 100_000
"""More than any city has: a slip of the finger must not fill the memory."""


def hint_words(text: str) -> tuple[str, ...]:
    """The hints named in a comma-separated list; ``none`` is the empty list.

    Examples
    --------
    >>> hint_words("trip,block")
    ('trip', 'block')
    >>> hint_words("none")
    ()
    """
    words = tuple(word.strip().lower() for word in text.split(",") if word.strip())
    if words == ("none",):
        return ()
    unknown = [word for word in words if word not in HINT_NAMES]
    if unknown or not words:
        raise argparse.ArgumentTypeError(f"{text!r}: use any of {','.join(HINT_NAMES)}, or none")
    return words


def instant(text: str) -> float:
    """Epoch seconds of an ISO 8601 instant; without a zone it is UTC.

    Examples
    --------
    >>> instant("1970-01-01T01:00:00+01:00")
    0.0
    """
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no instant: write 2026-02-16T12:00:00Z") from None
    return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).timestamp()


def day(text: str) -> dt.date:
    """A date.

    Examples
    --------
    >>> day("2026-02-16")
    datetime.date(2026, 2, 16)
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: write 2026-02-16") from None


LEAST, MOST = 0.01, 1_000_000.0
"""Seconds or times: finer than any loop turns, longer than a week."""


def positive(text: str) -> float:
    """A number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not LEAST <= value <= MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0 ({LEAST} to {MOST:,.0f})")
    return value


def count(text: str) -> int:
    """A whole number above 0."""
    if not (text.isdecimal() and len(text) < 10 and 0 < int(text) <= MOST_VEHICLES):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0 (at most {MOST_VEHICLES:,})")
    return int(text)


def port(text: str) -> int:
    """A port, 0 for any free one."""
    if not (text.isdecimal() and len(text) < 10 and int(text) <= 65_535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 to 65535)")
    return int(text)
