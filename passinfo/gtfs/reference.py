"""What the GTFS reference says of its tables: columns in order, keys, and which column names a row of which table.

Source: the GTFS Schedule reference, revision of 2026 (gtfs.org), section "Field Definitions": the primary key of each
file, the fields in its order, and every field of type "Foreign ID". Tables stand after those they name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Naming:
    """A column whose values are ids of other tables' rows. ``optional``: the row means something without it too."""

    column: str
    named: tuple[tuple[str, str], ...]
    """Tables and columns that hold the ids; one of them is enough."""
    optional: bool


@dataclass(frozen=True, slots=True)
class ReferenceTable:
    """One table of the reference."""

    columns: tuple[str, ...]
    key: tuple[str, ...]
    """Primary key; every column where the reference says ``*``."""
    needed: tuple[str, ...]
    """Columns of the key without which a row cannot be told from others."""
    namings: tuple[Naming, ...]


def _table(columns: str, key: str = "", needed: str = "", names: str = "") -> ReferenceTable:
    listed = tuple(columns.split())
    return ReferenceTable(
        listed, tuple(key.split()) or listed, tuple(needed.split()), tuple(_naming(text) for text in names.split())
    )


def _naming(text: str) -> Naming:
    """``shape_id?=shapes.shape_id``: the column, ``?`` where the row means something without it, what it names."""
    column, named = text.split("=")
    pairs = tuple((table, field) for table, field in (one.split(".") for one in named.split("|")))
    return Naming(column.removesuffix("?"), pairs, column.endswith("?"))


_SERVICE = "service_id=calendar.service_id|calendar_dates.service_id"
_NETWORK = "networks.network_id|routes.network_id"

