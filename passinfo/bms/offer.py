"""What master data tells passengers beside the service: networks, fares, transfers, and names in other languages.

One frozen dataclass per record kind, as in :mod:`passinfo.bms.master`; all of it is optional.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RouteNetwork:
    """A group of routes, for fares; routes name it by ``network_id``."""

    network_id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A group of stops, for fares; stops name it by ``area_id``."""

    area_id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """How to change between two stops, or two routes at them. ``transfer_type`` as in GTFS: 0 recommended … 3 not."""

    from_stop_id: str
    to_stop_id: str
    transfer_type: int = 0
    min_transfer_s: int | None = None
    """Seconds that suffice; given if and only if ``transfer_type`` is 2."""
    from_route_id: str = ""
    to_route_id: str = ""


@dataclass(frozen=True, slots=True)
class RiderCategory:
    """Who pays a fare, e.g. students; ``is_default`` for those who are nothing in particular."""

    rider_category_id: str
    name: str
    is_default: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class FareProduct:
    """What can be bought: ``amount`` as text with the digits the currency has ("13.00"), ISO 4217 ``currency``."""

    fare_product_id: str
    name: str
    amount: str
    currency: str
    rider_category_id: str = ""


@dataclass(frozen=True, slots=True)
class FareLegRule:
    """What one ride costs: on a network, from an area, to an area; "" = any that no other rule names."""

    fare_product_id: str
    network_id: str = ""
    from_area_id: str = ""
    to_area_id: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """A text of the static feed in another language: of one record by its id, or of a value wherever it stands.

    ``table`` and ``field`` are GTFS names (``stops``, ``stop_name``).
    """

    table: str
    field: str
    language: str
    text: str
    record_id: str = ""
    field_value: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """All of it."""

    networks: tuple[RouteNetwork, ...] = ()
    areas: tuple[Area, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    rider_categories: tuple[RiderCategory, ...] = ()
    fare_products: tuple[FareProduct, ...] = ()
    fare_leg_rules: tuple[FareLegRule, ...] = ()
    translations: tuple[Translation, ...] = ()
