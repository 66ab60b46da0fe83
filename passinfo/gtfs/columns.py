"""The GTFS tables we write: their columns in order, and the columns their rows are sorted by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableColumns:
    """Columns of one table and its sort key (the primary key of the GTFS reference)."""

    names: tuple[str, ...]
    key: tuple[str, ...]


def _table(names: str, key: str) -> TableColumns:
    return TableColumns(tuple(names.split()), tuple(key.split()))


COLUMNS: dict[str, TableColumns] = {
    "agency": _table("agency_id agency_name agency_url agency_timezone agency_lang", "agency_id"),
    "stops": _table(
        "stop_id stop_code stop_name stop_lat stop_lon wheelchair_boarding tts_stop_name platform_code", "stop_id"
    ),
    "routes": _table(
        "route_id agency_id route_short_name route_long_name route_type route_color route_text_color route_sort_order"
        " continuous_pickup continuous_drop_off",
        "route_id",
    ),
    "trips": _table(
        "route_id service_id trip_id trip_headsign direction_id block_id shape_id wheelchair_accessible bikes_allowed",
        "trip_id",
    ),
    "stop_times": _table(
        "trip_id arrival_time departure_time stop_id stop_sequence timepoint shape_dist_traveled",
        "trip_id stop_sequence",
    ),
    "shapes": _table(
        "shape_id shape_pt_lat shape_pt_lon shape_pt_sequence shape_dist_traveled", "shape_id shape_pt_sequence"
    ),
    "frequencies": _table("trip_id start_time end_time headway_secs exact_times", "trip_id start_time"),
    "calendar": _table(
        "service_id monday tuesday wednesday thursday friday saturday sunday start_date end_date", "service_id"
    ),
    "calendar_dates": _table("service_id date exception_type", "service_id date"),
    "networks": _table("network_id network_name", "network_id"),
    "route_networks": _table("network_id route_id", "network_id route_id"),
    "areas": _table("area_id area_name", "area_id"),
    "stop_areas": _table("area_id stop_id", "area_id stop_id"),
    "transfers": _table(
        "from_stop_id to_stop_id from_route_id to_route_id transfer_type min_transfer_time",
        "from_stop_id to_stop_id from_route_id to_route_id",
    ),
    "rider_categories": _table(
        "rider_category_id rider_category_name is_default_fare_category eligibility_url", "rider_category_id"
    ),
    "fare_products": _table(
        "fare_product_id fare_product_name rider_category_id amount currency", "fare_product_id rider_category_id"
    ),
    "fare_leg_rules": _table(
        "network_id from_area_id to_area_id fare_product_id", "network_id from_area_id to_area_id fare_product_id"
    ),
    "translations": _table(
        "table_name field_name language translation record_id field_value",
        "table_name field_name language record_id field_value",
    ),
    "feed_info": _table(
        "feed_publisher_name feed_publisher_url feed_lang feed_start_date feed_end_date feed_version"
        " feed_contact_email feed_contact_url",
        "feed_publisher_name",
    ),
    "attributions": _table(
        "attribution_id organization_name is_producer is_operator is_authority attribution_url attribution_email",
        "attribution_id",
    ),
}
"""By table name (``stop_times`` is the file ``stop_times.txt``)."""
