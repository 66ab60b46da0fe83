"""A small city around any instant, driven by real ticks: all that a dialect must have words for.

R1 runs by timetable: T1 is under way (bus b1), T4 is cancelled, N9 is added, T5 has no bus yet. R2 is headway service
(bus h1). R3 is a loop that begins and ends at S0 (trip L1, bus l1).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.bms.reports import Reports
from passinfo.columns import concat
from passinfo.network.network import Network
from passinfo.prediction.stack import default_predictor
from passinfo.realtime.encode import encode_feeds, to_json
from passinfo.settings import CitySettings
from passinfo.snapshot import Alert, InformedEntity
from passinfo.step import World, begin, step, with_orders
from passinfo.stores.networks import save_network
from passinfo.stores.snapshots import FileSnapshots
from passinfo.times import format_service_time, service_date_of, service_day_zero_s, shift_date
from tests.unit.builders_feed import LINES, tiny, tiny_zip
from tests.unit.tracking.drives import reports

ZONE = "Asia/Manila"
UNDER_WAY_S = 400
BUSES = (("b1", "T1", 66.7 / 20), ("h1", "H1", 50.0 / 20), ("l1", "L1", 40.0 / 20))
"""Vehicle, trip whose line it drives, metres a second."""
FLEET = {"b1": {"trip_id": "T1"}, "h1": {"route_id": "R2", "direction_id": 0}, "l1": {"trip_id": "L1"}}


def tables(now: float) -> tuple[dict[str, str], int]:
    """Tables to replace in the tiny feed, and the service day, so that T1 left 400 s before ``now``."""
    date = service_date_of(now - 4 * 3600, ZONE)  # so that no time of the day is negative
    start = int(now - service_day_zero_s(date, ZONE)) - UNDER_WAY_S
    trips = (
        ("T1", start, "S0 S1 S2 S3 S4"),
        ("T4", start + 900, "S0 S1 S2 S3 S4"),
        ("T5", start + 1_500, "S0 S1 S2 S3 S4"),
        ("H1", 0, "S0 S1 S2 S3 S4"),
        ("L1", start, "S0 S1 P1 P0 S0"),
    )
    rows = [
        f"{trip},{stop},{5 * k},{format_service_time(begin + 300 * k)},{format_service_time(begin + 300 * k)}"
        for trip, begin, stops in trips
        for k, stop in enumerate(stops.split())
    ]
    return {
        "routes": LINES["routes"] + "\nR3,A,3,Loop,3",
        "stops": LINES["stops"] + "\nP1,Park 1,14.569,121.05928\nP0,Park 0,14.569,121.05",
        "trips": "route_id,service_id,trip_id,trip_headsign,direction_id,block_id\n"
        "R1,wk,T1,East,0,B1\nR1,wk,T4,East,0,\nR1,wk,T5,East,0,B1\nR2,wk,H1,East,0,\nR3,wk,L1,Loop,0,",
        "stop_times": "trip_id,stop_id,stop_sequence,arrival_time,departure_time\n" + "\n".join(rows),
        "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        f"wk,1,1,1,1,1,1,1,{shift_date(date, -7)},{shift_date(date, 30)}",
        "frequencies": "trip_id,start_time,end_time,headway_secs,exact_times\n"
        f"H1,{format_service_time(max(start - 7_200, 0))},{format_service_time(start + 10_800)},600,0",
    }, date


@dataclass
class City:
    """The city and its state directory."""

    state: Path
    began_at: float
    """When its buses left, plus 400 s."""
    pace: float = 1.0
    """How much faster than usual they drive."""
    world: World = field(init=False)
    network: Network = field(init=False)
    date: int = field(init=False)
    told_until: float = field(init=False)

    def __post_init__(self) -> None:
        replaced, self.date = tables(self.began_at)
        self.network = tiny(**replaced).network
        world = begin(self.network, CitySettings(city_id="tiny", name="Tiny"), default_predictor(self.network))
        start = int(self.network.trips.start_service_s[self.network.trip_rows["T4"]])
        cancel = ServiceChange("c1", ChangeKind.CANCEL, self.began_at - 300, "T4", self.date, start)
        add = ServiceChange(
            "c2",
            ChangeKind.ADD,
            self.began_at - 300,
            "N9",
            self.date,
            start + 240,
            pattern_id=self.network.patterns.pattern_id[self.network.trips.pattern_ix[self.network.trip_rows["T4"]]],
            headsign="Extra",
        )
        alert = Alert(
            "a1",
            "CONSTRUCTION",
            "DETOUR",
            "WARNING",
            ((self.began_at - 3_600, None),),
            ((self.began_at - 3_600, None),),
            (InformedEntity(route_id="R1"),),
            (("en", "Works at <Stop 3> & around"),),
            (("en", "Buses leave their road between Stop 2 and Stop 4."),),
        )
        self.world = with_orders(world, (cancel, add), (alert,))
        self.told_until = self.began_at - UNDER_WAY_S - 20
        self.state.mkdir(parents=True, exist_ok=True)
        save_network(self.network, self.state / "networks")
        (self.state / "gtfs").mkdir(exist_ok=True)
        tiny_zip(self.state / "gtfs" / "schedule.zip", **replaced)
        (self.state / "city.json").write_text(json.dumps({"name": "Tiny", "simulated": True}))

    def tick(self, now: float) -> None:
        """Drive on until ``now`` and publish."""
        rows = []
        times = np.arange(self.told_until + 20, now + 0.001, 20.0)
        if len(times):
            self.told_until = float(times[-1])
            left_at = self.began_at - UNDER_WAY_S
            for vehicle, line, mps in BUSES:
                rows.append(
                    reports(
                        self.network,
                        vehicle,
                        times,
                        np.maximum(times - left_at, 0) * mps * self.pace,
                        line,
                        **FLEET[vehicle],
                    )
                )
        given = concat(Reports, rows) if rows else reports(self.network, "b1", np.empty(0), np.empty(0), "T1")
        self.world, result = step(self.world, given, now)
        feeds = encode_feeds(result.snapshot, self.network)
        kinds = {
            "vehicle-positions": feeds.vehicle_positions,
            "trip-updates": feeds.trip_updates,
            "alerts": feeds.alerts,
        }
        by_name = {f"{kind}.pb": data for kind, data in kinds.items()}
        by_name |= {f"{kind}.json": to_json(data) for kind, data in kinds.items()}
        FileSnapshots(self.state / "snapshots").publish(result.snapshot, by_name)
