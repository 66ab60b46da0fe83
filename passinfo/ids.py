"""The identifiers of the field, as types of their own so that they cannot be confused."""

from typing import NewType

StopId = NewType("StopId", str)
RouteId = NewType("RouteId", str)
PatternId = NewType("PatternId", str)
TripId = NewType("TripId", str)
BlockId = NewType("BlockId", str)
ServiceId = NewType("ServiceId", str)
VehicleId = NewType("VehicleId", str)
NetworkHash = NewType("NetworkHash", str)
