"""What a city folder says of fares, transfers and other languages, and what of it is refused."""

from __future__ import annotations

import pytest

from passinfo.bms.master import Master
from passinfo.bms.offer import FareLegRule, FareProduct, Transfer, Translation
from passinfo.rejections import Reason, Rejection
from tests.unit.bms.test_city import FILES, read

OFFER = {
    "networks_csv": "network_id,name\ncity,City buses\n",
    "areas_csv": "area_id,name\ninner,Inner zone\nouter,Outer zone\n",
    "stops_csv": "stop_id,stop_name,lat_deg,lon_deg,tts_name,platform_code,area_id\n"
    "a,St A,14.5,121.0,Saint A,2,inner\nb,B,14.51,121.0,,,outer\nc,C,14.52,121.0,,,\n",
    "routes_csv": "route_id,short_name,long_name,network_id,continuous_pickup,continuous_drop_off\n1,1,One,city,0,3\n",
    "patterns_csv": "route_id,direction_id,variant,headsign,wheelchair,bikes\n1,0,,Harbour,1,2\n",
    "transfers_csv": "from_stop_id,to_stop_id,transfer_type,min_transfer_s\na,b,2,180\nb,a,,\n",
    "rider_categories_csv": "rider_category_id,name,is_default\nadult,Adult,1\nstudent,Student,0\n",
    "fare_products_csv": "fare_product_id,name,amount,currency,rider_category_id\n"
    "ride,One ride,13,PHP,adult\nride,One ride,10.40,PHP,student\n",
    "fare_leg_rules_csv": "fare_product_id,network_id,from_area_id,to_area_id\nride,city,inner,outer\n",
    "translations_csv": "table_name,field_name,language,translation,record_id,field_value\n"
    "stops,stop_name,fil,San A,a,\ntrips,trip_headsign,fil,Daungan,,Harbour\n"
    "feed_info,feed_publisher_name,fil,Tagapaglathala,,\nagency,agency_name,fil,Ang A,a,\n",
}
"""A city that offers everything."""


def offering(**changed: str) -> tuple[Master, tuple[Rejection, ...]]:
    return read(**{**OFFER, **changed})


def test_everything_a_city_offers_is_read() -> None:
    master, rejections = offering()
    assert rejections == ()
    assert (master.stops[0].tts_name, master.stops[0].platform_code, master.stops[0].area_id) == (
        "Saint A",
        "2",
        "inner",
    )
    assert (master.routes[0].continuous_pickup, master.routes[0].continuous_drop_off) == (0, 3)
    assert (master.route_stops[0].wheelchair, master.route_stops[0].bikes) == (1, 2)
    assert master.offer.transfers == (Transfer("a", "b", 2, 180), Transfer("b", "a"))
    assert master.offer.fare_products[1] == FareProduct("ride", "One ride", "10.40", "PHP", "student")
    assert master.offer.fare_leg_rules == (FareLegRule("ride", "city", "inner", "outer"),)
    assert Translation("trips", "trip_headsign", "fil", "Daungan", "", "Harbour") in master.offer.translations


