"""What is remembered of every vehicle, as columns; rows in order of vehicle_id.

The columns of a state are never changed: a tick works on a copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from passinfo.columns import Bools, Floats, Ints, Texts
from passinfo.tracking.columns import MatchReason, PhaseCode
from passinfo.tracking.ragged import Index
from passinfo.tracking.remembered import remembered

SLOTS = 6
"""So many candidate trips and blocks are remembered of a vehicle: the seventh never came true on either city."""
REASONS = tuple(MatchReason)
REASON_CODE = {reason: code for code, reason in enumerate(REASONS)}
Codes = npt.NDArray[np.int64]


@dataclass(slots=True)
class Vehicles:
    """One row per vehicle: its last report, its run, its trip instance, its phase, what it may be running."""

    vehicle_id: Texts = remembered("O", none=None)
    observed_at: Floats = remembered("f8", none=np.nan)
    received_at: Floats = remembered("f8", none=np.nan)
    lat_deg: Floats = remembered("f8", none=np.nan)
    lon_deg: Floats = remembered("f8", none=np.nan)
    x_m: Floats = remembered("f8", none=np.nan)
    y_m: Floats = remembered("f8", none=np.nan)
    speed_mps: Floats = remembered("f8", none=np.nan)
    heading_deg: Floats = remembered("f8", none=np.nan)
    odometer_m: Floats = remembered("f8", none=np.nan)
    occupancy: Texts = remembered("O", none=None)
    occupancy_percent: Ints = remembered("i4", none=-1)
    match_m: Floats = remembered("f8", none=np.nan)
    """Place of the last report along the pattern chosen for it; NaN if none was."""
    offset_m: Floats = remembered("f8", none=np.nan)
    pattern_ix: Ints = remembered("i4", none=-1)
    """Pattern of the run; -1 = no run."""
    dist_m: Floats = remembered("f8", none=np.nan)
    """Progress of the run, at ``run_at``."""
    begun_m: Floats = remembered("f8", none=np.nan)
    """Progress at which the run was first seen."""
    run_at: Floats = remembered("f8", none=np.nan)
    run_mps: Floats = remembered("f8", none=np.nan)
    """Speed reported there and then."""
    next_position: Ints = remembered("i4", none=-1)
    """First stop not departed from."""
    begun: Bools = remembered("?", none=False)
    finished: Bools = remembered("?", none=False)
    arrived_at: Floats = remembered("f8", none=np.nan)
    """Arrival at the stop at ``next_position``, once there."""
    arrived_after: Floats = remembered("f8", none=np.nan)
    """The report before that arrival."""
    there: Bools = remembered("?", none=False)
    """True: a report lies within the stop's reach."""
    behind: Ints = remembered("i4", none=0)
    """Reports in a row that lie well behind the progress."""
    weighed_at: Floats = remembered("f8", none=np.nan)
    """Report at which it was weighed last against all patterns near …"""
    unweighed: Ints = remembered("i4", none=0)
    """… and reports since."""
    folded: Bools = remembered("?", none=False)
    """True: the pattern passes the place of the last report twice."""
    ended_at: Floats = remembered("f8", none=np.nan)
    """When the run before ended."""
    trip_ix: Ints = remembered("i4", none=-1)
    trip_id: Texts = remembered("O", none=None)
    start_date: Ints = remembered("i4", none=0)
    start_service_s: Ints = remembered("i4", none=-1)
    confidence: Floats = remembered("f8", none=0.0)
    reason: Ints = remembered("i4", none=REASON_CODE[MatchReason.OFF_ALL_PATTERNS])
    """Of the last report: number of the MatchReason."""
    named_by: Ints = remembered("i4", none=REASON_CODE[MatchReason.NO_TRIP_NOW])
    """Of the run's instance."""
    phase: Ints = remembered("i4", none=int(PhaseCode.OUT_OF_SERVICE))
    stand_x_m: Floats = remembered("f8", none=np.nan)
    stand_y_m: Floats = remembered("f8", none=np.nan)
    stand_since: Floats = remembered("f8", none=np.nan)
    off_since: Floats = remembered("f8", none=np.nan)
    """Since when no confirmed place on any pattern; NaN = on one."""
    unseen: Bools = remembered("?", none=False)
    """True: it has been silent for minutes since it was last seen on a pattern."""
    contradicted_since: Floats = remembered("f8", none=np.nan)
    """Since when the trip its reports name lies elsewhere; NaN = it does not."""
    denied_since: Floats = remembered("f8", none=np.nan)
    """Since when the BMS names another route than the run's."""
    turned_since: Floats = remembered("f8", none=np.nan)
    """Since when the BMS says, of a bus that has ended its run, that it drives back."""
    came_on: Ints = remembered("i4", none=-1)
    """Pattern of the last run that was followed over most of its line (:mod:`.habits`)."""
    came_before: Ints = remembered("i4", none=-1)
    """Pattern of the one before …"""
    unsettled: Bools = remembered("?", none=False)
    """… and whether the vehicle may yet go on beyond the end of the last one."""
    led_by: Texts = remembered("O", none=None)
    """vehicle_id of who left last before it on its route and direction, where several branches are …"""
    run_since: Floats = remembered("f8", none=np.nan)
    """… and since when it is seen on its run itself."""
    variant: Texts = remembered("O", none=None)
    """The BMS's own tag of the run's branch, as reports gave it last while the run was clear of its end."""
    said_trip_ix: Ints = remembered("i4", none=-1)
    """Trip that its reports name; -1 = none, or none that runs."""
    told_pattern_ix: Ints = remembered("i4", none=-1)
    """Pattern of the last run that was named (:mod:`.lingering`), -1 = none or come to its end …"""
    told_m: Floats = remembered("f8", none=np.nan)
    told_position: Ints = remembered("i4", none=-1)
    told_begun: Bools = remembered("?", none=False)
    told_trip_ix: Ints = remembered("i4", none=-1)
    told_trip_id: Texts = remembered("O", none=None)
    told_date: Ints = remembered("i4", none=0)
    told_service_s: Ints = remembered("i4", none=-1)
    told_confidence: Floats = remembered("f8", none=0.0)
    told_at: Floats = remembered("f8", none=np.nan)
    """… and when the vehicle was last seen on it."""
    may_row: Codes = remembered("i8", none=-1, slots=True)
    """Timetable runs it may be on, as rows of the plan, and how likely each is."""
    may_p: Floats = remembered("f8", none=0.0, slots=True)
    may_alone: Floats = remembered("f8", none=0.0, slots=True)
    """… as if no other vehicle were there."""
    block_code: Codes = remembered("i8", none=-1, slots=True)
    """Blocks (block · 10,000 + month and day) the vehicle may be serving, and how likely each is."""
    block_p: Floats = remembered("f8", none=0.0, slots=True)

    def __len__(self) -> int:
        return len(self.vehicle_id)


