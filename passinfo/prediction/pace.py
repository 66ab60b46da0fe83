"""Learned pace, and the running-time profiles it gives a network.

Pace is seconds per metre from arrival to arrival. The artefact names patterns, stops and routes by their ids, so it
outlives a change of the network: a segment unknown to it (new pattern, moved stop) gets its route's pace, a route
unknown to it the pace of the whole network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Floats, Ints, Texts
from passinfo.ids import NetworkHash
from passinfo.network.network import Network
from passinfo.prediction.anchor import Timings
from passinfo.prediction.intervals import Widths
from passinfo.prediction.protocol import RunAhead


@dataclass(frozen=True, slots=True)
class HistoricArtefact:
    """What was learned about pace. All paces are finite and positive.

    Segment s of pattern ``pattern_id[s]`` leads from ``from_stop_id[s]`` to ``to_stop_id[s]``.
    """

    band_start_s: Ints
    """Begin of each band of the day in service seconds, ascending from 0; the last ends at 24 h."""
    pattern_id: Texts
    from_stop_id: Texts
    to_stop_id: Texts
    segment_pace: Floats
    """(segments, bands), s/m."""
    route_id: Texts
    route_pace: Floats
    """(routes, bands), s/m."""
    network_pace: Floats
    """(bands,), s/m."""
    widths: Widths
    """Quantiles of the residuals by horizon."""
    network_hash: str
    """The network it was trained on; another one may use it."""
    rows: int
    """Segments observed."""
    first_date: int
    """First and last service day of the training rows, ``yyyymmdd``."""
    last_date: int

    def band_of(self, service_s: float) -> int:
        """Row of the band this time of day lies in."""
        return int(np.searchsorted(self.band_start_s, service_s % 86_400, side="right")) - 1


@dataclass(frozen=True, slots=True)
class LearnedProfiles:
    """An artefact applied to one network: seconds after departure at each stop of each pattern, band by band."""

    network_hash: NetworkHash
    artefact: HistoricArtefact
    elapsed_s: Floats
    """(bands, flat stops of ``network.patterns``)."""

    def timings(self, network: Network, runs: RunAhead, service_s: float) -> Timings:
        """The profile of each run at this time of day."""
        flat_stops = self.elapsed_s.shape[1]
        begin = network.patterns.stop_ptr[np.maximum(runs.pattern_ix, 0)].astype(np.int64)
        base = begin + self.artefact.band_of(service_s) * flat_stops
        elapsed_s = self.elapsed_s.ravel()
        return Timings(base, elapsed_s, elapsed_s, runs.pattern_ix >= 0)


def learned_profiles(artefact: HistoricArtefact, network: Network) -> LearnedProfiles:
    """Apply an artefact to a network by the ids of patterns, stops and routes."""
    patterns = network.patterns
    segments = {
        key: row
        for row, key in enumerate(zip(artefact.pattern_id, artefact.from_stop_id, artefact.to_stop_id, strict=True))
    }
    routes = {route_id: row for row, route_id in enumerate(artefact.route_id)}
    seconds = np.zeros((len(artefact.band_start_s), len(patterns.stop_ix)))
    stop_ids = network.stops.stop_id[patterns.stop_ix]
    for pattern_ix, pattern_id in enumerate(patterns.pattern_id):
        stops = network.pattern_stops(pattern_ix)
        route = routes.get(network.routes.route_id[patterns.route_ix[pattern_ix]])
        otherwise = artefact.network_pace if route is None else artefact.route_pace[route]
        for row in range(stops.start + 1, stops.stop):
            known = segments.get((pattern_id, stop_ids[row - 1], stop_ids[row]))
            pace = otherwise if known is None else artefact.segment_pace[known]
            seconds[:, row] = pace * (patterns.stop_dist_m[row] - patterns.stop_dist_m[row - 1])
        seconds[:, stops] = np.cumsum(seconds[:, stops], axis=1)
    return LearnedProfiles(network.hash, artefact, seconds)
