"""Nothing received later changes a prediction."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.leak import leaks, recording
from benchmarks.tracking.cities import MAPPINGS, data


@pytest.mark.slow
@pytest.mark.realdata
@pytest.mark.parametrize("city", sorted(MAPPINGS))
def test_a_file_cut_at_a_moment_predicts_the_same_there(city: str) -> None:
    found = leaks(recording(data() / city, MAPPINGS[city]), moments=8, windows=2)
    assert found.moments == 8
    assert found.arrivals > 1_000
    assert found.different == 0


@pytest.mark.slow
@pytest.mark.realdata
def test_the_comparison_sees_a_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    of = recording(data() / "kingston", MAPPINGS["kingston"])
    shifted = np.roll(of.line_of, 40)  # each instant's rows stand elsewhere: a cut keeps other lines than the whole
    object.__setattr__(of, "line_of", shifted)
    assert leaks(of, moments=3, windows=1).different > 0
