"""Rows of a city folder's files of fares, transfers and translations; each raises ``RefusedError`` if it is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from passinfo.bms.city_csv import RefusedError, Row
from passinfo.bms.city_rows import Book
from passinfo.bms.master import Master
from passinfo.bms.offer import Area, FareLegRule, FareProduct, Offer, RiderCategory, RouteNetwork, Transfer, Translation
from passinfo.rejections import Reason

NO_DIGITS = frozenset(
    (
        *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
        *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
    )
)
THREE_DIGITS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
"""Currencies whose amounts have no or three digits after the point; others have two. Source: ISO 4217, list one."""

_CURRENCY = re.compile(r"[A-Z]{3}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""What BCP 47 tags look like: ``fil``, ``zh-Hant-HK``."""

MINIMUM_TIME = 2
"""``transfer_type`` of a change that needs ``min_transfer_time`` (GTFS, transfers.txt)."""
SEATED = (4, 5)
"""``transfer_type`` of changes without leaving the vehicle: they link trips, and master data has none."""

Values = Mapping[tuple[str, str], frozenset[str]]
"""Texts that a feed of this city can hold, by table and field."""

RECORDS = {
    "agency": "agency_id",
    "stops": "stop_id",
    "routes": "route_id",
}
"""Tables whose records translations may name, and the ids they are known by."""


def network_of(row: Row) -> RouteNetwork:
    """A row of ``networks.csv``."""
    return RouteNetwork(row.text("network_id"), row.text("name", ""))


def area_of(row: Row) -> Area:
    """A row of ``areas.csv``."""
    return Area(row.text("area_id"), row.text("name", ""))


def transfer_of(row: Row, book: Book) -> Transfer:
    """A row of ``transfers.csv``."""
    stops, routes = book.known("stop_id"), book.known("route_id")
    places = row.one_of("from_stop_id", stops), row.one_of("to_stop_id", stops)
    lines = row.one_of("from_route_id", routes, ""), row.one_of("to_route_id", routes, "")
    kind = row.whole("transfer_type", 0, high=5)
    if kind in SEATED:
        raise RefusedError(Reason.BAD_ENUM, "transfer_type", str(kind))
    needed = row.whole("min_transfer_s", high=86_400) if kind == MINIMUM_TIME else None
    book.once("transfers.csv", (*places, *lines), "to_stop_id")
    return Transfer(*places, kind, needed, *lines)


def rider_category_of(row: Row, book: Book) -> RiderCategory:
    """A row of ``rider_categories.csv``; one of them may be the default."""
    default = bool(row.truth("is_default", default=False))
    category = RiderCategory(book.new_id(row, "rider_category_id"), row.text("name"), default, row.text("url", ""))
    if default:
        book.once("rider_categories.csv", ("default",), "is_default")
    return category


def fare_product_of(row: Row, book: Book) -> FareProduct:
    """A row of ``fare_products.csv``."""
    product_id = row.text("fare_product_id")
    category = row.one_of("rider_category_id", book.known("rider_category_id"), "")
    currency = row.text("currency")
    if not _CURRENCY.fullmatch(currency):
        raise RefusedError(Reason.BAD_ENUM, "currency", currency)
    product = FareProduct(product_id, row.text("name"), _amount(row, currency), currency, category)
    book.once("fare_products.csv", (product_id, category), "fare_product_id")
    return product


def _amount(row: Row, currency: str) -> str:
    """With as many digits as the currency has; more are refused, not rounded."""
    text = row.text("amount")
    digits = 0 if currency in NO_DIGITS else 3 if currency in THREE_DIGITS else 2
    try:
        amount = Decimal(text)
        written = amount.quantize(Decimal(1).scaleb(-digits))
    except InvalidOperation:
        raise RefusedError(Reason.NOT_A_NUMBER, "amount", text) from None
    if written != amount or amount < 0:
        raise RefusedError(Reason.NOT_A_NUMBER, "amount", text)
    return str(written)


