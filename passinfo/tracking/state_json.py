"""The tracking state as JSON and back: what a checkpoint keeps. Exact: every float comes back as it was."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from passinfo.tracking.belief import Belief
from passinfo.tracking.habits import Habits
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.memory import Over
from passinfo.tracking.passed import Passed
from passinfo.tracking.state import TrackingState
from passinfo.tracking.vehicles import SLOTS, SPECS, Vehicles, fresh, numbered

Columns = TypeVar("Columns", Vehicles, Belief, Passed, Over, Habits)


def state_to_json(state: TrackingState) -> str:
    """The vehicles and issued instances; the index is made anew from the network."""
    kept = {
        "network": str(state.index.network.hash),
        "today": state.today,
        "vehicles": _to_lists(state.vehicles),
        "belief": _to_lists(state.belief),
        "passed": _to_lists(state.passed),
        "over": _to_lists(state.over),
        "habits": _to_lists(state.habits),
        "issued": [[*key, holder] for key, holder in sorted(state.issued.items())],
    }
    return json.dumps(kept)


def state_from_json(text: str, index: TrackingIndex) -> TrackingState:
    """The state kept, on the network of ``index``.

    Patterns and trips are kept as rows: where the network is another one than the checkpoint's, vehicles begin anew and
    only the issued instances stay. So it is where an older version kept less of the road than is needed now; what it
    did not know of a vehicle is taken as unknown.
    """
    kept = json.loads(text)
    issued = {(str(trip), int(date), int(start)): str(holder) for trip, date, start, holder in kept["issued"]}
    anew = TrackingState(index, issued=issued)
    if kept["network"] != index.network.hash:
        return anew
    try:
        vehicles = _vehicles(kept["vehicles"])
        belief, passed, over = (_from_lists(getattr(anew, name), kept[name]) for name in ("belief", "passed", "over"))
    except KeyError:
        return anew
    habits = _from_lists(anew.habits, {"tags": [], **kept["habits"]}) if "habits" in kept else anew.habits
    return TrackingState(index, vehicles, belief, passed, over, habits, int(kept["today"]), issued, numbered(vehicles))


def _vehicles(kept: dict[str, Any]) -> Vehicles:
    """Vehicles, of whom a version before may have kept less, or more."""
    like = fresh(kept["vehicle_id"])
    unknown = {name: column for name, column in _to_lists(like).items() if name not in kept}
    return _from_lists(like, {**kept, **unknown})


def _to_lists(table: Columns) -> dict[str, Any]:
    return {each.name: getattr(table, each.name).tolist() for each in fields(table)}


def _from_lists(like: Columns, kept: dict[str, Any]) -> Columns:
    """Columns with the types of ``like``, filled from lists."""
    wide: set[str] = {spec.name for spec in SPECS if spec.metadata["slots"]} if isinstance(like, Vehicles) else set()
    columns = {}
    for each in fields(like):
        dtype = getattr(like, each.name).dtype
        array = np.empty(len(kept[each.name]), dtype=object) if dtype.kind == "O" else None
        if array is not None:
            array[:] = kept[each.name]
            columns[each.name] = array
        else:
            flat = np.array(kept[each.name], dtype=dtype)
            columns[each.name] = flat.reshape(-1, SLOTS) if each.name in wide else flat
    return type(like)(**columns)
