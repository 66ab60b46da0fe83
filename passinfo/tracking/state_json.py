"""The tracking state as JSON and back: what a checkpoint keeps. Exact: every float comes back as it was."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np

from passinfo.tracking.belief import Belief
from passinfo.tracking.columns import PhaseCode
from passinfo.tracking.fix import Fix
from passinfo.tracking.index import TrackingIndex
from passinfo.tracking.phases import Standing
from passinfo.tracking.runs import Instance, Passed, Run
from passinfo.tracking.state import TrackingState
from passinfo.tracking.vehicle import VehicleTrack


def state_to_json(state: TrackingState) -> str:
    """The vehicles and issued instances; the index is made anew from the network."""
    vehicles = [dataclasses.asdict(state.vehicles[key]) for key in sorted(state.vehicles)]
    issued = [[*key, holder] for key, holder in sorted(state.issued.items())]
    hash_ = str(state.index.network.hash)
    return json.dumps({"network": hash_, "vehicles": vehicles, "issued": issued}, default=_plain)


def state_from_json(text: str, index: TrackingIndex) -> TrackingState:
    """The state kept, on the network of ``index``.

    Patterns and trips are kept as rows: where the network is another one than the checkpoint's, vehicles begin anew and
    only the issued instances stay.
    """
    kept = json.loads(text)
    same = kept["network"] == index.network.hash
    vehicles = {each["vehicle_id"]: _vehicle(each) for each in kept["vehicles"]} if same else {}
    issued = {(str(trip), int(date), int(start)): str(holder) for trip, date, start, holder in kept["issued"]}
    return TrackingState(index, vehicles, issued)


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"not kept in a checkpoint: {type(value)}")


def _vehicle(kept: dict[str, Any]) -> VehicleTrack:
    belief: dict[str, Any] = {
        name: np.array(values, dtype=np.int32 if name == "pattern_ix" else np.float64)
        for name, values in kept["belief"].items()
    }
    return VehicleTrack(
        **{
            **kept,
            "fix": Fix(**kept["fix"]),
            "belief": Belief(**belief),
            "run": _run(kept["run"]),
            "phase": PhaseCode(kept["phase"]),
            "standing": Standing(**kept["standing"]),
        }
    )


def _run(kept: dict[str, Any] | None) -> Run | None:
    if kept is None:
        return None
    passed = tuple(Passed(**each) for each in kept["passed"])
    return Run(**{**kept, "instance": Instance(**kept["instance"]), "passed": passed})
