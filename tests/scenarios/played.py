"""A scenario played through the whole pipeline; every tick judged by the oracle and read back by another's reader."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import gtfs_rt_kit as kit
import numpy as np

from passinfo.bms.changes import ServiceChange
from passinfo.bms.reports import Reports
from passinfo.columns import concat, take
from passinfo.prediction.stack import default_predictor
from passinfo.realtime.encode import Feeds, encode_feeds
from passinfo.settings import CitySettings, Hints
from passinfo.snapshot import Alert, Snapshot
from passinfo.step import begin, step, with_orders
from passinfo.times import service_day_zero_s
from tests.oracle.oracle import Tick
from tests.scenarios.city import City, on_street
from tests.unit.tracking.drives import at_places, none

GPS_ONLY = CitySettings(hints=Hints(trip=False, block=False, route=False, direction=False))
DATE = 20260216
TICK_S = 60.0
METRES_PER_S = 1_000.0 / 300.0


@dataclasses.dataclass(frozen=True, slots=True)
class Played:
    """One tick: our snapshot and feeds, and what gtfs-rt-kit reads in them."""

    snapshot: Snapshot
    feeds: Feeds
    updates: dict[str, kit.TripUpdate]
    positions: dict[str, kit.VehiclePosition]
    alerts: tuple[kit.Alert, ...]
    warnings: frozenset[str]
    """Rules of the oracle that warn."""

    def update(self, trip_id: str) -> kit.TripUpdate:
        """The one update of a trip."""
        (found,) = [each for each in self.updates.values() if each.trip_id == trip_id]
        return found


def clock(text: str, zone: str = "Asia/Manila", date: int = DATE) -> float:
    """Instant of ``HH:MM`` of the service day."""
    hours, minutes = map(int, text.split(":"))
    return service_day_zero_s(date, zone) + hours * 3600 + minutes * 60


def drive(
    vehicle_id: str, stops: str, start_at: float, *, upto_m: float = 1e9, pace: float = 1.0, aside_deg: float = 0.0
) -> Reports:
    """Reports each 20 s of a bus that drives from stop to stop; ``aside_deg``: so far north of its street."""
    length_m = min(upto_m, 1_000.0 * (len(stops.split()) - 1))
    dist_m = np.append(np.arange(0.0, length_m, 20.0 * METRES_PER_S * pace), length_m)
    lat, lon = on_street(stops, dist_m)
    return at_places(vehicle_id, start_at + 20.0 * np.arange(len(dist_m)), lat + aside_deg, lon)


def play(
    city: City,
    reports: Sequence[Reports],
    orders: Sequence[ServiceChange] = (),
    alerts: Sequence[Alert] = (),
    *,
    from_at: float | None = None,
    to_at: float | None = None,
    settings: CitySettings = GPS_ONLY,
) -> list[Played]:
    """Every tick of a scenario. No tick may have an error that no exemption covers."""
    rows = concat(Reports, [none(), *reports])
    rows = take(rows, np.argsort(rows.received_at, kind="stable"))
    at = rows.received_at
    now = float(at[0]) if from_at is None else from_at
    end = (float(at[-1]) if len(at) else now) if to_at is None else to_at
    world = begin(city.network, settings, default_predictor(city.network))
    played: list[Played] = []
    before: Tick | None = None
    row = 0
    while now <= end:
        last = int(np.searchsorted(at, now, side="right"))
        given = [order for order in orders if order.made_at <= now]
        world, result = step(with_orders(world, given, alerts), take(rows, slice(row, last)), now)
        feeds = encode_feeds(result.snapshot, city.network)
        tick = Tick(now, feeds.vehicle_positions, feeds.trip_updates, feeds.alerts)
        findings = city.oracle.check_tick(tick, before)
        wrong = [f"{found.rule} {found.feed} {found.where}: {found.text}" for found in findings if found.counts]
        assert not wrong, f"tick {now - at[0] if len(at) else now:.0f} s: {wrong}"
        warned = frozenset(found.rule for found in findings if found.severity == "WARNING" and not found.exemption)
        played.append(_read(result.snapshot, feeds, warned))
        before, row, now = tick, last, now + TICK_S
    return played


def _read(snapshot: Snapshot, feeds: Feeds, warned: frozenset[str]) -> Played:
    updates = kit.parse_feed(feeds.trip_updates).trip_updates
    positions = kit.parse_feed(feeds.vehicle_positions).vehicles
    return Played(
        snapshot,
        feeds,
        {update.entity_id: update for update in updates},
        {position.vehicle_id: position for position in positions},
        kit.parse_feed(feeds.alerts).alerts,
        warned,
    )


def relationships(update: kit.TripUpdate) -> list[str]:
    """Stop-level relationships in order."""
    return [stop.schedule_relationship for stop in update.stop_time_updates]


def times(update: kit.TripUpdate) -> list[float]:
    """Arrival, else departure, of every stop that has one."""
    events = [stop.arrival or stop.departure for stop in update.stop_time_updates]
    return [event.time.timestamp() for event in events if event is not None]
