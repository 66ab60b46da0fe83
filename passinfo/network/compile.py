"""GTFS tables to the compiled network: everything the live loop needs, as arrays, once per feed.

Rows that name what does not exist are refused, with the reason; whatever is left makes the network. Headway service
(``frequencies`` with exact_times 0) is kept as bands of template trips, never unrolled into invented departures.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from passinfo.columns import Ints
from passinfo.ids import NetworkHash
from passinfo.network.calendar import compile_calendar
from passinfo.network.gtfs_tables import GtfsTables
from passinfo.network.lines import lay_patterns, offsets, shape_lines
from passinfo.network.network import Fleet, HeadwayBands, Network, Patterns, Profiles, Trips
from passinfo.network.patterns import PatternDraft, StopRows, group_patterns, running_times, sort_stop_times
from passinfo.network.places import compile_routes, compile_stops, first_of_each, ints, texts
from passinfo.rejections import Reason, Rejection

COMPILER_VERSION = 3
"""Part of the network's hash: a cache of an older compiler is never read."""
SUSPECT_HEADWAY_S = 120
"""Below, a headway is most likely a placeholder (half of Manila's public feed says 60 s)."""

EMPTY_FLEET = Fleet(*(np.empty(0, dtype=object) for _ in range(4)), *(np.empty(0, dtype=np.int32) for _ in range(2)))


@dataclass(frozen=True, slots=True)
class Compiled:
    """The network, and what of the tables was refused."""

    network: Network
    rejections: tuple[Rejection, ...]


def compile_network(tables: GtfsTables, *, fleet: Fleet = EMPTY_FLEET, notes: tuple[str, ...] = ()) -> Compiled:
    """Compile GTFS tables.

    ``fleet`` are the vehicles the master data knows; ``notes`` what a person should know, besides what the compiler
    finds itself.
    """
    refused: list[Rejection] = list(tables.rejections)
    stops, projection = compile_stops(tables.stops, refused)
    routes = compile_routes(tables.routes, refused)
    stop_rows = {stop_id: row for row, stop_id in enumerate(stops.stop_id)}
    route_rows = {route_id: row for row, route_id in enumerate(routes.route_id)}
    trips = _known_trips(tables.trips, route_rows, refused)
    trip_rows = {trip_id: row for row, trip_id in enumerate(trips["trip_id"])}
    rows, bad = sort_stop_times(tables.stop_times, trip_rows, stop_rows)
    refused.extend(bad)
    route_ix = trips["route_id"].map(route_rows).to_numpy(dtype=np.int32)
    direction = trips["direction_id"].to_numpy(dtype=np.int32)
    direction = np.where(np.isin(direction, (0, 1)), direction, -1).astype(np.int32)
    drafts = group_patterns(rows, route_ix, direction, list(trips["shape_id"]), routes.route_id)
    patterns, strange = lay_patterns(drafts, rows, trips, stops, projection, shape_lines(tables.shapes, projection))
    services = sorted(set(trips["service_id"]))
    compiled, profiles, kept = _trips(trips, drafts, rows, patterns, services, tables.frequencies, refused)
    bands = _bands(tables.frequencies, {t: row for row, t in enumerate(compiled.trip_id)}, refused)
    network = Network(
        network_hash(tables.content_hash, fleet, notes),
        str(tables.agency["agency_timezone"].iloc[0]),
        str(tables.agency["agency_name"].iloc[0]),
        str(tables.agency["agency_url"].iloc[0]),
        _feed_version(tables.feed_info),
        projection,
        stops,
        routes,
        patterns,
        profiles,
        compiled,
        bands,
        compile_calendar(services, tables.calendar, tables.calendar_dates),
        fleet,
        (*notes, *_notes(patterns, bands, strange, len(trips) - len(kept))),
    )
    return Compiled(network, tuple(refused))


def network_hash(content_hash: str, fleet: Fleet, notes: tuple[str, ...]) -> NetworkHash:
    """Name of the network compiled from this content: changes with the compiler's version too."""
    digest = hashlib.sha256(f"{COMPILER_VERSION}\0{content_hash}\0".encode())
    for column in (fleet.vehicle_id, fleet.label, fleet.plate, fleet.vehicle_type, fleet.low_floor, fleet.capacity):
        digest.update("\0".join(str(value) for value in column).encode())
    digest.update("\0".join(notes).encode())
    return NetworkHash(digest.hexdigest()[:16])


def _feed_version(feed_info: pd.DataFrame) -> str | None:
    return (str(feed_info["feed_version"].iloc[0]) or None) if len(feed_info) else None


def _known_trips(table: pd.DataFrame, route_rows: dict[str, int], refused: list[Rejection]) -> pd.DataFrame:
    table = first_of_each(table, "trip_id", "trips.txt", refused)
    known = table["route_id"].isin(list(route_rows))
    refused.extend(
        Rejection("trips.txt", 0, Reason.UNKNOWN_REFERENCE, "route_id", route_id)
        for route_id in sorted(set(table["route_id"][~known]))
    )
    return table[known].reset_index(drop=True)


