"""Learned pace on disk: a folder with ``manifest.json`` and ``pace.npz``; nothing in it is code (no pickle).

The manifest says what the artefact is, what it was made from and with, and the checksum of its member. A folder appears
whole (written beside and renamed) and is read whole: a damaged one, or one of another format, is refused.
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
import numpy.typing as npt

from passinfo.errors import OperatorError
from passinfo.prediction.intervals import Widths
from passinfo.prediction.pace import HistoricArtefact

FORMAT = 1
KIND = "historic"
MANIFEST = "manifest.json"
MEMBER = "pace.npz"

_TEXTS = ("pattern_id", "from_stop_id", "to_stop_id", "route_id")
_NUMBERS = ("band_start_s", "segment_pace", "route_pace", "network_pace")
_WIDTHS = ("horizon_s", "early_s", "late_s")


class ArtefactUnusable(OperatorError):
    """The folder holds no artefact this program can use; the message says what to do."""


def save_artefact(
    folder: Path, artefact: HistoricArtefact, *, created_from: tuple[str, ...], versions: Mapping[str, str]
) -> Path:
    """Write an artefact; one that is there already is replaced.

    Parameters
    ----------
    folder
        Where to; created.
    artefact
        What was learned.
    created_from
        Names of the replays it was learned from.
    versions
        Libraries it was made with, name → version.

    Raises
    ------
    ArtefactUnusable
        If something else than an artefact stands there.
    """
    if folder.exists() and not (folder / MANIFEST).is_file():
        raise ArtefactUnusable(f"{folder} exists and is no model: give another name, or remove it")
    draft = folder.with_name(folder.name + ".part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    arrays: dict[str, npt.NDArray[Any]] = {name: np.asarray(getattr(artefact, name)) for name in _NUMBERS}
    arrays |= {name: np.array([str(v) for v in getattr(artefact, name)], dtype=np.str_) for name in _TEXTS}
    arrays |= {f"widths_{name}": np.asarray(getattr(artefact.widths, name)) for name in _WIDTHS}
    member = io.BytesIO()
    np.savez_compressed(member, allow_pickle=False, **arrays)
    data = member.getvalue()
    (draft / MEMBER).write_bytes(data)
    manifest = {
        "format": FORMAT,
        "kind": KIND,
        "created_from": list(created_from),
        "network_hash": artefact.network_hash,
        "rows": artefact.rows,
        "first_date": artefact.first_date,
        "last_date": artefact.last_date,
        "versions": dict(sorted(versions.items())),
        "sha256": {MEMBER: hashlib.sha256(data).hexdigest()},
    }
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    if folder.exists():
        shutil.rmtree(folder)
    draft.replace(folder)
    return folder


def load_artefact(folder: Path) -> HistoricArtefact:
    """Read an artefact. It may have been trained on another version of the network.

    Raises
    ------
    ArtefactUnusable
        If it is missing, of another kind or format, damaged or incomplete.
    """
    manifest = _manifest(folder)
    try:
        data = (folder / MEMBER).read_bytes()
        wanted = manifest["sha256"][MEMBER]
    except (OSError, KeyError, TypeError):
        raise ArtefactUnusable(f"{folder} lacks {MEMBER}: copy the folder again, or train anew") from None
    if hashlib.sha256(data).hexdigest() != wanted:
        raise ArtefactUnusable(f"{folder / MEMBER} is damaged (checksum): copy the folder again, or train anew")
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            artefact = HistoricArtefact(
                **{name: arrays[name] for name in _NUMBERS},
                **{name: arrays[name].astype(object) for name in _TEXTS},
                widths=Widths(*[arrays[f"widths_{name}"] for name in _WIDTHS]),
                network_hash=str(manifest["network_hash"]),
                rows=int(manifest["rows"]),
                first_date=int(manifest["first_date"]),
                last_date=int(manifest["last_date"]),
            )
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise ArtefactUnusable(f"{folder} is incomplete ({error}): train anew") from None
    _check(folder, artefact)
    return artefact


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise ArtefactUnusable(f"{folder} is no model: it has no {MANIFEST}; make one with python -m models train")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        manifest = None
    if not isinstance(manifest, dict):
        raise ArtefactUnusable(f"{path} cannot be read: copy the folder again, or train anew")
    if manifest.get("kind") != KIND:
        raise ArtefactUnusable(f"{folder} is a model of kind {manifest.get('kind')!r}; {KIND!r} is needed")
    if manifest.get("format") != FORMAT:
        found = manifest.get("format")
        raise ArtefactUnusable(f"{folder} has format {found!r}, this program reads {FORMAT}: train anew")
    return manifest


def _check(folder: Path, artefact: HistoricArtefact) -> None:
    bands, segments, routes = len(artefact.band_start_s), len(artefact.pattern_id), len(artefact.route_id)
    shapes = (artefact.segment_pace.shape, artefact.route_pace.shape, artefact.network_pace.shape)
    paces = (artefact.segment_pace, artefact.route_pace, artefact.network_pace)
    if shapes != ((segments, bands), (routes, bands), (bands,)) or bands == 0:
        raise ArtefactUnusable(f"{folder} is inconsistent: train anew")
    if not all(np.isfinite(pace).all() and (pace > 0).all() for pace in paces):
        raise ArtefactUnusable(f"{folder} holds paces that are no positive numbers: train anew")