def fare_leg_rule_of(row: Row, book: Book) -> FareLegRule:
    """A row of ``fare_leg_rules.csv``."""
    rule = FareLegRule(
        row.one_of("fare_product_id", book.known("fare_product_id")),
        row.one_of("network_id", book.known("network_id"), ""),
        row.one_of("from_area_id", book.known("area_id"), ""),
        row.one_of("to_area_id", book.known("area_id"), ""),
    )
    key = rule.network_id, rule.from_area_id, rule.to_area_id, rule.fare_product_id
    book.once("fare_leg_rules.csv", key, "fare_product_id")
    return rule


def translation_of(row: Row, book: Book, values: Values) -> Translation:
    """A row of ``translations.csv``."""
    table, field = row.text("table_name"), row.text("field_name")
    if table not in {name for name, _ in values}:
        raise RefusedError(Reason.BAD_ENUM, "table_name", table)
    if (table, field) not in values:
        raise RefusedError(Reason.BAD_ENUM, "field_name", field)
    language = row.text("language")
    if not _LANGUAGE.fullmatch(language):
        raise RefusedError(Reason.BAD_ENUM, "language", language)
    record_id, value = row.text("record_id", ""), row.text("field_value", "")
    # "record_id … Forbidden if table_name is feed_info"; else exactly one of the two (GTFS, translations.txt)
    if table == "feed_info":
        if record_id or value:
            raise RefusedError(Reason.BAD_ENUM, "record_id" if record_id else "field_value", record_id or value)
    elif bool(record_id) == bool(value):
        reason = Reason.BAD_ENUM if record_id else Reason.MISSING_VALUE
        raise RefusedError(reason, "field_value", value)
    elif record_id and record_id not in book.known(RECORDS.get(table, "")):
        raise RefusedError(Reason.UNKNOWN_REFERENCE, "record_id", record_id)
    elif value and value not in values[table, field]:
        raise RefusedError(Reason.UNKNOWN_REFERENCE, "field_value", value)
    translation = Translation(table, field, language, row.text("translation"), record_id, value)
    book.once(
        "translations.csv", (table, field, language, record_id, value), "record_id" if record_id else "field_value"
    )
    return translation


def read_offer(book: Book, master: Master, networks: tuple[RouteNetwork, ...], areas: tuple[Area, ...]) -> Offer:
    """What the files offer beside the service of ``master``; refusals go to the book."""
    book.define("agency_id", {master.agency.agency_id})
    transfers = book.records("transfers.csv", lambda row: transfer_of(row, book))
    riders = book.records("rider_categories.csv", lambda row: rider_category_of(row, book))
    book.define("rider_category_id", {rider.rider_category_id for rider in riders})
    products = book.records("fare_products.csv", lambda row: fare_product_of(row, book))
    book.define("fare_product_id", {product.fare_product_id for product in products})
    rules = book.records("fare_leg_rules.csv", lambda row: fare_leg_rule_of(row, book))
    values = {pair: frozenset(texts) for pair, texts in _texts(master).items()}
    translations = book.records("translations.csv", lambda row: translation_of(row, book, values))
    return Offer(networks, areas, transfers, riders, products, rules, translations)


def _texts(master: Master) -> dict[tuple[str, str], set[str]]:
    """What can be translated, by table and field, and the texts that are there; of the tables the reference lists."""
    stop_names = {stop.name for stop in master.stops}
    return {
        ("agency", "agency_name"): {master.agency.name},
        ("agency", "agency_url"): {master.agency.url},
        ("stops", "stop_name"): stop_names,
        ("stops", "tts_stop_name"): {stop.tts_name for stop in master.stops},
        ("stops", "platform_code"): {stop.platform_code for stop in master.stops},
        ("routes", "route_short_name"): {route.short_name for route in master.routes},
        ("routes", "route_long_name"): {route.long_name for route in master.routes},
        # learned patterns and those without a headsign carry the name of their last stop
        ("trips", "trip_headsign"): {pattern.headsign for pattern in master.route_stops} | stop_names,
        ("feed_info", "feed_publisher_name"): set(),
        ("feed_info", "feed_publisher_url"): set(),
        ("feed_info", "feed_contact_url"): set(),
        ("attributions", "organization_name"): {owed.organization for owed in master.attributions},
        ("attributions", "attribution_url"): {owed.url for owed in master.attributions},
    }