def _trips(
    trips: pd.DataFrame,
    drafts: list[PatternDraft],
    rows: StopRows,
    patterns: Patterns,
    services: list[str],
    frequencies: pd.DataFrame,
    refused: list[Rejection],
) -> tuple[Trips, Profiles, list[int]]:
    """Trips that can run, their profiles, and which rows of the table they are."""
    pattern_ix: dict[int, int] = {}
    profile_ix: dict[int, int] = {}
    found: dict[tuple[int, bytes, bytes], int] = {}
    arrivals: list[Ints] = []
    departures: list[Ints] = []
    for pattern, draft in enumerate(drafts):
        dist = patterns.stop_dist_m[patterns.stop_ptr[pattern] : patterns.stop_ptr[pattern + 1]]
        for trip in draft.trips:
            span = slice(int(rows.trip_ptr[trip]), int(rows.trip_ptr[trip + 1]))
            times = running_times(rows.arrival_s[span], rows.departure_s[span], dist)
            if times is None:
                trip_id = str(trips["trip_id"].iloc[trip])
                refused.append(Rejection("stop_times.txt", 0, Reason.MISSING_VALUE, "departure_time", trip_id))
                continue
            key = (pattern, times[0].tobytes(), times[1].tobytes())
            if key not in found:
                found[key] = len(arrivals)
                arrivals.append(times[0])
                departures.append(times[1])
            pattern_ix[trip], profile_ix[trip] = pattern, found[key]
    kept = sorted(pattern_ix)
    table = trips.iloc[kept]
    exact = frequencies.groupby("trip_id")["exact_times"].max().to_dict()
    service_rows = {service_id: row for row, service_id in enumerate(services)}
    compiled = Trips(
        texts(table["trip_id"]),
        np.array([pattern_ix[trip] for trip in kept], dtype=np.int32),
        np.array([service_rows[service_id] for service_id in table["service_id"]], dtype=np.int32),
        np.array([profile_ix[trip] for trip in kept], dtype=np.int32),
        rows.departure_s[rows.trip_ptr[np.array(kept, dtype=int)]].astype(np.int32),
        texts(table["block_id"]),
        texts(table["trip_headsign"]),
        texts(table["trip_short_name"]),
        np.maximum(ints(table["wheelchair_accessible"]), 0),
        np.array([exact.get(trip_id, 1) != 1 for trip_id in table["trip_id"]], dtype=bool),
        np.array([exact.get(trip_id, 0) == 1 for trip_id in table["trip_id"]], dtype=bool),
    )
    profiles = Profiles(
        offsets([len(part) for part in arrivals]),
        np.concatenate(arrivals) if arrivals else np.empty(0, dtype=np.int32),
        np.concatenate(departures) if departures else np.empty(0, dtype=np.int32),
    )
    return compiled, profiles, kept


def _bands(frequencies: pd.DataFrame, trip_rows: dict[str, int], refused: list[Rejection]) -> HeadwayBands:
    trip = frequencies["trip_id"].map(trip_rows).fillna(-1).to_numpy(dtype=np.int32)
    start, end, headway = (ints(frequencies[name]) for name in ("start_time", "end_time", "headway_secs"))
    refused.extend(
        Rejection("frequencies.txt", 0, Reason.UNKNOWN_REFERENCE, "trip_id", str(trip_id))
        for trip_id in frequencies["trip_id"][trip < 0]
    )
    wrong = (headway <= 0) | (end <= start)
    refused.extend(
        Rejection("frequencies.txt", 0, Reason.BAD_TIME, "headway_secs", str(trip_id))
        for trip_id in frequencies["trip_id"][wrong]
    )
    order = np.lexsort((start, trip))
    order = order[((trip >= 0) & ~wrong)[order]]
    exact = ints(frequencies["exact_times"]) == 1
    kept: Ints = trip[order].astype(np.int32)
    return HeadwayBands(kept, start[order], end[order], headway[order], exact[order])


def _notes(patterns: Patterns, bands: HeadwayBands, strange: int, refused_trips: int) -> list[str]:
    notes = []
    if len(patterns.shape_known) and not patterns.shape_known.any():
        notes.append("The feed has no shapes: lines go straight from stop to stop.")
    elif not patterns.shape_known.all():
        notes.append(f"{int((~patterns.shape_known).sum())} patterns have no shape: their lines go stop to stop.")
    if strange:
        notes.append(f"{strange} patterns name a shape that runs elsewhere; it is not used.")
    suspect = int((bands.headway_s < SUSPECT_HEADWAY_S).sum())
    if suspect:
        notes.append(f"{suspect} headways are under {SUSPECT_HEADWAY_S} s: most likely placeholders.")
    if refused_trips:
        notes.append(f"{refused_trips} trips have fewer than two stops or no times and are left out.")
    return notes
