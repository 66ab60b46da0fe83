"""Which vehicle runs which trip instance: an instance is run by one vehicle at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools
from passinfo.tracking.columns import MatchReason
from passinfo.tracking.headway import InstanceKey
from passinfo.tracking.ragged import Index
from passinfo.tracking.vehicles import REASON_CODE, Vehicles, unname

BY_PEOPLE = (REASON_CODE[MatchReason.HINT], REASON_CODE[MatchReason.REASSIGNED])
"""Reasons for which people, not the road, name the trip of a vehicle."""
EVERY = slice(None)


def named_by_people(vehicles: Vehicles, rows: Index | slice = EVERY) -> Bools:
    """Which of these vehicles have their trip from people."""
    by = vehicles.named_by[rows]
    return np.asarray((by == BY_PEOPLE[0]) | (by == BY_PEOPLE[1]))


@dataclass(slots=True)
class Register:
    """Who runs, or ran, which instance. Changed as instances are given out: the tick's own copy."""

    issued: dict[InstanceKey, str]
    vehicles: Vehicles
    row_of: Mapping[str, int]
    now: float

    def holder(self, key: InstanceKey, row: int = -1) -> int:
        """Row of the vehicle, another than that at ``row``, that runs this instance now; -1 = none."""
        vehicle_id = self.issued.get(key)
        other = -1 if vehicle_id is None else self.row_of.get(vehicle_id, -1)
        if other < 0 or other == row or self.vehicles.finished[other] or self.key_of(other) != key:
            return -1
        return other

    def key_of(self, row: int) -> InstanceKey:
        """The instance a vehicle runs."""
        vehicles = self.vehicles
        return str(vehicles.trip_id[row]), int(vehicles.start_date[row]), int(vehicles.start_service_s[row])

    def give(self, row: int, trip_ix: int, key: InstanceKey, confidence: float, reason: MatchReason) -> None:
        """Give an instance to a vehicle; one that had it before runs none."""
        vehicles, other = self.vehicles, self.holder(key, row)
        if other >= 0:
            unname(vehicles, other, MatchReason.AMBIGUOUS_TRIP)
        self.issued[key] = str(vehicles.vehicle_id[row])
        vehicles.trip_ix[row], vehicles.trip_id[row] = trip_ix, key[0]
        vehicles.start_date[row], vehicles.start_service_s[row] = key[1], key[2]
        vehicles.confidence[row], vehicles.named_by[row] = confidence, REASON_CODE[reason]
