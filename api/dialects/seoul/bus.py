"""One of the next two buses in Seoul's answers: where it is, when it comes, what is estimated of it."""

from __future__ import annotations

import math

import numpy as np

from api.board import View
from api.dialects.calls import Call, calls_of_run, epoch
from api.dialects.seoul.blueprint import Item
from api.dialects.seoul.ways import Place
from api.dialects.seoul.words import CROWDING, flag, seconds, stamp
from api.freshness import Source
from passinfo.snapshot import StopStatus


def bus(view: View, place: Place, call: Call | None, now: float) -> Item:
    """What is told of one of the next two buses."""
    if call is None:
        return _NO_BUS
    told, vehicle = call.told, call.told["vehicle"]
    row = row_of(view, call)
    passed = section(view, row, call)[0] if row >= 0 else -1
    stops = stops_of(view, place)
    order = place.order - place.position + passed
    occupancy = (vehicle and vehicle["occupancy"]) or ""
    crowding = CROWDING.get(occupancy, "0")
    speed_mps = vehicle["speed_mps"] if vehicle else None
    reported_at = epoch(vehicle["observed_at"]) if vehicle else math.nan
    return {
        "vehId": str(vehicle["vehicle_id"]) if vehicle else "0",
        "plainNo": str((vehicle and vehicle["plate"]) or " "),
        "sectOrd": str(max(order, 0)),
        "stationNm": str(view.network.stops.name[stops[passed]]) if 0 <= passed < len(stops) else " ",
        "traTime": seconds(epoch(told["p50_at"]), now),
        "traSpd": "0" if speed_mps is None else str(round(speed_mps * 3.6)),
        "isArrive": flag(_stands(view, row, call)),
        "repTm": stamp(reported_at, view.network.timezone),
        "isLast": flag(told["last_of_day"]),
        "busType": flag(vehicle and vehicle["wheelchair"]),
        "rerdieDiv": "0" if crowding == "0" else "4",
        "rerideNum": crowding,
        "isFullFlag": flag(occupancy in ("FULL", "NOT_ACCEPTING_PASSENGERS")),
        "congestion": crowding,
    }


_NO_BUS: Item = {
    "vehId": "0",
    "plainNo": " ",
    "sectOrd": "0",
    "stationNm": " ",
    "traTime": "0",
    "traSpd": "0",
    "isArrive": "0",
    "repTm": " ",
    "isLast": "0",
    "busType": "0",
    "rerdieDiv": "0",
    "rerideNum": "0",
    "isFullFlag": "0",
    "congestion": "0",
}


def estimates(view: View, place: Place, call: Call | None, now: float) -> Item:
    """The estimates of getArrInfoByRouteAll: ours is one, and stands in each place for one."""
    zeros = dict.fromkeys(_UNKNOWN_ESTIMATES, "0")
    at = math.nan if call is None else epoch(call.told["p50_at"])
    left = seconds(at, now)
    item = zeros | {"exps": left, "kals": left, "neus": left, "goal": "0"}
    if call is None or call.run < 0:
        return item | {"nstnId": "0", "nstnOrd": "0", "nstnSec": "0"}
    ahead = calls_of_run(view, call.run, now, Source.LIVE, most=1)
    if not ahead:
        return item | {"nstnId": "0", "nstnOrd": "0", "nstnSec": "0"}
    last = view.snapshot.runs.call_ptr[call.run + 1] - 1
    return item | {
        "goal": seconds(float(view.snapshot.calls.p50_at[last]), now),
        "nstnId": str(ahead[0].told["stop_id"]),
        "nstnOrd": str(place.order - place.position + ahead[0].position),
        "nstnSec": seconds(epoch(ahead[0].told["p50_at"]), now),
    }


_UNKNOWN_ESTIMATES = (
    "avgCf",
    "expCf",
    "kalCf",
    "neuCf",
    "brerde_Div",
    "brdrde_Num",
    "nstnSpd",
    "nmainStnid",
    "nmainOrd",
    "nmainSec",
    "nmain2Stnid",
    "nmain2Ord",
    "namin2Sec",
    "nmain3Stnid",
    "nmain3Ord",
    "nmain3Sec",
)


def section(view: View, row: int, call: Call) -> tuple[int, float, float]:
    """Index of the stop that a bus has passed last, how far it is beyond, and how far the next one lies."""
    dist_m = float(view.snapshot.vehicles.dist_m[row])
    if call.pattern_ix < 0 or math.isnan(dist_m):
        return -1, math.nan, math.nan
    along = view.network.patterns.stop_dist_m[view.network.pattern_stops(call.pattern_ix)]
    passed = min(max(int(np.searchsorted(along, dist_m, side="right")) - 1, 0), len(along) - 2)
    return passed, dist_m - float(along[passed]), float(along[passed + 1] - along[passed])


def row_of(view: View, call: Call) -> int:
    """Row of the bus among the snapshot's vehicles, -1 if none."""
    return int(view.snapshot.runs.vehicle_row[call.run]) if call.run >= 0 else -1


def _stands(view: View, row: int, call: Call) -> bool:
    vehicles = view.snapshot.vehicles
    return (
        row >= 0
        and call.told["stops_away"] == 0
        and int(vehicles.run_row[row]) == call.run
        and int(vehicles.stop_ix[row]) == call.stop_ix
        and int(vehicles.stop_status[row]) == StopStatus.STOPPED_AT
    )


def stops_of(view: View, place: Place) -> list[int]:
    """Stops of a place's pattern, in order."""
    stops: list[int] = view.network.patterns.stop_ix[view.network.pattern_stops(place.pattern_ix)].tolist()
    return stops
