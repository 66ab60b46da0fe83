"""The arrival model on disk: ``manifest.json``, ``tables.npz`` and two skops files; nothing in it is run on loading.

The manifest says what it was made from and with, how it scored, and the checksum of every member. Regressors are
refused if they hold any type but scikit-learn's own trees.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from skops import io as skops_io

from passinfo.prediction.arrival.features import NAMES
from passinfo.prediction.arrival.model import ArrivalModel, Regressor
from passinfo.prediction.arrival.usual import Usual
from passinfo.prediction.artefact import MANIFEST, ArtefactUnusable

KIND, FORMAT = "arrival", 1
TABLES, MEDIAN, SCALE = "tables.npz", "median.skops", "scale.skops"
TRUSTED = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"]
"""What skops does not trust by itself and our regressors are made of."""
_USUAL = ("seconds", "spread", "late", "count")
_NUMBERS = ("pace", "edge_s", "low", "high")
_TEXTS = ("from_stop_id", "to_stop_id")


def save_model(folder: Path, model: ArrivalModel, facts: Mapping[str, Any]) -> Path:
    """Write a model; one that is there already is replaced, whole.

    Parameters
    ----------
    folder
        Where to; created.
    model
        What was learned.
    facts
        What it was made from and how it scored; plain values.

    Raises
    ------
    ArtefactUnusable
        If something else than a model stands there.
    """
    if folder.exists() and not (folder / MANIFEST).is_file():
        raise ArtefactUnusable(f"{folder} exists and is no model: give another name, or remove it")
    draft = folder.with_name(folder.name + ".part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    arrays: dict[str, Any] = {name: np.asarray(getattr(model, name)) for name in _NUMBERS}
    arrays |= {name: np.array([str(each) for each in getattr(model, name)], dtype=np.str_) for name in _TEXTS}
    arrays |= {f"usual_{name}": np.asarray(getattr(model.usual, name), dtype=np.float32) for name in _USUAL}
    tables = io.BytesIO()
    np.savez_compressed(tables, allow_pickle=False, **arrays)
    members = {TABLES: tables.getvalue(), MEDIAN: skops_io.dumps(model.median), SCALE: skops_io.dumps(model.scale)}
    for name, data in members.items():
        (draft / name).write_bytes(data)
    manifest = {
        "format": FORMAT,
        "kind": KIND,
        "features": list(NAMES),
        "scikit-learn": sklearn.__version__,
        **facts,
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in members.items()},
    }
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    draft.replace(folder)
    return folder


def load_model(folder: Path) -> ArrivalModel:
    """Read a model; it may have been trained on another version of the network.

    Raises
    ------
    ArtefactUnusable
        If it is missing, of another format, features or scikit-learn, damaged, or holds foreign types.
    """
    manifest = read_manifest(folder)
    _check(folder, manifest)
    members = {name: _member(folder, manifest, name) for name in (TABLES, MEDIAN, SCALE)}
    try:
        with np.load(io.BytesIO(members[TABLES]), allow_pickle=False) as arrays:
            usual = Usual(*(arrays[f"usual_{name}"].astype(float) for name in _USUAL))
            numbers = {name: arrays[name].astype(float) for name in _NUMBERS}
            texts = {name: arrays[name].astype(object) for name in _TEXTS}
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ArtefactUnusable(f"{folder} is incomplete ({error}): train anew") from None
    return ArrivalModel(
        **texts,
        usual=usual,
        pace=numbers["pace"],
        median=_regressor(folder, members[MEDIAN]),
        scale=_regressor(folder, members[SCALE]),
        edge_s=numbers["edge_s"],
        low=numbers["low"],
        high=numbers["high"],
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of any model folder.

    Raises
    ------
    ArtefactUnusable
        If there is none, or it is not JSON.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise ArtefactUnusable(f"{folder} is no model: it has no {MANIFEST}; make one with python -m models train")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        manifest = None
    if not isinstance(manifest, dict):
        raise ArtefactUnusable(f"{path} cannot be read: copy the folder again, or train anew")
    return manifest


def _check(folder: Path, manifest: Mapping[str, Any]) -> None:
    if manifest.get("kind") != KIND:
        raise ArtefactUnusable(f"{folder} is a model of kind {manifest.get('kind')!r}; {KIND!r} is needed")
    ours = {"format": FORMAT, "features": list(NAMES), "scikit-learn": sklearn.__version__}
    for name, value in ours.items():
        if manifest.get(name) != value:
            raise ArtefactUnusable(f"{folder} was made with another {name}: train anew")


def _member(folder: Path, manifest: Mapping[str, Any], name: str) -> bytes:
    try:
        data = (folder / name).read_bytes()
        wanted = manifest["sha256"][name]
    except (OSError, KeyError, TypeError):
        raise ArtefactUnusable(f"{folder} lacks {name}: copy the folder again, or train anew") from None
    if hashlib.sha256(data).hexdigest() != wanted:
        raise ArtefactUnusable(f"{folder / name} is damaged (checksum): copy the folder again, or train anew")
    return data


def _regressor(folder: Path, data: bytes) -> Regressor:
    try:
        made: Regressor = skops_io.loads(data, trusted=TRUSTED)
    except Exception as error:  # skops raises many kinds; whatever it is, the file is not ours
        raise ArtefactUnusable(f"{folder}: its regressor cannot be read ({type(error).__name__}): train anew") from None
    return made
