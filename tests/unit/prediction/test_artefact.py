import json

import numpy as np
import pytest

from passinfo.prediction.artefact import MANIFEST, MEMBER, ArtefactUnusable, load_artefact, save_artefact
from passinfo.prediction.historic import HistoricPredictor
from passinfo.prediction.intervals import Widths
from passinfo.prediction.pace import HistoricArtefact
from tests.unit.builders_network import HEADWAY, LOOP, TIMETABLE, at, city, ints, run, texts

BANDS = ints(0, 12 * 3600)


def artefact(**changes):
    """Pattern P2: E-D learned at 0.5 s/m, at noon 1.0; route R2 0.3; network 0.2."""
    values = {
        "band_start_s": BANDS,
        "pattern_id": texts("P2"),
        "from_stop_id": texts("E"),
        "to_stop_id": texts("D"),
        "segment_pace": np.array([[0.5, 1.0]]),
        "route_id": texts("R2"),
        "route_pace": np.array([[0.3, 0.3]]),
        "network_pace": np.array([0.2, 0.2]),
        "widths": Widths(np.array([0.0, 600.0]), np.array([10.0, 60.0]), np.array([20.0, 120.0])),
        "network_hash": "city",
        "rows": 7,
        "first_date": 20260216,
        "last_date": 20260217,
    }
    return HistoricArtefact(**{**values, **changes})


def saved(tmp_path):
    return save_artefact(tmp_path / "model", artefact(), created_from=("monday",), versions={"numpy": "2"})


def test_what_is_saved_is_loaded(tmp_path):
    loaded = load_artefact(saved(tmp_path))
    for name in ("pattern_id", "from_stop_id", "to_stop_id", "route_id", "segment_pace", "route_pace", "network_pace"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(artefact(), name))
    np.testing.assert_array_equal(loaded.widths.late_s, [20.0, 120.0])
    assert (loaded.network_hash, loaded.rows, loaded.first_date, loaded.last_date) == ("city", 7, 20260216, 20260217)


def test_the_manifest_says_what_it_is_and_was_made_from(tmp_path):
    manifest = json.loads((saved(tmp_path) / MANIFEST).read_text())
    assert (manifest["kind"], manifest["format"], manifest["created_from"]) == ("historic", 1, ["monday"])
    assert manifest["versions"] == {"numpy": "2"} and len(manifest["sha256"][MEMBER]) == 64


def test_the_same_artefact_gives_the_same_bytes(tmp_path):
    first = (saved(tmp_path) / MEMBER).read_bytes()
    assert (saved(tmp_path) / MEMBER).read_bytes() == first


def test_a_folder_that_is_no_artefact_is_not_replaced(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "letters.txt").write_text("dear")
    with pytest.raises(ArtefactUnusable, match="is no model"):
        saved(tmp_path)
    assert (tmp_path / "model" / "letters.txt").exists()


def rewrite(folder, **changes):
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**manifest, **changes}))


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda f: (f / MANIFEST).unlink(), "make one with python -m models train"),
        (lambda f: (f / MANIFEST).write_text("{"), "cannot be read"),
        (lambda f: (f / MANIFEST).write_text("[]"), "cannot be read"),
        (lambda f: (f / MEMBER).unlink(), "lacks pace.npz"),
        (lambda f: (f / MEMBER).write_bytes(b"PK"), "checksum"),
        (lambda f: rewrite(f, format=99), "format 99"),
        (lambda f: rewrite(f, kind="neural"), "'neural'"),
        (lambda f: rewrite(f, rows=None), "incomplete"),
    ],
)
def test_a_broken_artefact_is_refused_with_advice(tmp_path, harm, says):
    folder = saved(tmp_path)
    harm(folder)
    with pytest.raises(ArtefactUnusable, match=says):
        load_artefact(folder)


@pytest.mark.parametrize("pace", [np.array([np.nan, 0.2]), np.array([0.0, 0.2]), np.array([0.2])])
def test_impossible_paces_are_refused(tmp_path, pace):
    folder = save_artefact(tmp_path / "m", artefact(network_pace=pace), created_from=(), versions={})
    with pytest.raises(ArtefactUnusable, match="train anew"):
        load_artefact(folder)


def seconds_ahead(pattern, now, **where):
    said = HistoricPredictor(artefact()).predict(city(), run(pattern, measured_at=now, **where), now)
    return (said.p50_at - now).round(3).tolist()


def test_a_known_segment_has_its_own_pace_by_time_of_day_the_others_that_of_the_route():
    assert seconds_ahead(HEADWAY, at(8), dist_m=1.0, first=1)[:2] == [249.5, 399.5]
    assert seconds_ahead(HEADWAY, at(13), dist_m=1.0, first=1)[:2] == [499.0, 649.0]


def test_a_route_that_was_never_seen_has_the_pace_of_the_network():
    assert seconds_ahead(TIMETABLE, at(8), dist_m=500.0, first=2) == [100.0, 200.0, 300.0]
    assert seconds_ahead(LOOP, at(8), dist_m=500.0, first=2) == [100.0, 200.0]


def test_intervals_are_the_artefacts():
    said = HistoricPredictor(artefact()).predict(city(), run(LOOP, measured_at=at(8), dist_m=500.0, first=2), at(8))
    assert (said.p90_at - said.p50_at)[0] == pytest.approx(20 + 100 / 6, abs=0.01)
    assert (said.p50_at - said.p10_at)[0] == pytest.approx(10 + 50 / 6, abs=0.01)


def test_the_artefact_follows_a_change_of_network():
    predictor = HistoricPredictor(artefact())
    ahead = run(LOOP, measured_at=at(8), dist_m=500.0, first=2)
    first = predictor.predict(city("one"), ahead, at(8))
    second = predictor.predict(city("two"), ahead, at(8))
    np.testing.assert_array_equal(first.p50_at, second.p50_at)
