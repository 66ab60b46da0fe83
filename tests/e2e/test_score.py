"""A city's production feed, scored on positions: the figures public archives show for such feeds."""

import json
from pathlib import Path

import pytest

from feeds.cli import main as feeds
from models.cli import main as models
from tests.conftest import DATA

KINGSTON = DATA / "kingston"


@pytest.mark.slow
@pytest.mark.realdata
def test_kingstons_own_feed_is_as_good_as_such_feeds_are(tmp_path: Path) -> None:
    """Truth that were wrong by half a minute, or moments that did not agree, would show in the nearest bin."""
    out, figures = tmp_path / "out", tmp_path / "score.json"
    words = [
        "--network",
        KINGSTON / "gtfs.zip",
        "--positions",
        KINGSTON / "vehicle_positions.csv",
        "--mapping",
        "kingston",
    ]
    assert feeds(["replay", *map(str, words), "--out", str(out), "--hindsight", "--predictions-every", "30"]) == 0
    theirs = ["--against", str(KINGSTON / "trip_updates.parquet"), "--against-mapping", "kingston"]
    assert models(["score", "--predictions", str(out), "--visits", str(out), *theirs, "--json", str(figures)]) == 0
    board = json.loads(figures.read_text())
    ours, production = board["standings"]
    assert board["pairs"] > 15_000
    assert min(ours["fates"]["paired"], production["fates"]["paired"]) > board["pairs"]
    (rivalry,) = board["rivalries"]
    errors = [row["other_mae_s"] for row in rivalry["by_actual"][:4]]
    # a small Canadian city: 26, 46, 64, 84 s at 0-2, 2-5, 5-10, 10-15 min
    for error, usual in zip(errors, (26, 46, 64, 84), strict=True):
        assert error == pytest.approx(usual, rel=0.3)
    assert production["steadiness"]["jitter_s_per_min"]["value"] < production["steadiness"]["step_s_per_min"]["value"]
