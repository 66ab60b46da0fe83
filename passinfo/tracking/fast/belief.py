"""Places of some vehicles replaced: see :func:`passinfo.tracking.belief.with_rows_fast`."""

from __future__ import annotations

import numpy as np

from passinfo.columns import Bools, Floats, Ints
from passinfo.compiled import compiled
from passinfo.tracking.ragged import Index


@compiled
def replaced(
    stays: Bools,
    start: Index,
    count: Index,
    pattern_ix: Ints,
    places: tuple[Floats, ...],
    vehicles: Index,
    new_count: Index,
    new_pattern_ix: Ints,
    new_places: tuple[Floats, ...],
) -> tuple[Index, Ints, Floats]:
    """Start of every vehicle, and the columns: those that stay, then the new ones.

    ``stays``: vehicles that keep what they have; the other ones are ``vehicles``.
    """
    kept = 0
    for vehicle in range(len(start)):
        if stays[vehicle]:
            kept += count[vehicle]
    rows = kept + len(new_pattern_ix)
    begins, pattern, table = np.empty(len(start), np.intp), np.empty(rows, np.int32), np.empty((len(places), rows))
    out = 0
    for vehicle in range(len(start)):
        if stays[vehicle]:
            begins[vehicle] = out
            for row in range(start[vehicle], start[vehicle] + count[vehicle]):
                pattern[out] = pattern_ix[row]
                out += 1
    pattern[kept:] = new_pattern_ix
    for column in range(len(places)):
        old, new = places[column], table[column]
        out = 0
        for vehicle in range(len(start)):
            if stays[vehicle]:
                for row in range(start[vehicle], start[vehicle] + count[vehicle]):
                    new[out] = old[row]
                    out += 1
        new[kept:] = new_places[column]
    out = kept
    for number in range(len(vehicles)):
        begins[vehicles[number]] = out
        out += new_count[number]
    return begins, pattern, table
