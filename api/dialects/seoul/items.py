"""Items of Seoul's answers: arrivals of the next two buses, positions, stops of a route."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from api.board import View
from api.dialects.calls import Call, Window, calls_of_run, epoch, running_at
from api.dialects.concerning import concerning
from api.dialects.seoul.blueprint import Item
from api.dialects.seoul.bus import bus, estimates, section, stops_of
from api.dialects.seoul.ways import Place
from api.dialects.seoul.words import (
    CROWDING,
    OVER,
    WAITING,
    arrival_words,
    clock,
    flag,
    kilometres,
    seconds,
    stamp,
)
from api.freshness import Source
from api.planning import headways_at
from passinfo.network.departures import planned_on
from passinfo.snapshot import StopStatus
from passinfo.times import service_date_of

AHEAD_S = 5_400.0
NONE: tuple[Call | None, Call | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Service:
    """What is promised of a route at a stop today."""

    first_at: float
    last_at: float
    every_s: float


def coming(view: View, stop_ix: int, now: float) -> list[Call]:
    """Predicted calls at a stop."""
    window = Window(now, now, now + AHEAD_S, Source.LIVE)
    return [call for call in running_at(view, stop_ix, window) if call.predicted]


def of_place(calls: list[Call], view: View, place: Place) -> list[Call]:
    """Those of some calls that are at a place of a route's list: a loop's first and last stop are two places."""
    route_id = view.network.routes.route_id[place.route_ix]
    direction = place.direction_id if place.direction_id >= 0 else None

    def mine(call: Call) -> bool:
        if call.told["route_id"] != route_id or call.told["direction_id"] != direction:
            return False
        return place.alone or call.pattern_ix != place.pattern_ix or call.position == place.position

    return [call for call in calls if mine(call)]


def arrival_item(view: View, place: Place, calls: list[Call], now: float) -> Item:
    """A place of a route with the next two buses, as getStationByUid names it."""
    first, second = (*calls, None, None)[:2]
    network, zone = view.network, view.network.timezone
    stops, routes = network.stops, network.routes
    service = promised(view, place, now)
    names = [str(stops.name[stop]) for stop in stops_of(view, place)]
    before = names[place.position - 1] if place.position else names[place.position]
    code = str(stops.code[place.stop_ix] or stops.stop_id[place.stop_ix])
    item = {
        "stId": str(stops.stop_id[place.stop_ix]),
        "stNm": str(stops.name[place.stop_ix]),
        "arsId": code,
        "busRouteId": str(routes.route_id[place.route_ix]),
        "rtNm": route_name(view, place.route_ix),
        "busRouteAbrv": route_name(view, place.route_ix),
        "sectNm": f"{before}~{names[place.position]}",
        "gpsX": _degrees(stops.lon_deg[place.stop_ix]),
        "gpsY": _degrees(stops.lat_deg[place.stop_ix]),
        "posX": "",
        "posY": "",
        "stationTp": "0",
        "firstTm": clock(service.first_at, zone, "%Y%m%d%H%M%S"),
        "lastTm": clock(service.last_at, zone, "%Y%m%d%H%M%S"),
        "term": "0" if math.isnan(service.every_s) else str(round(service.every_s / 60)),
        "routeType": "0",
        "nextBus": "Y" if first is not None and first.told["last_of_day"] else "N",
        "staOrd": str(place.order),
        "adirection": str(network.patterns.headsign[place.pattern_ix] or names[-1]),
        "nxtStn": " " if place.is_last else names[place.position + 1],
        "deTourAt": _detour(view, place),
    }
    quiet = WAITING if now < service.last_at else OVER
    for suffix, call in (("1", first), ("2", second)):
        item |= {f"{name}{suffix}": value for name, value in bus(view, place, call, now).items()}
        words = quiet if call is None else arrival_words(call.told, epoch(call.told["display_at"]), now)
        item |= {f"arrmsg{suffix}": words, f"arrmsgSec{suffix}": words}
    return item


def route_item(view: View, place: Place, calls: list[Call], now: float) -> Item:
    """A place of a route with the next two buses, as getArrInfoByRouteAll names it: more estimates, no coordinates."""
    told = arrival_item(view, place, calls, now)
    left_out = ("sectNm", "gpsX", "gpsY", "posX", "posY", "stationTp", "adirection", "nxtStn")
    item = {name: value for name, value in told.items() if name not in left_out}
    item |= {"dir": told["adirection"], "mkTm": stamp(view.snapshot.made_at, view.network.timezone)}
    for suffix, call in zip("12", (*calls, None, None)[:2], strict=True):
        item |= {
            f"rerdie_Div{suffix}": item.pop(f"rerdieDiv{suffix}"),
            f"reride_Num{suffix}": item.pop(f"rerideNum{suffix}"),
            f"full{suffix}": item.pop(f"isFullFlag{suffix}"),
        }
        item.pop(f"congestion{suffix}")
        item |= {f"{name}{suffix}": value for name, value in estimates(view, place, call, now).items()}
    return item


def position_item(view: View, row: int, places: list[Place], turn_ix: int, now: float) -> Item | None:
    """A bus on a route; None if it is on no run."""
    vehicles, network = view.snapshot.vehicles, view.network
    run = int(vehicles.run_row[row])
    calls = [call for call in calls_of_run(view, run, now, Source.LIVE) if not call.observed] if run >= 0 else []
    if not calls:
        return None
    call, seen = calls[0], calls[0].told["vehicle"]
    passed, along_m, whole_m = section(view, row, call)
    end = int(network.patterns.stop_ix[network.pattern_stops(call.pattern_ix)][-1]) if call.pattern_ix >= 0 else -1
    order = next((place.order for place in places if place.pattern_ix == call.pattern_ix), 1)
    return {
        "sectOrd": str(order + passed),
        "fullSectDist": kilometres(whole_m),
        "sectDist": kilometres(along_m),
        "rtDist": kilometres(network.pattern_length_m(call.pattern_ix) if call.pattern_ix >= 0 else math.nan),
        "stopFlag": flag(int(vehicles.stop_status[row]) == StopStatus.STOPPED_AT),
        "sectionId": "0",
        "dataTm": clock(float(vehicles.observed_at[row]), network.timezone, "%Y%m%d%H%M%S"),
        "tmX": "",
        "tmY": "",
        "gpsX": _degrees(vehicles.lon_deg[row]),
        "gpsY": _degrees(vehicles.lat_deg[row]),
        "posX": "",
        "posY": "",
        "vehId": str(vehicles.vehicle_id[row]),
        "plainNo": str(vehicles.plate[row] or " "),
        "busType": flag(seen and seen["wheelchair"]),
        "lastStTm": seconds(epoch(calls[-1].told["p50_at"]), now),
        "nextStTm": seconds(epoch(call.told["p50_at"]), now),
        "nextStId": str(call.told["stop_id"]),
        "lastStnId": str(network.stops.stop_id[end]) if end >= 0 else " ",
        "trnstnid": str(network.stops.stop_id[turn_ix]) if turn_ix >= 0 else " ",
        "isrunyn": "1",
        "islastyn": flag(is_last(view, call, now)),
        "isFullFlag": flag(seen and seen["occupancy"] in ("FULL", "NOT_ACCEPTING_PASSENGERS")),
        "congetion": CROWDING.get((seen and seen["occupancy"]) or "", "0"),
    }


def stop_item(view: View, place: Place, turn_ix: int, now: float) -> Item:
    """A stop of a route."""
    network, zone = view.network, view.network.timezone
    stops, patterns = network.stops, network.patterns
    service = promised(view, place, now)
    along = patterns.stop_dist_m[network.pattern_stops(place.pattern_ix)]
    from_m = float(along[place.position - 1]) if place.position else float(along[0])
    code = str(stops.code[place.stop_ix] or stops.stop_id[place.stop_ix])
    names = [str(stops.name[stop]) for stop in stops_of(view, place)]
    return {
        "busRouteId": str(network.routes.route_id[place.route_ix]),
        "busRouteNm": route_name(view, place.route_ix),
        "busRouteAbrv": route_name(view, place.route_ix),
        "seq": str(place.order),
        "section": "0",
        "station": str(stops.stop_id[place.stop_ix]),
        "arsId": code,
        "stationNm": str(stops.name[place.stop_ix]),
        "gpsX": _degrees(stops.lon_deg[place.stop_ix]),
        "gpsY": _degrees(stops.lat_deg[place.stop_ix]),
        "posX": "",
        "posY": "",
        "fullSectDist": str(round(float(along[place.position]) - from_m)),
        "direction": str(patterns.headsign[place.pattern_ix] or names[-1]),
        "stationNo": code,
        "routeType": "0",
        "beginTm": clock(service.first_at, zone, "%H:%M"),
        "lastTm": clock(service.last_at, zone, "%H:%M"),
        "trnstnid": str(stops.stop_id[turn_ix]) if turn_ix >= 0 else " ",
        "sectSpd": "0",
        "transYn": "Y" if place.stop_ix == turn_ix and place.is_last else "N",
    }


def route_name(view: View, route_ix: int) -> str:
    """What stands on the bus."""
    routes = view.network.routes
    return str(routes.short_name[route_ix] or routes.long_name[route_ix] or routes.route_id[route_ix])


def promised(view: View, place: Place, now: float) -> Service:
    """First and last bus and the usual interval of a route at a stop today: by headways, else by timetable."""
    network = view.network
    route_id = network.routes.route_id[place.route_ix]
    direction = place.direction_id if place.direction_id >= 0 else None
    bands = [
        each
        for each in headways_at(view, place.stop_ix, now)
        if each["route_id"] == route_id and each["direction_id"] == direction
    ]
    if bands:
        first, last = min(epoch(each["first_at"]) for each in bands), max(epoch(each["last_at"]) for each in bands)
        return Service(first, last, float(min(each["headway_s"] for each in bands)))
    found = planned_on(network, place.stop_ix, service_date_of(now, network.timezone))
    pattern = network.trips.pattern_ix[found.trip_ix]
    mine = (network.patterns.route_ix[pattern] == place.route_ix) & (
        network.patterns.direction_id[pattern] == place.direction_id
    )
    at = found.at[mine]
    if not len(at):
        return Service(math.nan, math.nan, math.nan)
    every_s = float(np.median(np.diff(np.sort(at)))) if len(at) > 1 else math.nan
    return Service(float(at.min()), float(at.max()), every_s)


def is_last(view: View, call: Call, now: float) -> bool:
    """Whether a call is of the last bus of the day."""
    return any(
        each.told["last_of_day"]
        for each in coming(view, call.stop_ix, now)
        if (each.run, each.position) == (call.run, call.position)
    )


def _detour(view: View, place: Place) -> str:
    """11 while an alert tells of a detour of the route, else 00."""
    found = concerning(view, stop_ix=place.stop_ix, route_ix=place.route_ix, trip_id=None)
    return "11" if any(view.snapshot.alerts[row].effect == "DETOUR" for row in found) else "00"


def _degrees(value: float) -> str:
    return f"{value:.6f}"