@pytest.mark.parametrize(
    ("name", "row", "reason", "field"),
    [
        ("stops_csv", "d,D,14.53,121.0,,,nowhere", Reason.UNKNOWN_REFERENCE, "area_id"),
        ("routes_csv", "2,2,Two,none,,", Reason.UNKNOWN_REFERENCE, "network_id"),
        ("routes_csv", "2,2,Two,,4,", Reason.NOT_A_NUMBER, "continuous_pickup"),
        ("networks_csv", "city,Again", Reason.DUPLICATE_ID, "network_id"),
        ("transfers_csv", "a,x,,", Reason.UNKNOWN_REFERENCE, "to_stop_id"),
        ("transfers_csv", "a,b,0,", Reason.DUPLICATE_ID, "to_stop_id"),
        ("transfers_csv", "b,c,2,", Reason.MISSING_VALUE, "min_transfer_s"),
        ("transfers_csv", "b,c,4,", Reason.BAD_ENUM, "transfer_type"),
        ("rider_categories_csv", "child,Child,1", Reason.DUPLICATE_ID, "is_default"),
        ("fare_products_csv", "day,Day,13.005,PHP,adult", Reason.NOT_A_NUMBER, "amount"),
        ("fare_products_csv", "day,Day,-1,PHP,adult", Reason.NOT_A_NUMBER, "amount"),
        ("fare_products_csv", "day,Day,cheap,PHP,adult", Reason.NOT_A_NUMBER, "amount"),
        ("fare_products_csv", "day,Day,NaN,PHP,adult", Reason.NOT_A_NUMBER, "amount"),
        ("fare_products_csv", "day,Day,50.5,JPY,adult", Reason.NOT_A_NUMBER, "amount"),
        ("fare_products_csv", "day,Day,50,pesos,adult", Reason.BAD_ENUM, "currency"),
        ("fare_products_csv", "ride,Again,13,PHP,adult", Reason.DUPLICATE_ID, "fare_product_id"),
        ("fare_leg_rules_csv", "day,city,,", Reason.UNKNOWN_REFERENCE, "fare_product_id"),
        ("fare_leg_rules_csv", "ride,city,inner,outer", Reason.DUPLICATE_ID, "fare_product_id"),
        ("translations_csv", "fare_products,fare_product_name,fil,X,ride,", Reason.BAD_ENUM, "table_name"),
        ("translations_csv", "stops,stop_lat,fil,X,a,", Reason.BAD_ENUM, "field_name"),
        ("translations_csv", "stops,stop_name,Filipino!,X,a,", Reason.BAD_ENUM, "language"),
        ("translations_csv", "stops,stop_name,fil,X,z,", Reason.UNKNOWN_REFERENCE, "record_id"),
        ("translations_csv", "stops,stop_name,fil,X,,Z", Reason.UNKNOWN_REFERENCE, "field_value"),
        ("translations_csv", "stops,stop_name,fil,X,,", Reason.MISSING_VALUE, "field_value"),
        ("translations_csv", "stops,stop_name,fil,X,a,St A", Reason.BAD_ENUM, "field_value"),
        ("translations_csv", "stops,stop_name,fil,X,a,", Reason.DUPLICATE_ID, "record_id"),
        ("translations_csv", "feed_info,feed_publisher_name,de,X,1,", Reason.BAD_ENUM, "record_id"),
        ("translations_csv", "stops,stop_name,es,,a,", Reason.MISSING_VALUE, "translation"),
    ],
)
def test_a_wrong_offer_is_refused_with_its_reason(name: str, row: str, reason: Reason, field: str) -> None:
    good, _ = offering()
    master, rejections = offering(**{name: OFFER[name] + row + "\n"})
    assert [(refused.reason, refused.field) for refused in rejections] == [(reason, field)]
    assert master.offer == good.offer


def test_amounts_have_the_digits_of_their_currency() -> None:
    prices = "fare_product_id,name,amount,currency\n" + "".join(f"{c},{c},50,{c}\n" for c in ("PHP", "JPY", "KWD"))
    master, _ = offering(fare_products_csv=prices, fare_leg_rules_csv="")
    assert [product.amount for product in master.offer.fare_products] == ["50.00", "50", "50.000"]


def test_a_trip_id_given_twice_is_refused() -> None:
    head = "route_id,direction_id,variant,day_type,departure_time,trip_id\n"
    master, rejections = read(timetable_csv=head + "1,0,,daily,06:00:00,t\n1,0,,daily,07:00:00,t\n")
    assert [(refused.reason, refused.field) for refused in rejections] == [(Reason.DUPLICATE_ID, "trip_id")]
    assert len(master.timetable) == 1


def test_a_city_without_any_of_it_offers_nothing() -> None:
    master, rejections = read(**{name.replace(".", "_"): text for name, text in FILES.items()})
    assert rejections == ()
    assert master.offer.translations == master.offer.fare_products == ()
