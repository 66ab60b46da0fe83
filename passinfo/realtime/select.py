"""Feeds put together, and parts of feeds: all kinds in one message, or only what concerns some routes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from google.transit import gtfs_realtime_pb2 as pb

from passinfo.network.network import Network
from passinfo.realtime.decode import parse

_ENTITIES = b', "entity": ['


@dataclass(frozen=True, slots=True)
class Concern:
    """What a filter wants: routes, their agencies as far as all their routes are wanted, their stops and trips."""

    route_ids: frozenset[str]
    agency_ids: frozenset[str]
    stop_ids: frozenset[str]
    trip_ids: frozenset[str]


def concern_of(network: Network, route_ids: Sequence[str], agency_ids: Sequence[str]) -> Concern:
    """The concern of these routes and of all routes of these agencies.

    Raises
    ------
    KeyError
        With the id that the network does not know.
    """
    routes = network.routes
    for agency_id in agency_ids:
        if agency_id not in set(routes.agency_id.tolist()):
            raise KeyError(f"agency {agency_id!r}")
    rows = {network.route_rows[route_id] for route_id in route_ids if route_id in network.route_rows}
    if len(rows) < len(set(route_ids)):
        raise KeyError(f"route {next(each for each in route_ids if each not in network.route_rows)!r}")
    rows |= set(np.flatnonzero(np.isin(routes.agency_id.astype(str), list(agency_ids))).tolist())
    patterns = network.patterns
    served = np.isin(np.repeat(patterns.route_ix, np.diff(patterns.stop_ptr)), list(rows))
    return Concern(
        frozenset(routes.route_id[sorted(rows)].tolist()),
        frozenset(agency_ids) | frozenset(routes.agency_id[sorted(rows)].tolist()),
        frozenset(network.stops.stop_id[np.unique(patterns.stop_ix[served])].tolist()),
        frozenset(network.trips.trip_id[np.isin(patterns.route_ix[network.trips.pattern_ix], list(rows))].tolist()),
    )


def concerning(feed: bytes, concern: Concern) -> bytes:
    """The feed with only what concerns these routes; what names no route (a bus whose trip is unsure) is left out."""
    message = parse(feed)
    kept = [entity for entity in message.entity if _concerns(entity, concern)]
    return pb.FeedMessage(header=message.header, entity=kept).SerializeToString(deterministic=True)


def combined(feeds: Sequence[bytes]) -> bytes:
    """Several feeds of one tick as one: the header once, then all entities."""
    if not feeds:
        return b""
    return feeds[0] + b"".join(feed[_header_length(feed) :] for feed in feeds[1:])


def combined_json(twins: Sequence[bytes]) -> bytes:
    """Likewise of JSON twins."""
    heads = [twin.partition(_ENTITIES) for twin in twins]
    entities = [rest[: -len(b"]}")] for _, _, rest in heads if rest]
    head = heads[0][0]
    return head + _ENTITIES + b", ".join(entities) + b"]}" if entities else head


def _header_length(feed: bytes) -> int:
    """Bytes of the header of a feed: a tag of one byte, the length as varint, the header."""
    length, shift, place = 0, 0, 1
    while True:
        byte = feed[place]
        length |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return place + length


def _concerns(entity: pb.FeedEntity, concern: Concern) -> bool:
    if entity.HasField("trip_update"):
        return entity.trip_update.trip.route_id in concern.route_ids
    if entity.HasField("vehicle"):
        return entity.vehicle.trip.route_id in concern.route_ids
    if entity.HasField("trip_modifications"):
        told = entity.trip_modifications.selected_trips
        return any(trip_id in concern.trip_ids for trips in told for trip_id in trips.trip_ids)
    return any(_informs(informed, concern) for informed in entity.alert.informed_entity)


def _informs(informed: pb.EntitySelector, concern: Concern) -> bool:
    """Whether somebody on these routes is meant: the route decides, else the trip's, else the stop, else the agency."""
    for route_id in (informed.route_id, informed.trip.route_id):
        if route_id:
            return route_id in concern.route_ids
    if informed.stop_id:
        return informed.stop_id in concern.stop_ids
    return informed.agency_id in concern.agency_ids
