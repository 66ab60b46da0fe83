"""Rows as a reader found them, before their mapping gives them a meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from passinfo.columns import Ints
from passinfo.rejections import Rejection

SHOWN_CHARS = 80
"""How much of an offending value a rejection keeps."""


@dataclass(frozen=True, slots=True)
class RawRows:
    """Some rows of one file, as columns by their own names, and what could not even be split into columns.

    A column is an object array of texts, numbers and ``None``, or an array of numbers with NaN for none, or of
    ``datetime64`` (UTC) with NaT for none.
    """

    source: str
    row_numbers: Ints
    columns: Mapping[str, npt.NDArray[Any]]
    rejections: tuple[Rejection, ...] = ()


def objects(values: list[Any]) -> npt.NDArray[Any]:
    """An object array of values as they are."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def no_rows(source: str, *rejections: Rejection) -> RawRows:
    """A file, or a part of it, of which only refusals are left."""
    return RawRows(source, np.zeros(0, np.int32), {}, rejections)


def show(value: object) -> str:
    """A value as a rejection quotes it."""
    return str(value)[:SHOWN_CHARS]
