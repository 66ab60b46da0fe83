"""What a city offers beside its service, as GTFS tables: networks, areas, transfers, fares, translations. Pure."""

from __future__ import annotations

from collections.abc import Set

import gtfs_kit

from passinfo.bms.master import Master
from passinfo.bms.offer import Translation
from passinfo.gtfs.frames import Rows, attribution_row, frame


def offer_tables(master: Master, *, routes: Set[str], stops: Set[str], headsigns: Set[str]) -> dict[str, Rows]:
    """Rows by table. What hangs on a stop, route or headsign that the feed leaves out is left out too."""
    offer = master.offer
    networks = {route.network_id for route in master.routes if route.route_id in routes and route.network_id}
    areas = {stop.area_id for stop in master.stops if stop.stop_id in stops and stop.area_id}
    rules = [
        rule
        for rule in offer.fare_leg_rules
        if rule.network_id in networks | {""} and {rule.from_area_id, rule.to_area_id} <= areas | {""}
    ]
    products = {rule.fare_product_id for rule in rules}
    sold = [product for product in offer.fare_products if product.fare_product_id in products]
    riders = {product.rider_category_id for product in sold}
    categories = [rider for rider in offer.rider_categories if rider.rider_category_id in riders]
    records = {"stops": stops, "routes": routes}
    return {
        "networks": [(group.network_id, group.name) for group in offer.networks if group.network_id in networks],
        "route_networks": [(r.network_id, r.route_id) for r in master.routes if r.route_id in routes and r.network_id],
        "areas": [(area.area_id, area.name) for area in offer.areas if area.area_id in areas],
        "stop_areas": [(s.area_id, s.stop_id) for s in master.stops if s.stop_id in stops and s.area_id],
        "transfers": [
            (t.from_stop_id, t.to_stop_id, t.from_route_id, t.to_route_id, t.transfer_type, t.min_transfer_s)
            for t in offer.transfers
            if {t.from_stop_id, t.to_stop_id} <= stops and {t.from_route_id, t.to_route_id} <= routes | {""}
        ],
        "rider_categories": [(r.rider_category_id, r.name, int(r.is_default), r.url) for r in categories],
        "fare_products": [(p.fare_product_id, p.name, p.rider_category_id, p.amount, p.currency) for p in sold],
        "fare_leg_rules": [(r.network_id, r.from_area_id, r.to_area_id, r.fare_product_id) for r in rules],
        "translations": [
            (t.table, t.field, t.language, t.text, t.record_id, t.field_value)
            for t in offer.translations
            if _holds(t, records.get(t.table), _values(master, t, stops, routes, headsigns))
        ],
    }


def with_offer(feed: gtfs_kit.Feed, master: Master) -> gtfs_kit.Feed:
    """A feed made without master data's offer (a learned one), with it: the same feed, more tables and columns."""
    routes, stops = set(feed.routes["route_id"]), set(feed.stops["stop_id"])
    headsigns = set(feed.trips["trip_headsign"])
    tables = offer_tables(master, routes=routes, stops=stops, headsigns=headsigns)
    tables["attributions"] = [attribution_row(n, owed) for n, owed in enumerate(master.attributions, 1)]
    for name, rows in tables.items():
        setattr(feed, name, frame(name, rows))
    known = {stop.stop_id: stop for stop in master.stops}
    feed.stops = feed.stops.assign(
        tts_stop_name=[known[stop_id].tts_name for stop_id in feed.stops["stop_id"]],
        platform_code=[known[stop_id].platform_code for stop_id in feed.stops["stop_id"]],
    )
    return feed


def _holds(translation: Translation, records: Set[str] | None, values: Set[str] | None) -> bool:
    """Whether the feed holds what is translated; None where nothing is left out of that table."""
    if translation.record_id:
        return records is None or translation.record_id in records
    return not translation.field_value or values is None or translation.field_value in values


def _values(
    master: Master, translation: Translation, stops: Set[str], routes: Set[str], headsigns: Set[str]
) -> Set[str] | None:
    """Texts of the stops, routes and trips in the feed; None for other tables."""
    if translation.table == "stops":
        of = {"stop_name": "name", "tts_stop_name": "tts_name", "platform_code": "platform_code"}[translation.field]
        return {getattr(stop, of) for stop in master.stops if stop.stop_id in stops}
    if translation.table == "routes":
        of = {"route_short_name": "short_name", "route_long_name": "long_name"}[translation.field]
        return {getattr(route, of) for route in master.routes if route.route_id in routes}
    return headsigns if translation.table == "trips" else None
