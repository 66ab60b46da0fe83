"""The arrival model on disk: ``manifest.json``, ``tables.npz``, four skops files; nothing in it is run on loading."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from skops import io as skops_io

from passinfo.columns import Floats, Texts
from passinfo.prediction.arrival.earlier import Runs
from passinfo.prediction.arrival.feature_names import NAMES, TREES
from passinfo.prediction.arrival.members import Kind, read_manifest, read_members, regressor_of, write_members
from passinfo.prediction.arrival.model import ArrivalModel
from passinfo.prediction.arrival.usual import Usual
from passinfo.prediction.artefact import ArtefactUnusable

KIND = Kind("arrival", 4, NAMES)
TABLES, SCALE = "tables.npz", "scale.skops"
MEDIANS = "near.skops", "middle.skops", "far.skops"
_USUAL = ("seconds", "spread", "late", "count", "inside")
_NUMBERS = ("pace", "edge_s", "low", "high")
_TEXTS = ("from_stop_id", "to_stop_id", "pattern_id")
_RUNS = ("pattern", "first", "kind", "day", "ptr", "service_s")
__all__ = ["load_model", "read_manifest", "save_model"]


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
    arrays: dict[str, Any] = {name: np.asarray(getattr(model, name)) for name in _NUMBERS}
    arrays |= {name: np.array([str(each) for each in getattr(model, name)], dtype=np.str_) for name in _TEXTS}
    arrays |= {f"usual_{name}": np.asarray(getattr(model.usual, name), dtype=np.float32) for name in _USUAL}
    arrays |= {f"runs_{name}": getattr(model.usual.runs, name) for name in _RUNS}
    arrays["pattern_stops"] = model.pattern_stops
    tables = io.BytesIO()
    np.savez_compressed(tables, allow_pickle=False, **arrays)
    trees = {**dict(zip(MEDIANS, model.medians, strict=True)), SCALE: model.scale}
    members = {TABLES: tables.getvalue(), **{name: skops_io.dumps(each) for name, each in trees.items()}}
    return write_members(folder, KIND, members, facts)


def load_model(folder: Path) -> ArrivalModel:
    """Read a model; it may have been trained on another version of the network.

    Raises
    ------
    ArtefactUnusable
        If it is missing, of another format, features or scikit-learn, damaged, or holds foreign types.
    """
    members = read_members(folder, KIND, (TABLES, *MEDIANS, SCALE))
    try:
        with np.load(io.BytesIO(members[TABLES]), allow_pickle=False) as arrays:
            usual = Usual(*(arrays[f"usual_{name}"].astype(float) for name in _USUAL))
            numbers = {name: arrays[name].astype(float) for name in _NUMBERS}
            runs = Runs(*(arrays[f"runs_{name}"] for name in _RUNS))
            stops = arrays["pattern_stops"]
            texts = {name: arrays[name].astype(object) for name in _TEXTS}
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ArtefactUnusable(f"{folder} is incomplete ({error}): train anew") from None
    if not _fits(usual, numbers, texts, stops):
        raise ArtefactUnusable(f"{folder}: its tables do not fit together: train anew")
    return ArrivalModel(
        **texts,
        usual=replace(usual, runs=runs),
        pattern_stops=stops,
        pace=numbers["pace"],
        medians=tuple(regressor_of(folder, members[name], TREES) for name in MEDIANS),
        scale=regressor_of(folder, members[SCALE], TREES),
        edge_s=numbers["edge_s"],
        low=numbers["low"],
        high=numbers["high"],
    )


def _fits(
    usual: Usual, numbers: Mapping[str, Floats], texts: Mapping[str, Texts], stops: npt.NDArray[np.int64]
) -> bool:
    """Whether the tables have a row for each hop, pattern, kind of day and edge."""
    hops, edges = len(texts["from_stop_id"]), len(numbers["edge_s"])
    return (
        len(texts["to_stop_id"]) == hops
        and usual.seconds.ndim == numbers["pace"].ndim + 1 == 3  # kind, hop, half hour
        and usual.seconds.shape == (len(numbers["pace"]), hops, numbers["pace"].shape[1])
        and all(len(each) == hops for each in (usual.spread, usual.late, usual.count, usual.inside))
        and len(numbers["low"]) == len(numbers["high"]) == edges > 0
        and len(texts["pattern_id"]) == len(stops)
    )
