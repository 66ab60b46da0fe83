"""Trips that vehicles may be running, and what they are weighed by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats, Ints
from passinfo.tracking.ragged import Index
from passinfo.tracking.trip_prices import MOST_ODDS
from passinfo.tracking.vehicles import Codes


@dataclass(frozen=True, slots=True)
class Told:
    """What the permitted ids of each report say; -1 where they say nothing."""

    pattern_ix: Ints
    """Pattern of the trip named."""
    plan_row: Index
    """The timetable run named."""
    route_ix: Ints
    """-2: the BMS, which names a route (and direction) as a rule, says that it serves none."""
    direction_id: Ints
    block_ix: Ints
    """Number of the block named."""
    other_route: Floats
    """Log-likelihood that naming a route takes from the patterns of the others …"""
    other_direction: Floats
    """… and naming a direction from those of the other."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What each vehicle was thought to run before, as rows of the plan and codes of blocks."""

    may_row: Index
    """n × slots; -1 = none."""
    may_alone: Floats
    block_code: Codes
    block_p: Floats
    ended_at: Floats
    """When the run before ended; NaN = unknown."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidates by report, then place: what may be run, and how likely.

    Probabilities of a report sum to one, less that of being on no pattern.
    """

    report: Index
    place: Index
    """Row of the belief."""
    plan_row: Index
    """-1 = a run that no timetable tells of."""
    likely: Floats
    alone: Floats
    """The same as if no other vehicle were there."""


def odds(likely: Floats) -> Floats:
    """Odds of a probability, within bounds: nobody is surer than that."""
    return np.asarray(np.minimum(likely / np.maximum(1.0 - likely, 1e-9), MOST_ODDS))