SPECS = fields(Vehicles)
LASTING = ("vehicle_id", "block_code", "block_p")
"""What outlives a long silence."""


def no_vehicles() -> Vehicles:
    """No rows."""
    return fresh(np.empty(0, dtype=object))


def fresh(vehicle_ids: Sequence[str] | Texts) -> Vehicles:
    """Rows of vehicles of which nothing is known."""
    n = len(vehicle_ids)
    columns = {}
    for spec in SPECS:
        shape = (n, SLOTS) if spec.metadata["slots"] else (n,)
        columns[spec.name] = np.full(shape, spec.metadata["none"], dtype=spec.metadata["dtype"])
    columns["vehicle_id"][:] = vehicle_ids
    return Vehicles(**columns)


def copied(vehicles: Vehicles) -> Vehicles:
    """A copy to work on."""
    return Vehicles(**{spec.name: getattr(vehicles, spec.name).copy() for spec in SPECS})


def taken(vehicles: Vehicles, rows: Index) -> Vehicles:
    """These rows, in this order."""
    return Vehicles(**{spec.name: getattr(vehicles, spec.name)[rows] for spec in SPECS})


def joined(first: Vehicles, second: Vehicles) -> Vehicles:
    """The rows of both, one after the other."""
    return Vehicles(
        **{spec.name: np.concatenate((getattr(first, spec.name), getattr(second, spec.name))) for spec in SPECS}
    )


def numbered(vehicles: Vehicles) -> dict[str, int]:
    """vehicle_id → row."""
    return {vehicle_id: row for row, vehicle_id in enumerate(vehicles.vehicle_id.tolist())}


def forget(vehicles: Vehicles, rows: Index) -> None:
    """Make these rows as new, but for what outlives a silence."""
    for spec in SPECS:
        if spec.name not in LASTING:
            getattr(vehicles, spec.name)[rows] = spec.metadata["none"]


def end_runs(vehicles: Vehicles, rows: Index) -> None:
    """Take the run and its instance from these rows."""
    if len(rows) == 0:
        return
    for name in RUN:
        getattr(vehicles, name)[rows] = NONE[name]
    unname(vehicles, rows, MatchReason.NO_TRIP_NOW)


def unname(vehicles: Vehicles, rows: Index | int, reason: MatchReason) -> None:
    """Take the trip instance from these rows, or this one, and say why."""
    if not isinstance(rows, int) and len(rows) == 0:
        return
    vehicles.trip_ix[rows] = -1
    vehicles.trip_id[rows] = None
    vehicles.start_date[rows] = 0
    vehicles.start_service_s[rows] = -1
    vehicles.confidence[rows] = 0.0
    vehicles.named_by[rows] = REASON_CODE[reason]


RUN = (
    "pattern_ix",
    "dist_m",
    "begun_m",
    "run_at",
    "run_mps",
    "next_position",
    "begun",
    "finished",
    "arrived_at",
    "arrived_after",
    "there",
    "behind",
)
NONE = {spec.name: spec.metadata["none"] for spec in SPECS}
