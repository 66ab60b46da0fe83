"""The departure model on disk, a folder ``departures`` within that of the arrival model."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from skops import io as skops_io

from passinfo.prediction.arrival.members import Kind, read_members, regressor_of, write_members
from passinfo.prediction.artefact import ArtefactUnusable
from passinfo.prediction.departure.features import NAMES
from passinfo.prediction.departure.layovers import Layovers
from passinfo.prediction.departure.model import DepartureModel
from passinfo.prediction.departure.past import Past

FOLDER = "departures"
KIND = Kind("departure", 1, NAMES)
TABLES, MEDIAN, SCALE = "tables.npz", "median.skops", "scale.skops"
_LAYOVERS = ("layover_s", "headway_s", "late_s", "count")
_PAST = ("kind", "ptr", "service_s")
_NUMBERS = ("edge_s", "low", "high")


def save_departures(folder: Path, model: DepartureModel, facts: Mapping[str, Any]) -> Path:
    """Write a model; one that is there already is replaced, whole.

    Parameters
    ----------
    folder
        Folder of the arrival model; this one goes into ``departures`` within.
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
    arrays |= {name: np.asarray(getattr(model.layovers, name)) for name in _LAYOVERS}
    past = model.layovers.past
    arrays |= {f"past_{name}": getattr(past, name) for name in _PAST}
    arrays |= {"share": np.array(model.share), "name": np.array(model.layovers.name, dtype=np.str_)}
    tables = io.BytesIO()
    np.savez_compressed(tables, allow_pickle=False, **arrays)
    members = {TABLES: tables.getvalue(), MEDIAN: skops_io.dumps(model.median), SCALE: skops_io.dumps(model.scale)}
    return write_members(folder / FOLDER, KIND, members, facts)


def load_departures(folder: Path) -> DepartureModel | None:
    """Read the departure model in the folder of an arrival model; None if it has none.

    Raises
    ------
    ArtefactUnusable
        If it is of another format, features or scikit-learn, damaged, or holds foreign types.
    """
    inner = folder / FOLDER
    if not inner.is_dir():
        return None
    members = read_members(inner, KIND, (TABLES, MEDIAN, SCALE))
    try:
        with np.load(io.BytesIO(members[TABLES]), allow_pickle=False) as arrays:
            numbers = {name: arrays[name].astype(float) for name in (*_NUMBERS, *_LAYOVERS, "share")}
            past = Past(
                arrays["past_kind"].astype(np.int64),
                arrays["past_ptr"].astype(np.int64),
                arrays["past_service_s"].astype(float),
            )
            names = tuple(str(each) for each in arrays["name"])
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ArtefactUnusable(f"{inner} is incomplete ({error}): train anew") from None
    return DepartureModel(
        Layovers(names, numbers["layover_s"], numbers["headway_s"], numbers["late_s"], numbers["count"], past),
        regressor_of(inner, members[MEDIAN], len(KIND.features)),
        regressor_of(inner, members[SCALE], len(KIND.features)),
        float(numbers["share"]),
        *(numbers[name] for name in _NUMBERS),
    )
