"""What speaks for a trip: logarithms of likelihoods, and the scales they are taken on."""

from __future__ import annotations

from passinfo.tracking.fast.weigh import Prices
from passinfo.tracking.ground import APART_M
from passinfo.tracking.plan import SLOT_S, SLOTS
from passinfo.tracking.terminals import BAY_REACH_M, BEGUN_M

USUAL_LATE_S = 60.0
LATE_SCALE_S = 240.0
EARLY_SCALE_S = 120.0
"""Deviations centre a minute late and spread twice as far to the late side (seen on both cities with trip ids)."""
LEAVES_LATE_S, LEAVES_LATE_SCALE_S, LEAVES_EARLY_SCALE_S = 15.0, 120.0, 60.0
"""Departures from the first stop keep the plan better than the road does."""
RUNNING_WEIGHT, LEAVING_WEIGHT = 0.7, 0.5
"""Lateness on the road and at departure are one fact seen twice: together they count little more than once."""
TURN_S = 60.0
"""A bus that comes late leaves again after a minute at the earliest."""
WAITS_SCALE_S = 900.0
"""A bus at the first stop is likelier to run the next departure than one an hour away."""
PULLS_UP_S = 1_800.0
"""… within half an hour of the run before."""
WAITED_S = 120.0
"""… unless it has waited so long at the first stop itself."""
MOST_EARLY_S, MOST_LATE_S = 900.0, 3_600.0
"""Beyond, a trip is not considered at all."""
PROFILE_SLACK_S = 1_200.0
"""Running times of a pattern's trips differ by no more from its usual one."""
FAINT_PLACE = -7.5
"""A place entered just now where another explains the way driven is not weighed."""
UNPLANNED = -6.0
"""Log-likelihood of a run in no timetable; that of a trip exactly on its usual deviation is 0."""
UNPLANNED_HEADWAY = -1.5
"""… on a pattern with headway service, where such runs are the rule."""
PARKED = -4.0
"""… of a bus that stands at a first stop: one in fifty will not run the next departure, whatever its block."""
FREE_PRIOR = -1.0
"""… of being on no pattern: a bus that moves is in service, as a rule."""
OTHER_BLOCK = 0.007
"""A vehicle leaves its block for another one that often from run to run (none of 147 in Washington and Kingston)."""
MOST_ODDS = 50.0
"""However sure a vehicle is of its trip, another one may be right."""
TRIP_HINT, RUN_HINT, ROUTE_HINT, DIRECTION_HINT = 3.0, 3.0, 3.0, 2.0
"""Log-likelihood that an id of the BMS adds: right far more often than not, yet the road outvotes a wrong one
(entering a pattern anywhere costs 8, at its first stop 4)."""
OTHER_ROUTE = -8.0
"""… and what it takes from the patterns of other routes, and from all if the BMS says that the bus serves none: alone
with the road against it, it ends no run (being on no pattern costs 8 too), but none is begun."""
OTHER_DIRECTION = -4.0
"""… and from the patterns of the other direction once a run has ended: amid a run the tag goes over to the way back too
soon, but a bus that has come to its end and is said to drive back leaves that way."""
OTHER_ROUTE_LONG = -10.0
"""… after a minute of that: enough to end the run, unless the timetable speaks for it."""

PRICES = Prices(
    usual_late_s=USUAL_LATE_S,
    late_scale_s=LATE_SCALE_S,
    early_scale_s=EARLY_SCALE_S,
    leaves_late_s=LEAVES_LATE_S,
    leaves_late_scale_s=LEAVES_LATE_SCALE_S,
    leaves_early_scale_s=LEAVES_EARLY_SCALE_S,
    running_weight=RUNNING_WEIGHT,
    leaving_weight=LEAVING_WEIGHT,
    turn_s=TURN_S,
    waits_scale_s=WAITS_SCALE_S,
    pulls_up_s=PULLS_UP_S,
    waited_s=WAITED_S,
    most_early_s=MOST_EARLY_S,
    most_late_s=MOST_LATE_S,
    profile_slack_s=PROFILE_SLACK_S,
    faint_place=FAINT_PLACE,
    unplanned=UNPLANNED,
    unplanned_headway=UNPLANNED_HEADWAY,
    parked=PARKED,
    free_prior=FREE_PRIOR,
    other_block=OTHER_BLOCK,
    most_odds=MOST_ODDS,
    trip_hint=TRIP_HINT,
    run_hint=RUN_HINT,
    route_hint=ROUTE_HINT,
    direction_hint=DIRECTION_HINT,
    bay_reach_m=BAY_REACH_M,
    begun_m=BEGUN_M,
    apart_m=APART_M,
    slot_s=SLOT_S,
    slots=SLOTS,
)
"""All of them, for the compiled loop."""
