"""What it costs to believe that a vehicle is at a place: logarithms of probabilities, and their scales."""

from __future__ import annotations

import numpy as np

from passinfo.tracking.fast.advance import Prices
from passinfo.tracking.terminals import BAY_REACH_M, BEGUN_M, START_REACH_M

SIGMA_M = 20.0
"""Spread of GPS and of surveyed lines together: twice the 90th percentile offset seen (Kingston: 9 m)."""
ROUGH_SIGMA_M = 160.0
"""Where lines go stop to stop: a third of the reach."""
SLIP_M = 25.0
"""Scale of progress that the displacement does not explain (β of Newson and Krumm, order of GPS noise)."""
SLIP_SHARE = 0.3
"""… plus this share of the displacement: roads wind, and lines cut corners."""
DRIFT_M = 40.0
"""A displacement of this order may be that of the receiver alone: it says little of the direction of a bus that is
amid its run …"""
NO_DRIFT_M = 1e-3
"""… but where runs begin and end, the first metres tell."""
FORGET = 0.98
"""Evidence fades by this factor with each report that tells news, so that yesterday's certainty does not outvote
today's road."""
ENTRY = -8.0
"""Cost of being on a pattern without having been on it before."""
ENTRY_AT_START = -4.0
"""… at its first stop, where runs begin."""
ENTRY_FREE = -3.0
"""… from being on none."""
FIRST = 0.0
"""First seen, a vehicle may be anywhere …"""
FREE, FREE_ROUGH = -2.5, -4.0
"""Cost per report of being on no pattern: a place on one that is 35 m aside costs as much (rough lines: 390 m)."""
LEAVE = -8.0
"""Cost of leaving a pattern for none: runs end at terminals, as a rule."""
AGAINST = -4.0
"""Cost of heading against the line (more than 100° off, faster than walking)."""
AGAINST_COS = float(np.cos(np.radians(100.0)))
NEWS_M, LEAST_NEWS = 40.0, 0.1
"""A report from where the bus was before says little new: its error is the same. Twice the spread of GPS is news."""
WALKING_MPS = 2.0
BACKWARD_M = 250.0
"""Progress never goes back farther than this: a bus that does has begun again."""
FASTEST_MPS = 40.0
FAINTEST = -10.5
"""Places less likely than e⁻¹⁰·⁵ of the best are dropped."""
LOST = -2.0
"""Cost per report of keeping a pattern in mind while the bus is off it."""
MAX_LOST_S = 900.0
"""A pattern not seen for a quarter of an hour is forgotten."""

FROM_ANY, FROM_FREE = -1, -2

PRICES = Prices(
    sigma_m=SIGMA_M,
    rough_sigma_m=ROUGH_SIGMA_M,
    slip_m=SLIP_M,
    rough_slip_m=ROUGH_SIGMA_M / 2,
    slip_share=SLIP_SHARE,
    drift_m=DRIFT_M,
    no_drift_m=NO_DRIFT_M,
    entry=ENTRY,
    entry_at_start=ENTRY_AT_START,
    entry_free=ENTRY_FREE,
    first=FIRST,
    free=FREE,
    free_rough=FREE_ROUGH,
    leave=LEAVE,
    against=AGAINST,
    against_cos=AGAINST_COS,
    news_m=NEWS_M,
    least_news=LEAST_NEWS,
    walking_mps=WALKING_MPS,
    backward_m=BACKWARD_M,
    fastest_mps=FASTEST_MPS,
    faintest=FAINTEST,
    lost=LOST,
    max_lost_s=MAX_LOST_S,
    bay_reach_m=BAY_REACH_M,
    start_reach_m=START_REACH_M,
    begun_m=BEGUN_M,
    from_any=FROM_ANY,
    from_free=FROM_FREE,
    forget=FORGET,
)
"""All of them, for the compiled loop."""
