"""The features, in the order of their columns; a model of other features is refused."""

from __future__ import annotations

from passinfo.prediction.arrival.earlier import COLUMNS

NAMES = (
    "log_usual",
    "log_mix",
    "mix_over_usual",
    "gone_s",
    "behind_s",
    "own_last",
    "own_mean",
    "own_age_s",
    "hop_ahead",
    "last_ahead",
    "last_age",
    "route",
    "network",
    "network_trend",
    "metres",
    "stops",
    "spread",
    "share",
    "hour_sin",
    "hour_cos",
    "leader_s",
    "pace_usual",
    "next_last",
    "stands_s",
    "speed_short",
    "speed_long",
    "metres_to_next",
    "hop_usual_s",
    "hop_left_s",
    "hop_over_s",
    "next_late",
    "late_ahead",
    "to_end_m",
    "jam_network",
    "jam_route",
    "jam_ahead",
    "own_long",
    "slow_ahead",
    "inside",
    "inside_left_s",
    *COLUMNS,
    "step_1",
    "step_2",
    "step_3",
    "step_4",
    "fast_ahead",
    "network_slow",
    "part_ahead",
    "part_fast_ahead",
)
TREES = len(NAMES) - 4
"""The trees are asked by the first of them: what the last four are worth the day tells (:mod:`.today`); learned from
quiet days they are worse than nothing."""
NOT_NEAR = frozenset(
    (
        "log_usual",
        "own_last",
        "route",
        "network",
        "spread",
        "next_last",
        "hop_left_s",
        "hop_over_s",
        "next_late",
        "jam_network",
        "jam_route",
        "plan_log_range",
        "plan_dev_range_s",
        "step_4",
    )
)
NEAR_TREES = tuple(number for number, name in enumerate(NAMES[:TREES]) if name not in NOT_NEAR)
"""The trees of what is near are asked by fewer columns: the others hardly moved them (ttc, Wednesday), and take a fifth
of the time to learn."""
