"""Where buses left their lines, measured on made-up towns whose closed street is known."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.adversary import scene_of, track_scene
from passinfo.settings import CitySettings
from passinfo.tracking.detours import off_routes
from passinfo.tracking.hindsight.day import hindsight


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("mode", ["live", "hindsight"])
def test_three_buses_around_a_closed_street_are_a_detour(seed: int, mode: str) -> None:
    """Mutation: places compared along the pattern only, or each bus for itself."""
    scene = scene_of("detour", seed)
    reports, _ = scene.reports()
    accepted, said = track_scene(scene, reports)
    network = scene.town.network()
    if mode == "hindsight":
        said, _ = hindsight(CitySettings(hints=scene.hints), network, accepted, said)
    found = off_routes(network, said)
    assert found.vehicles.tolist() == [3, 3, 3]
    truth = [
        (told.dist_m[np.flatnonzero(gone)[0] - 1], told.dist_m[np.flatnonzero(gone)[-1] + 1])
        for told in scene.told
        for gone in [np.isnan(told.dist_m) & (told.run >= 0)]
    ]
    assert np.abs(np.sort(found.left_m) - np.sort([left for left, _ in truth])).max() < 400
    assert np.abs(np.sort(found.rejoined_m) - np.sort([back for _, back in truth])).max() < 400
    assert (found.rejoined_at > found.left_at).all()


def test_a_bus_that_keeps_to_its_line_left_nowhere() -> None:
    scene = scene_of("stop served twice", 1)
    reports, _ = scene.reports()
    _, said = track_scene(scene, reports)
    assert len(off_routes(scene.town.network(), said).vehicle_id) == 0
