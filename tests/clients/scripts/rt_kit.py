"""The static feed and the realtime feeds as gtfs-rt-kit reads them, as JSON.

usage: python rt_kit.py ADDRESS    (in the environment of the gtfs-rt-kit package)
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import sys
from datetime import datetime

import gtfs_rt_kit as kit
from gtfs_rt_kit.client import AsyncGtfsRtClient, GtfsRtClient


def main(address: str) -> None:
    urls = {kind: f"{address}/gtfs-rt/{kind}.pb" for kind in ("vehicle-positions", "trip-updates", "alerts")}
    with GtfsRtClient() as client:
        static = kit.StaticGtfs.from_bytes(client.fetch_bytes(f"{address}/gtfs/schedule.zip"))
        vehicles = client.vehicles(urls["vehicle-positions"])
        updates = client.trip_updates(urls["trip-updates"])
        alerts = client.alerts(urls["alerts"])
        try:
            client.fetch(f"{address}/gtfs-rt/nothing.pb")
            unknown = None
        except kit.FeedFetchError as error:
            unknown = error.status_code
    asynchronous = asyncio.run(count(urls["trip-updates"]))
    told = {
        "routes": sorted(static.routes),
        "stops": sorted(static.stops),
        "vehicles": [dataclasses.asdict(each) for each in vehicles],
        "updates": [dataclasses.asdict(each) for each in updates],
        "alerts": [dataclasses.asdict(each) for each in alerts],
        "matched": {
            each.vehicle.vehicle.id: each.trip and each.trip.trip_id for each in kit.match_vehicles(vehicles, static)
        },
        "delays": {
            each.trip.trip_id: [dataclasses.asdict(delay) for delay in kit.trip_delays(each, static)]
            for each in updates
            if each.trip.trip_id in ("T1", "L1")
        },
        "unknown": unknown,
        "asynchronous": asynchronous,
    }
    json.dump(told, sys.stdout, default=plain)


async def count(url: str) -> int:
    async with AsyncGtfsRtClient() as client:
        return len(await client.trip_updates(url))


def plain(value: object) -> object:
    return value.timestamp() if isinstance(value, datetime) else str(value)


main(sys.argv[1])
