"""The situations that break trackers, one of each; and that the judge sees what is wrong."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from benchmarks.adversary import in_order_of, scene_of, track_scene, verdict
from benchmarks.adversary.judge import judge
from benchmarks.adversary.scenes import SCENES


@pytest.mark.parametrize("name", SCENES)
def test_right_or_abstained(name: str) -> None:
    live, hindsight = verdict(name, 1)
    assert live.wrong == ()
    assert hindsight.wrong == ()
    assert live.answered >= 0.85 * live.asked > 0


def test_a_wrong_trip_direction_or_place_is_seen() -> None:
    """Mutation of the judge: any of its rules left out."""
    scene = scene_of("stop served twice", 1)
    reports, truth = scene.reports()
    _, matches = track_scene(scene, reports)
    truth = in_order_of(matches, reports, truth)
    assert judge(scene, truth, matches).wrong == ()
    amid = int(np.flatnonzero([matches.phase[row] == "IN_SERVICE" for row in range(len(truth))])[20])
    trips = sorted({each for each in matches.trip_id.tolist() if each} - {matches.trip_id[amid]})
    for field, value in (
        ("trip_id", trips[0]),
        ("direction_id", 1 - int(matches.direction_id[amid])),
        ("dist_m", float(matches.dist_m[amid]) + 500.0),
    ):
        column = getattr(matches, field).copy()
        column[amid] = value
        assert len(judge(scene, truth, dataclasses.replace(matches, **{field: column})).wrong) == 1, field


def test_an_abstained_trip_is_not_answered() -> None:
    scene = scene_of("loop", 1)
    reports, truth = scene.reports()
    _, matches = track_scene(scene, reports)
    silent = dataclasses.replace(matches, trip_id=np.full(len(matches.trip_id), None, dtype=object))
    found = judge(scene, in_order_of(matches, reports, truth), silent)
    assert (found.wrong, found.answered) == ((), 0)
    assert found.asked > 0
