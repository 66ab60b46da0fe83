"""Traces: the columns of reports that learning needs, in the plane, one vehicle after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from passinfo.columns import Bools, Floats, Texts
from passinfo.geo import Projection

Indices = npt.NDArray[np.intp]

TELEPORT_MPS = 45.0
"""A place both reached and left faster than this was never visited: no city bus drives 160 km/h."""


@dataclass(frozen=True, slots=True)
class Traces:
    """Reports in order of vehicle and instant.

    ``key_ix`` is the row of :attr:`route_id` and :attr:`tag` that a report carries; -1 if it tells no route, or no tag
    on a route whose buses do tell one.
    """

    projection: Projection
    vehicle_ix: Indices
    observed_at: Floats
    x_m: Floats
    y_m: Floats
    key_ix: Indices
    route_id: Texts
    """Of each key."""
    tag: Texts
    """Of each key; None on routes without tags."""


def traces_of(
    vehicle_id: Texts,
    observed_at: Floats,
    lat_deg: Floats,
    lon_deg: Floats,
    route_id: Texts,
    tag: Texts,
    projection: Projection | None = None,
) -> Traces:
    """Traces of plain columns; ``tag`` is whatever tells direction or branch apart, None where unknown.

    Rows without place or instant are left out, and single places that no bus can have been at.

    Examples
    --------
    >>> told = np.array(["7", "7"], dtype=object)
    >>> found = traces_of(told, np.array([20.0, 0.0]), np.array([1.0, 1.0]), np.array([2.0, 2.001]), told, told)
    >>> found.observed_at, len(found.tag)
    (array([ 0., 20.]), 1)
    """
    known = np.isfinite(observed_at) & np.isfinite(lat_deg) & np.isfinite(lon_deg)
    vehicle = pd.factorize(pd.Series(vehicle_id[known], dtype=object), sort=True)[0].astype(np.intp)
    order = np.lexsort((observed_at[known], vehicle))
    rows = np.flatnonzero(known)[order]
    vehicle = vehicle[order]
    if projection is None:
        projection = (
            Projection(float(np.median(lat_deg[rows])), float(np.median(lon_deg[rows])))
            if len(rows)
            else Projection(0, 0)
        )
    x_m, y_m = projection.to_xy(lat_deg[rows], lon_deg[rows])
    key_ix, routes, tags = _keys(route_id[rows], tag[rows])
    found = Traces(projection, vehicle, observed_at[rows], x_m, y_m, key_ix, routes, tags)
    return chosen(found, ~_teleported(found))


def chosen(traces: Traces, rows: Indices | Bools) -> Traces:
    """Some rows of traces, keys unchanged."""
    return Traces(
        traces.projection,
        traces.vehicle_ix[rows],
        traces.observed_at[rows],
        traces.x_m[rows],
        traces.y_m[rows],
        traces.key_ix[rows],
        traces.route_id,
        traces.tag,
    )


def _keys(route_id: Texts, tag: Texts) -> tuple[Indices, Texts, Texts]:
    """One key per (route, tag) that occurs; a route whose buses never tell a tag is one key."""
    route_code, routes = pd.factorize(pd.Series(route_id, dtype=object), sort=True)
    tag_code, tags = pd.factorize(pd.Series(tag, dtype=object), sort=True)
    tagged = np.zeros(len(routes) + 1, dtype=bool)
    tagged[route_code[tag_code >= 0]] = True
    none = (route_code < 0) | ((tag_code < 0) & tagged[route_code])
    pair = np.where(none, -1, route_code.astype(np.int64) * (len(tags) + 1) + tag_code + 1)
    pairs = np.unique(pair[~none])
    names = np.array([*tags, None], dtype=object)
    key_ix = np.where(none, -1, np.searchsorted(pairs, pair)).astype(np.intp)
    return (
        key_ix,
        np.asarray(routes, dtype=object)[pairs // (len(tags) + 1)],
        names[pairs % (len(tags) + 1) - 1],
    )


def _teleported(traces: Traces) -> Bools:
    gap_s = np.maximum(np.diff(traces.observed_at), 1.0)
    fast = np.hypot(np.diff(traces.x_m), np.diff(traces.y_m)) / gap_s > TELEPORT_MPS
    fast &= np.diff(traces.vehicle_ix) == 0
    out = np.zeros(len(traces.x_m), dtype=bool)
    if len(out) > 2:
        out[1:-1] = fast[:-1] & fast[1:]
    return out
