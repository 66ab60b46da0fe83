"""A city many times over: copies of a network side by side, and of its reports."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from passinfo.bms.reports import Reports
from passinfo.columns import Ints, Texts, concat
from passinfo.network.network import Network, Profiles

APART_DEG = 0.5
"""Copies lie half a degree of longitude apart: 30 to 50 km, wider than a city."""


def replicated(city: Network, copies: int) -> Network:
    """The network ``copies`` times, side by side, ids suffixed."""
    x, _ = city.projection.to_xy(np.zeros(2) + city.stops.lat_deg[0], np.array([0.0, APART_DEG]))
    step = float(x[1] - x[0])
    n = {"stop": len(city.stops.stop_id), "route": len(city.routes.route_id), "pattern": len(city.patterns.pattern_id)}
    n |= {"trip": len(city.trips.trip_id), "profile": len(city.profiles.profile_ptr) - 1}
    many = range(copies)
    stops, routes, patterns, trips = city.stops, city.routes, city.patterns, city.trips
    return dataclasses.replace(
        city,
        stops=dataclasses.replace(
            _tiled(stops, copies),
            stop_id=_suffixed(stops.stop_id, copies),
            lon_deg=np.concatenate([stops.lon_deg + APART_DEG * copy for copy in many]),
            parent_ix=_shifted(stops.parent_ix, n["stop"], copies),
        ),
        routes=dataclasses.replace(_tiled(routes, copies), route_id=_suffixed(routes.route_id, copies)),
        patterns=dataclasses.replace(
            _tiled(patterns, copies),
            pattern_id=_suffixed(patterns.pattern_id, copies),
            route_ix=_shifted(patterns.route_ix, n["route"], copies),
            stop_ptr=_offsets(patterns.stop_ptr, copies),
            stop_ix=_shifted(patterns.stop_ix, n["stop"], copies),
            shape_ptr=_offsets(patterns.shape_ptr, copies),
            shape_x_m=np.concatenate([patterns.shape_x_m + step * copy for copy in many]),
        ),
        profiles=Profiles(
            _offsets(city.profiles.profile_ptr, copies),
            np.tile(city.profiles.arrival_s, copies),
            np.tile(city.profiles.departure_s, copies),
        ),
        trips=dataclasses.replace(
            _tiled(trips, copies),
            trip_id=_suffixed(trips.trip_id, copies),
            pattern_ix=_shifted(trips.pattern_ix, n["pattern"], copies),
            profile_ix=_shifted(trips.profile_ix, n["profile"], copies),
            block_id=_suffixed(trips.block_id, copies),
        ),
        headways=dataclasses.replace(
            _tiled(city.headways, copies), trip_ix=_shifted(city.headways.trip_ix, n["trip"], copies)
        ),
    )


def replicated_reports(rows: Reports, copies: int) -> Reports:
    """The reports of every copy."""
    return concat(
        Reports,
        [
            dataclasses.replace(
                rows,
                vehicle_id=np.array([f"{each}:{copy}" for each in rows.vehicle_id], dtype=object),
                lon_deg=rows.lon_deg + APART_DEG * copy,
            )
            for copy in range(copies)
        ],
    )


def _tiled(table: Any, copies: int) -> Any:
    return type(table)(**{each.name: np.tile(getattr(table, each.name), copies) for each in dataclasses.fields(table)})


def _suffixed(ids: Texts, copies: int) -> Texts:
    found: list[str] = [f"{each}:{copy}" if each else "" for copy in range(copies) for each in ids]
    column = np.empty(len(found), dtype=object)
    column[:] = found
    return column


def _shifted(rows: Ints, step: int, copies: int) -> Ints:
    return np.concatenate([np.where(rows >= 0, rows + step * copy, -1) for copy in range(copies)]).astype(np.int32)


def _offsets(ptr: Ints, copies: int) -> Ints:
    return np.concatenate([ptr[:1], *(ptr[1:] + int(ptr[-1]) * copy for copy in range(copies))]).astype(np.int32)