REFERENCE: dict[str, ReferenceTable] = {
    "agency": _table(
        "agency_id agency_name agency_url agency_timezone agency_lang agency_phone agency_fare_url agency_email"
        " cemv_support",
        "agency_id",
    ),
    "levels": _table("level_id level_index level_name", "level_id", "level_id"),
    "stops": _table(
        "stop_id stop_code stop_name tts_stop_name stop_desc stop_lat stop_lon zone_id stop_url location_type"
        " parent_station stop_timezone wheelchair_boarding level_id platform_code stop_access",
        "stop_id",
        "stop_id",
        "parent_station?=stops.stop_id level_id?=levels.level_id",
    ),
    "networks": _table("network_id network_name", "network_id", "network_id"),
    "routes": _table(
        "route_id agency_id route_short_name route_long_name route_desc route_type route_url route_color"
        " route_text_color route_sort_order continuous_pickup continuous_drop_off network_id cemv_support",
        "route_id",
        "route_id",
        "agency_id=agency.agency_id",
    ),
    "route_networks": _table(
        "network_id route_id", "route_id", "route_id", "network_id=networks.network_id route_id=routes.route_id"
    ),
    "calendar": _table(
        "service_id monday tuesday wednesday thursday friday saturday sunday start_date end_date",
        "service_id",
        "service_id",
    ),
    "calendar_dates": _table("service_id date exception_type", "service_id date", "service_id date"),
    "shapes": _table(
        "shape_id shape_pt_lat shape_pt_lon shape_pt_sequence shape_dist_traveled",
        "shape_id shape_pt_sequence",
        "shape_id shape_pt_sequence",
    ),
    "trips": _table(
        "route_id service_id trip_id trip_headsign trip_short_name direction_id block_id shape_id"
        " wheelchair_accessible bikes_allowed cars_allowed safe_duration_factor safe_duration_offset",
        "trip_id",
        "trip_id",
        f"route_id=routes.route_id {_SERVICE} shape_id?=shapes.shape_id",
    ),
    "booking_rules": _table(
        "booking_rule_id booking_type prior_notice_duration_min prior_notice_duration_max prior_notice_last_day"
        " prior_notice_last_time prior_notice_start_day prior_notice_start_time prior_notice_service_id message"
        " pickup_message drop_off_message phone_number info_url booking_url",
        "booking_rule_id",
        "booking_rule_id",
    ),
    "location_groups": _table("location_group_id location_group_name", "location_group_id", "location_group_id"),
    "location_group_stops": _table(
        "location_group_id stop_id",
        names="location_group_id=location_groups.location_group_id stop_id=stops.stop_id",
    ),
    "stop_times": _table(
        "trip_id arrival_time departure_time stop_id location_group_id location_id stop_sequence stop_headsign"
        " start_pickup_drop_off_window end_pickup_drop_off_window pickup_type drop_off_type continuous_pickup"
        " continuous_drop_off shape_dist_traveled timepoint pickup_booking_rule_id drop_off_booking_rule_id",
        "trip_id stop_sequence",
        "trip_id stop_sequence",
        "trip_id=trips.trip_id stop_id=stops.stop_id location_group_id=location_groups.location_group_id"
        " pickup_booking_rule_id?=booking_rules.booking_rule_id"
        " drop_off_booking_rule_id?=booking_rules.booking_rule_id",
    ),
    "frequencies": _table(
        "trip_id start_time end_time headway_secs exact_times",
        "trip_id start_time",
        "trip_id start_time",
        "trip_id=trips.trip_id",
    ),
    "transfers": _table(
        "from_stop_id to_stop_id from_route_id to_route_id from_trip_id to_trip_id transfer_type min_transfer_time",
        "from_stop_id to_stop_id from_trip_id to_trip_id from_route_id to_route_id",
        names="from_stop_id=stops.stop_id to_stop_id=stops.stop_id from_route_id=routes.route_id"
        " to_route_id=routes.route_id from_trip_id=trips.trip_id to_trip_id=trips.trip_id",
    ),
    "pathways": _table(
        "pathway_id from_stop_id to_stop_id pathway_mode is_bidirectional length traversal_time stair_count max_slope"
        " min_width signposted_as reversed_signposted_as",
        "pathway_id",
        "pathway_id",
        "from_stop_id=stops.stop_id to_stop_id=stops.stop_id",
    ),
    "areas": _table("area_id area_name", "area_id", "area_id"),
    "stop_areas": _table("area_id stop_id", names="area_id=areas.area_id stop_id=stops.stop_id"),
    "timeframes": _table("timeframe_group_id start_time end_time service_id", names=_SERVICE),
    "fare_attributes": _table(
        "fare_id price currency_type payment_method transfers agency_id transfer_duration",
        "fare_id",
        "fare_id",
        "agency_id=agency.agency_id",
    ),
    "fare_rules": _table(
        "fare_id route_id origin_id destination_id contains_id",
        names="fare_id=fare_attributes.fare_id route_id=routes.route_id origin_id=stops.zone_id"
        " destination_id=stops.zone_id contains_id=stops.zone_id",
    ),
    "rider_categories": _table(
        "rider_category_id rider_category_name is_default_fare_category eligibility_url",
        "rider_category_id",
        "rider_category_id",
    ),
    "fare_media": _table("fare_media_id fare_media_name fare_media_type", "fare_media_id", "fare_media_id"),
    "fare_products": _table(
        "fare_product_id fare_product_name rider_category_id fare_media_id amount currency",
        "fare_product_id rider_category_id fare_media_id",
        "fare_product_id",
        "rider_category_id=rider_categories.rider_category_id fare_media_id=fare_media.fare_media_id",
    ),
    "fare_leg_rules": _table(
        "leg_group_id network_id from_area_id to_area_id from_timeframe_group_id to_timeframe_group_id fare_product_id"
        " rule_priority",
        "network_id from_area_id to_area_id from_timeframe_group_id to_timeframe_group_id fare_product_id",
        names=f"network_id={_NETWORK} from_area_id=areas.area_id to_area_id=areas.area_id"
        " from_timeframe_group_id=timeframes.timeframe_group_id to_timeframe_group_id=timeframes.timeframe_group_id"
        " fare_product_id=fare_products.fare_product_id",
    ),
    "fare_leg_join_rules": _table(
        "from_network_id to_network_id from_stop_id to_stop_id",
        "from_network_id to_network_id from_stop_id to_stop_id",
        names=f"from_network_id={_NETWORK} to_network_id={_NETWORK} from_stop_id=stops.stop_id"
        " to_stop_id=stops.stop_id",
    ),
    "fare_transfer_rules": _table(
        "from_leg_group_id to_leg_group_id transfer_count duration_limit duration_limit_type fare_transfer_type"
        " fare_product_id",
        "from_leg_group_id to_leg_group_id fare_product_id transfer_count duration_limit",
        names="from_leg_group_id=fare_leg_rules.leg_group_id to_leg_group_id=fare_leg_rules.leg_group_id"
        " fare_product_id=fare_products.fare_product_id",
    ),
    "feed_info": _table(
        "feed_publisher_name feed_publisher_url feed_lang default_lang feed_start_date feed_end_date feed_version"
        " feed_contact_email feed_contact_url",
    ),
    "translations": _table(
        "table_name field_name language translation record_id record_sub_id field_value",
        "table_name field_name language record_id record_sub_id field_value",
        "table_name field_name language",
    ),
    "attributions": _table(
        "attribution_id agency_id route_id trip_id organization_name is_producer is_operator is_authority"
        " attribution_url attribution_email attribution_phone",
        names="agency_id=agency.agency_id route_id=routes.route_id trip_id=trips.trip_id",
    ),
}

WHOLE_NUMBERS = frozenset(
    ("stop_sequence", "shape_pt_sequence", "rule_priority", "transfer_count", "duration_limit", "record_sub_id")
)
"""Columns of keys whose rows are sorted by number: 10 comes after 9."""
