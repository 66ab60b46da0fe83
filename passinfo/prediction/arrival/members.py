"""Models on disk: a folder with ``manifest.json`` and its members; nothing in it is run on loading.

The manifest says what a model was made from and with, how it scored, and the checksum of every member. Regressors are
refused if they hold any type but scikit-learn's own trees.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sklearn
from sklearn.ensemble import HistGradientBoostingRegressor
from skops import io as skops_io

from passinfo.prediction.artefact import MANIFEST, ArtefactUnusable
from passinfo.prediction.forest import Regressor

TRUSTED = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"]
"""What skops does not trust by itself and our regressors are made of."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a model must be for this program to use it."""

    name: str
    format: int
    features: Sequence[str]


def write_members(folder: Path, kind: Kind, members: Mapping[str, bytes], facts: Mapping[str, Any]) -> Path:
    """Write a model's members and manifest; one that is there already is replaced, whole.

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
    for name, data in members.items():
        (draft / name).write_bytes(data)
    manifest = {
        "format": kind.format,
        "kind": kind.name,
        "features": list(kind.features),
        "scikit-learn": sklearn.__version__,
        **facts,
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in members.items()},
    }
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    draft.replace(folder)
    return folder


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


def read_members(folder: Path, kind: Kind, names: Sequence[str]) -> dict[str, bytes]:
    """The members of a model of a kind.

    Raises
    ------
    ArtefactUnusable
        If it is missing, of another kind, format, features or scikit-learn, or damaged.
    """
    manifest = read_manifest(folder)
    if manifest.get("kind") != kind.name:
        raise ArtefactUnusable(f"{folder} is a model of kind {manifest.get('kind')!r}; {kind.name!r} is needed")
    ours = {"format": kind.format, "features": list(kind.features), "scikit-learn": sklearn.__version__}
    for name, value in ours.items():
        if manifest.get(name) != value:
            raise ArtefactUnusable(f"{folder} was made with another {name}: train anew")
    return {name: _member(folder, manifest, name) for name in names}


def _member(folder: Path, manifest: Mapping[str, Any], name: str) -> bytes:
    try:
        data = (folder / name).read_bytes()
        wanted = manifest["sha256"][name]
    except (OSError, KeyError, TypeError):
        raise ArtefactUnusable(f"{folder} lacks {name}: copy the folder again, or train anew") from None
    if hashlib.sha256(data).hexdigest() != wanted:
        raise ArtefactUnusable(f"{folder / name} is damaged (checksum): copy the folder again, or train anew")
    return data


def regressor_of(folder: Path, data: bytes, features: int) -> Regressor:
    """A regressor from its member, asked with so many features.

    Raises
    ------
    ArtefactUnusable
        If it holds anything but fitted trees of as many features.
    """
    try:
        made = skops_io.loads(data, trusted=TRUSTED)
    except Exception as error:  # skops raises many kinds; whatever it is, the file is not ours
        raise ArtefactUnusable(f"{folder}: its regressor cannot be read ({type(error).__name__}): train anew") from None
    if not isinstance(made, HistGradientBoostingRegressor) or getattr(made, "n_features_in_", None) != features:
        raise ArtefactUnusable(f"{folder}: its regressor is not of {features} features and trees: train anew")
    trees: Regressor = made
    return trees
