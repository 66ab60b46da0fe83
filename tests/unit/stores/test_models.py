"""The store of models, and what the live loop takes from it."""

import json
from pathlib import Path

import pytest

from feeds.predictors import Promoted
from passinfo.stores.models import KEPT, ModelStore, NoSuchModel
from tests.unit.builders_network import city


def artefact(folder: Path, word: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"word": word}), encoding="utf-8")
    (folder / "tables.npz").write_bytes(word.encode())
    return folder


def test_a_model_is_kept_whole_and_live_once_however_often_it_is_promoted(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "state")
    assert store.live() is None
    made = artefact(tmp_path / "a", "one")
    first = store.promote(made, 1.0, "better")
    assert store.promote(made, 2.0, "again") == first == store.live()
    (made / "tables.npz").write_bytes(b"changed later")
    assert (store.folder(first.model) / "tables.npz").read_bytes() == b"one"


def test_back_leads_to_the_model_before_and_no_farther(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "state")
    one = store.promote(artefact(tmp_path / "a", "one"), 1.0, "")
    store.promote(artefact(tmp_path / "b", "two"), 2.0, "")
    assert store.back(3.0).model == one.model
    with pytest.raises(NoSuchModel):
        store.back(4.0)


def test_old_models_go_and_drafts_of_a_killed_copy_are_replaced(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "state")
    for number in range(KEPT + 3):
        live = store.promote(artefact(tmp_path / f"m{number}", str(number)), float(number), "")
    folders = sorted(path.name for path in (tmp_path / "state" / "models").iterdir() if path.is_dir())
    assert folders == sorted((live.model, *live.before)) and len(folders) == KEPT + 1
    fresh = artefact(tmp_path / "z", "last")
    draft = tmp_path / "state" / "models" / ".0123456789abcdef.part"
    draft.mkdir()
    store.promote(fresh, 99.0, "")
    assert not draft.exists()


def test_what_is_no_model_or_cannot_be_read_is_said(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "state")
    with pytest.raises(NoSuchModel, match="no model"):
        store.promote(tmp_path, 1.0, "")
    store.promote(artefact(tmp_path / "a", "one"), 1.0, "")
    (tmp_path / "state" / "models" / "current.json").write_text("{", encoding="utf-8")
    with pytest.raises(NoSuchModel, match="cannot be read"):
        store.live()


def test_the_live_loop_goes_on_with_the_old_model_where_the_new_one_cannot_be_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = ModelStore(tmp_path)
    promoted = Promoted(tmp_path)
    assert promoted.fresh(city()) is None
    store.promote(artefact(tmp_path / "a", "no model at all"), 1.0, "")
    assert promoted.fresh(city()) is None and promoted.fresh(city()) is None
    assert len([row for row in caplog.records if "not taken up" in row.message]) == 1
