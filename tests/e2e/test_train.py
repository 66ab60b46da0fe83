"""From a simulated day to a model and back: what was learned is used by the next replay."""

import json
from pathlib import Path

import numpy as np
import pytest

from feeds.cli import main as feeds
from models.cli import main as models
from passinfo.history.parquet import read
from passinfo.prediction.protocol import Predictions

DAY = ["--from", "2026-11-23T01:00:00Z", "--to", "2026-11-23T05:00:00Z"]
HOUR = ["--from", "2026-11-23T05:00:00Z", "--to", "2026-11-23T06:00:00Z"]


@pytest.mark.slow
def test_a_model_trained_on_a_replay_predicts_the_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, hours in (("day", DAY), ("hour", HOUR)):
        words = ["simulate", "pasig", "--vehicles", "20", "--seed", "3", *hours]
        assert feeds([*words, "--out", str(tmp_path / f"{name}.csv")]) == 0

    def replay(name: str, out: str, *more: str) -> Predictions:
        words = ["replay", "--network", "pasig", "--positions", str(tmp_path / f"{name}.csv"), "--mapping", "passinfo"]
        assert feeds([*words, "--out", str(tmp_path / out), *more]) == 0
        return read(tmp_path / out / "predictions.parquet", Predictions)

    replay("day", "learn")
    model = tmp_path / "model"
    assert models(["train", "--network", "pasig", "--replays", str(tmp_path / "learn"), "--out", str(model)]) == 0
    assert "mean absolute error" in capsys.readouterr().out
    assert json.loads((model / "manifest.json").read_text())["rows"] > 500
    untrained, trained = replay("hour", "without"), replay("hour", "with", "--model", str(model))

    historic = np.isin(trained.method, ["HISTORIC", "LIVE_MIX"])
    assert historic.sum() > 1_000
    assert (trained.p10_at <= trained.p50_at).all()
    assert (trained.p50_at <= trained.p90_at).all()
    assert (trained.made_at[historic] <= trained.p50_at[historic]).mean() > 0.9
    before, after = by_call(untrained), by_call(trained)
    same = before.keys() & after.keys()
    assert len(same) > 0.9 * len(before)
    assert sum(before[call] != after[call] for call in same) > 0.5 * len(same), "the model was loaded, but not used"


def by_call(rows: Predictions) -> dict[tuple[object, ...], float]:
    """Median instant by tick, vehicle, run and stop."""
    names = ("made_at", "vehicle_id", "trip_id", "start_date", "start_service_s", "stop_sequence")
    keys = zip(*[getattr(rows, name).tolist() for name in names], strict=True)
    return dict(zip(keys, rows.p50_at.tolist(), strict=True))
