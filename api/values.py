"""Values of columns as JSON has them: what is unknown is null."""

from __future__ import annotations

from passinfo.times import to_iso


class _Told(dict[int, str]):
    """Instants as text: a tick tells the same few thousand again and again."""

    def __missing__(self, at_s: int) -> str:
        if len(self) >= MOST_TOLD:
            self.clear()
        text = self[at_s] = to_iso(at_s)
        return text


MOST_TOLD = 1 << 17
_TOLD = _Told()


def iso(at_s: int) -> str:
    """ISO 8601 UTC of whole seconds."""
    return _TOLD[at_s]


def instant(at: float) -> str | None:
    """ISO 8601 UTC, or null."""
    return None if at != at else _TOLD[round(at)]  # NaN is the one number that differs from itself


def whole(value: int) -> int | None:
    """A whole number, null where it is none (negative)."""
    return value if value >= 0 else None


def number(value: float, digits: int) -> float | None:
    """A rounded number, or null."""
    return None if value != value else round(value, digits)


def moment(at: float | None) -> str | None:
    """ISO 8601 UTC, or null where a period is open."""
    return None if at is None else iso(round(at))
