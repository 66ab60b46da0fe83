"""A change of service: one feed in which the old one runs until the day before, and the new one from then on.

Riders plan across the change, so both must stand in one feed. What both say alike stays one record with one id: a trip
that goes on as it was runs under one service that spans both. All other ids of the new feed are its own; old trips and
shapes of the same id get a new one that tells how long they run (``-until-20260228``). Stops, routes and other tables
without dates can say one thing only: the new feed's word counts, and every change is told. Fares have no dates either:
those of the new feed stand alone.

Limits: a stop that moves at the change moves for the old trips too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from passinfo.gtfs.findings import Done, Finding, Found
from passinfo.gtfs.likeness import alike
from passinfo.gtfs.named import known_names_only
from passinfo.gtfs.reference import REFERENCE
from passinfo.gtfs.services import join_services
from passinfo.gtfs.tidy import in_order
from passinfo.times import shift_date

Tables = Mapping[str, pd.DataFrame]

TRIP_COLUMNS = ("trip_id", "from_trip_id", "to_trip_id")
FARES = frozenset(
    ("fare_attributes", "fare_rules", "fare_products", "fare_leg_rules", "fare_leg_join_rules", "fare_transfer_rules")
)
_SERVED = (("stop_times", "stop_id", "stops"), ("trips", "route_id", "routes"), ("trips", "shape_id", "shapes"))
"""Users, the column that names what they use, and the table it is in."""


@dataclass(frozen=True, slots=True)
class Overlapped:
    """The tables of the joined feed, and how many trips go on, end and begin at the change."""

    tables: Mapping[str, pd.DataFrame]
    going_on: int
    ending: int
    beginning: int
    findings: tuple[Finding, ...]


def overlap(before: Tables, after: Tables, first: int) -> Overlapped:
    """Both feeds in one; ``first`` (``yyyymmdd``) is the first service day of the new one.

    Both are tables of text in good order (``passinfo.gtfs.rebuild.put_in_order``). A trip of either that has no day
    left is left out, and with it the stops, routes and shapes that only it had.
    """
    same = _same_trips(before, after)
    services = join_services(before, after, first, same)
    old, new = _running(before, services.before), _running(after, services.after)
    going_on = services.going_on
    ending = _renamed(_without(old, going_on), new, f"-until-{shift_date(first, -1)}")
    joined = {name: _joined(name, ending.get(name), new.get(name)) for name in sorted({*ending, *new} - FARES)}
    joined |= {name: new[name] for name in FARES & new.keys()}
    joined |= services.tables
    if "feed_info" in joined:
        joined["feed_info"] = _feed_info(joined["feed_info"], before)
    joined = _used_only(joined, new)
    for name in REFERENCE:
        if name in joined:
            joined[name], _ = known_names_only(name, joined[name], joined)
    return Overlapped(
        {name: in_order(name, table) for name, table in joined.items()},
        len(going_on),
        len(ending["trips"]),
        len(new["trips"]) - len(going_on),
        tuple(_changed(joined, before, after)),
    )


def _same_trips(before: Tables, after: Tables) -> frozenset[str]:
    """Trips that both feeds tell alike: their row but for the service, their calls, headways and shape."""
    same = alike(before["trips"], after["trips"], "trip_id", apart_from=("service_id",))
    for name in ("stop_times", "frequencies"):
        tables = before.get(name), after.get(name)
        told = frozenset(
            str(value) for t in tables if t is not None and "trip_id" in t for value in t["trip_id"].unique()
        )
        same -= told - alike(*tables, "trip_id")
    if "shape_id" in after["trips"].columns:
        shapes = alike(before.get("shapes"), after.get("shapes"), "shape_id") | {""}
        trips = after["trips"]
        same -= frozenset(trips["trip_id"][~trips["shape_id"].isin(shapes)])
    return same


def _running(tables: Tables, service_of: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """The tables with the trips that have a day left, by their service in the joined feed ("" = none left)."""
    trips = tables["trips"]
    services = trips["trip_id"].map(service_of)
    left = trips.assign(service_id=services)[(services != "").to_numpy(dtype=bool)]
    return _of_trips({**tables, "trips": left}, frozenset(left["trip_id"]))


def _without(tables: Tables, trip_ids: frozenset[str]) -> dict[str, pd.DataFrame]:
    trips = tables["trips"]
    left = trips[~trips["trip_id"].isin(trip_ids)]
    return _of_trips({**tables, "trips": left}, frozenset(left["trip_id"]))


def _of_trips(tables: Tables, trip_ids: frozenset[str]) -> dict[str, pd.DataFrame]:
    """The tables without what names a trip that is not among ``trip_ids``."""
    found = dict(tables)
    for name, table in tables.items():
        for column in TRIP_COLUMNS:
            if name != "trips" and column in table.columns:
                found[name] = found[name][found[name][column].isin(trip_ids | {""})]
    return found


def _renamed(old: Tables, new: Tables, suffix: str) -> dict[str, pd.DataFrame]:
    """Old trips and shapes by another id where the new feed uses theirs for something else."""
    trips = {trip_id: f"{trip_id}{suffix}" for trip_id in set(old["trips"]["trip_id"]) & set(new["trips"]["trip_id"])}
    shapes: dict[str, str] = {}
    if "shapes" in old and "shapes" in new:
        clash = set(old["shapes"]["shape_id"]) & set(new["shapes"]["shape_id"])
        clash -= alike(old["shapes"], new["shapes"], "shape_id")
        shapes = {shape_id: f"{shape_id}{suffix}" for shape_id in clash}
    found = {}
    for name, table in old.items():
        columns = [(column, trips) for column in TRIP_COLUMNS] + [("shape_id", shapes)]
        found[name] = table.assign(
            **{column: table[column].replace(ids) for column, ids in columns if ids and column in table.columns}
        )
    return found


def _joined(name: str, old: pd.DataFrame | None, new: pd.DataFrame | None) -> pd.DataFrame:
    """Rows of both; of two rows with one key the new."""
    if old is None or new is None or name == "feed_info":
        return new if new is not None else old if old is not None else pd.DataFrame()
    both = pd.concat([new, old], ignore_index=True).fillna("")
    key = [column for column in REFERENCE[name].key if column in both.columns] if name in REFERENCE else []
    return both.drop_duplicates(key or None, ignore_index=True)


def _feed_info(info: pd.DataFrame, before: Tables) -> pd.DataFrame:
    """The new feed's, from the first day of the old one on."""
    starts = before["feed_info"].get("feed_start_date") if "feed_info" in before else None
    if starts is None or starts.empty or not starts.iloc[0] or "feed_start_date" not in info.columns:
        return info
    return info.assign(feed_start_date=min(starts.iloc[0], info["feed_start_date"].iloc[0]))


def _used_only(joined: dict[str, pd.DataFrame], new: Tables) -> dict[str, pd.DataFrame]:
    """Without stops, routes and shapes of the old feed that nothing uses any more."""
    found = dict(joined)
    for users, column, name in _SERVED:
        if name not in found or column not in found.get(users, ()):
            continue
        key = REFERENCE[name].key[0]
        used = set(found[users][column]) | set(new[name][key] if name in new else ())
        if name == "stops" and "parent_station" in found[name].columns:
            used |= set(found[name]["parent_station"][found[name][key].isin(used)])
        found[name] = found[name][found[name][key].isin(used)]
    return found


def _changed(joined: Tables, before: Tables, after: Tables) -> Found:
    """Stops and routes of which the two feeds say different things."""
    found: Found = []
    for name, key in (("stops", "stop_id"), ("routes", "route_id")):
        both = set(before[name][key]) & set(after[name][key]) & set(joined[name][key])
        changed = sorted(both - alike(before[name], after[name], key))
        if changed:
            fault = "changed, and told as the new feed tells it from now on"
            found.append(Finding(name, fault, Done.KEPT, len(changed), 0, ", ".join(changed[:5])))
    return found
