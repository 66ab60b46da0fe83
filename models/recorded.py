"""Files of recorded days."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from passinfo.errors import OperatorError
from passinfo.history.parquet import read

T = TypeVar("T")


class DayUnusable(OperatorError):
    """A day that cannot be learned from or judged on."""


def recorded(path: Path, cls: type[T]) -> T:
    """The rows of a file.

    Raises
    ------
    DayUnusable
        If it is missing or cannot be read.
    """
    try:
        return read(path, cls)
    except (OSError, ValueError, KeyError) as error:  # pyarrow's errors are of these
        raise DayUnusable(f"{path} cannot be read ({error}): make the day again, or leave it out") from None
