"""Rows of tables as a gtfs-kit feed: every table in its columns, sorted by its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import gtfs_kit
import pandas as pd
from gtfs_kit.constants import FEED_ATTRS

from passinfo.bms.master import NOT_BETWEEN_STOPS, Attribution, Route, Stop
from passinfo.gtfs.columns import COLUMNS

Rows: TypeAlias = list[tuple[object, ...]]


def feed_of(frames: Mapping[str, pd.DataFrame | None]) -> gtfs_kit.Feed:
    """A gtfs-kit feed of the tables; those that gtfs-kit does not know are attributes all the same."""
    known = {name: table for name, table in frames.items() if name in FEED_ATTRS}
    feed = gtfs_kit.Feed(dist_units="m", **known)
    for name in frames.keys() - known.keys():
        setattr(feed, name, frames[name])
    return feed


def frame(name: str, rows: Sequence[tuple[object, ...]]) -> pd.DataFrame | None:
    """A table in its columns, sorted by its key; None if it has no rows. Rows may lack the last columns."""
    if not rows:
        return None
    spec = COLUMNS[name]
    # a whole number stays one though others of its column are missing: no 1.0 for 1
    columns = [pd.Series(values, dtype=object if None in values else None) for values in zip(*rows, strict=True)]
    table = pd.DataFrame(dict(zip(spec.names, columns, strict=False)))
    key = [column for column in spec.key if column in table]
    return table.sort_values(key, kind="stable", ignore_index=True)


def stop_row(stop: Stop) -> tuple[object, ...]:
    """A row of stops."""
    placed = (stop.stop_id, stop.code, stop.name, stop.lat_deg, stop.lon_deg, stop.wheelchair)
    return (*placed, stop.tts_name, stop.platform_code)


def route_row(route: Route, agency_id: str) -> tuple[object, ...]:
    """A row of routes."""
    named = (route.route_id, agency_id, route.short_name, route.long_name, route.route_type)
    between = (
        None if code == NOT_BETWEEN_STOPS else code for code in (route.continuous_pickup, route.continuous_drop_off)
    )
    return (*named, route.color, route.text_color, route.sort_order, *between)


def attribution_row(number: int, owed: Attribution) -> tuple[object, ...]:
    """A row of attributions."""
    roles = (int(owed.is_producer), int(owed.is_operator), int(owed.is_authority))
    return (f"attribution-{number}", owed.organization, *roles, owed.url, owed.email)
