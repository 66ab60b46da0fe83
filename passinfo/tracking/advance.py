"""Where on which pattern vehicles may be: a hidden Markov model over places of patterns.

Every report offers the nearest places of all patterns near it. A place is likely if it lies close to the report, if
the line runs the way the bus heads, and if a place of the same pattern before it explains the distance driven:
progress along the line should equal the displacement on the ground (after Newson and Krumm 2009). A bus driving
against a pattern's direction makes negative progress and the pattern dies out; so does one whose road branches off.
The ids of a report are no part of it: they are weighed when a pattern is chosen, once and not report by report, for a
wrong id is repeated too.
"""

from __future__ import annotations

from passinfo.columns import Bools, Floats, Ints
from passinfo.tracking import fast
from passinfo.tracking.advance_numpy import advance_numpy
from passinfo.tracking.belief import Belief, Origin
from passinfo.tracking.fast.advance import advanced
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.near import Near
from passinfo.tracking.place_prices import FORGET, PRICES
from passinfo.tracking.ragged import Index


def advance(
    index: TrackingIndex,
    before: Belief,
    near: Near,
    *,
    x_m: Floats,
    y_m: Floats,
    at: Floats,
    heading_rad: Floats,
    speed_mps: Floats,
    moved_m: Floats,
    stands: Bools,
    service: Floats,
    slot: Index,
    under_way: Bools,
    unweighed: Ints,
    forget: float = FORGET,
) -> tuple[Belief, Origin]:
    """The belief after one more report of each vehicle, and what it came from.

    ``before`` and every column have one row per report; ``heading_rad`` and ``speed_mps`` may be NaN. ``moved_m``:
    how far from the report before (NaN = there is none); ``stands``: the
    vehicle has been standing for a while; ``service``: log-likelihood of entering each
    pattern, by slot of the day; ``slot``: the slot of each report;
    ``under_way``: the vehicle is amid a run; ``unweighed``: reports taken without weighing since ``before``;
    ``forget``: see ``FORGET``.
    """
    way = advance_fast if fast.AVAILABLE else advance_numpy
    return way(
        index,
        before,
        near,
        x_m=x_m,
        y_m=y_m,
        at=at,
        heading_rad=heading_rad,
        speed_mps=speed_mps,
        moved_m=moved_m,
        stands=stands,
        service=service,
        slot=slot,
        under_way=under_way,
        unweighed=unweighed,
        forget=forget,
    )


def advance_fast(
    index: TrackingIndex,
    before: Belief,
    near: Near,
    *,
    x_m: Floats,
    y_m: Floats,
    at: Floats,
    heading_rad: Floats,
    speed_mps: Floats,
    moved_m: Floats,
    stands: Bools,
    service: Floats,
    slot: Index,
    under_way: Bools,
    unweighed: Ints,
    forget: float = FORGET,
) -> tuple[Belief, Origin]:
    """The same, compiled: vehicle by vehicle."""
    start, count, free, pattern, table, row, left = advanced(
        PRICES._replace(forget=forget),
        index.rank,
        index.first_m,
        index.shape_known,
        before.start,
        before.count,
        before.free,
        before.pattern_ix,
        before.dist_m,
        before.offset_m,
        before.log_weight,
        before.x_m,
        before.y_m,
        before.at,
        before.born_at,
        before.born_m,
        before.left_at,
        near.report,
        near.pattern_ix,
        near.dist_m,
        near.offset_m,
        near.east,
        near.north,
        x_m,
        y_m,
        at,
        heading_rad,
        speed_mps,
        moved_m,
        stands,
        service,
        slot,
        under_way,
        unweighed,
    )
    return Belief(start, count, free, pattern, *table), Origin(row, left)
