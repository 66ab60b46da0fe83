"""How likely each trip is that a vehicle may be running: where it is, when, what it ran before, what others run.

Every place a vehicle may be at is joined with every timetable run that could be there now. Beside them stands, for
every place, "a run that no timetable tells of", so that the sum over a pattern says how likely the pattern is, and a
bus that fits no trip is given none.
"""

from __future__ import annotations

from passinfo.columns import Bools, Floats
from passinfo.tracking import fast
from passinfo.tracking.belief import Belief
from passinfo.tracking.candidates import Candidates, Memory, Told
from passinfo.tracking.fast.weigh import weighed
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.plan import Plan
from passinfo.tracking.trip_prices import PRICES
from passinfo.tracking.weigh_numpy import weigh_numpy


def weigh(
    index: TrackingIndex,
    plan: Plan,
    belief: Belief,
    at: Floats,
    stands: Bools,
    told: Told,
    memory: Memory,
    claimed: Floats,
) -> Candidates:
    """Candidates of each report.

    ``stands``: the vehicle has been standing for a while; ``claimed``: odds that each run of the plan is some
    vehicle's, summed over vehicles.
    """
    way = weigh_fast if fast.AVAILABLE else weigh_numpy
    return way(index, plan, belief, at, stands, told, memory, claimed)


def weigh_fast(
    index: TrackingIndex,
    plan: Plan,
    belief: Belief,
    at: Floats,
    stands: Bools,
    told: Told,
    memory: Memory,
    claimed: Floats,
) -> Candidates:
    """The same, compiled: place by place."""
    return Candidates(
        *weighed(
            PRICES,
            at,
            stands,
            belief.count,
            belief.free,
            belief.pattern_ix,
            belief.dist_m,
            belief.log_weight,
            belief.at,
            belief.born_at,
            belief.left_at,
            index.facts,
            index.first_m,
            index.stop_dist_m,
            index.profile_s,
            plan.base_at,
            plan.first_of_slot,
            plan.profile_row,
            plan.start_at,
            plan.block_ix,
            plan.block_code,
            told.pattern_ix,
            told.plan_row,
            told.route_ix,
            told.direction_id,
            told.block_ix,
            told.other_route,
            told.other_direction,
            memory.may_row,
            memory.may_alone,
            memory.block_code,
            memory.block_p,
            memory.ended_at,
            claimed,
        )
    )
