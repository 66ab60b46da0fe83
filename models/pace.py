"""Learn pace: means by segment and time of day, drawn towards what is known more widely.

Each mean leans on the next wider one as if that one had been seen ``PRIOR_ROWS`` times more::

    segment in band  →  segment, all day, scaled by route in band  →  route in band  →  network in band  →  network

so a segment seen twice at 05:00 is not believed more than it deserves, and every segment of the network has a pace.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.segments import Segments
from passinfo.columns import Floats, Ints
from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.prediction.intervals import Widths
from passinfo.prediction.pace import HistoricArtefact

BANDS_S = np.arange(24, dtype=np.int32) * 3_600
"""Hours: short enough for a peak, long enough for a few buses each."""
PRIOR_ROWS = 5.0
"""Assumed: with five visits the segment's own mean and the wider one weigh alike."""
TAIL = 3.0
"""A pace beyond three times (below a third of) its segment's median is drawn to that bound: a hold or a lost report."""


class NothingToLearn(OperatorError):
    """The visits hold no segment of this network."""


@dataclass(frozen=True, slots=True)
class LearnedPace:
    """Paces of every segment of the network, in seconds per metre."""

    by_row: Floats
    """(flat stops of the patterns, bands): pace of the segment ending there; of first stops without meaning."""
    by_route: Floats
    by_network: Floats
    seen: npt.NDArray[np.int64]
    """Rows seen per flat stop."""


def learn_pace(network: Network, rows: Segments) -> LearnedPace:
    """Mean paces of all segments of the network in all bands.

    Raises
    ------
    NothingToLearn
        If there is not one row.
    """
    if len(rows.seconds) == 0:
        raise NothingToLearn("the visits hold no two neighbouring stops of this network: is it that of the replay?")
    n_bands, n_rows, n_routes = len(BANDS_S), len(network.patterns.stop_ix), len(network.routes.route_id)
    band = np.searchsorted(BANDS_S, rows.service_s % 86_400, side="right") - 1
    pace = _tamed(rows.pace, rows.stop_row, n_rows)
    overall = float(pace.mean())
    by_network = _leaning(*_sums(pace, band, n_bands), np.full(n_bands, overall))
    route_band = rows.route_ix.astype(np.int64) * n_bands + band
    sums, counts = _sums(pace, route_band, n_routes * n_bands)
    route_all = _leaning(*_sums(pace, rows.route_ix, n_routes), np.full(n_routes, overall))
    wider = route_all[:, None] * (by_network / overall)[None, :]
    by_route = _leaning(sums.reshape(n_routes, n_bands), counts.reshape(n_routes, n_bands), wider)

    route_of_row = _route_of_rows(network)
    row_sums, row_counts = _sums(pace, rows.stop_row, n_rows)
    row_all = _leaning(row_sums, row_counts, route_all[route_of_row])
    wider = row_all[:, None] * (by_route / route_all[:, None])[route_of_row]
    sums, counts = _sums(pace, rows.stop_row.astype(np.int64) * n_bands + band, n_rows * n_bands)
    by_row = _leaning(sums.reshape(n_rows, n_bands), counts.reshape(n_rows, n_bands), wider)
    return LearnedPace(by_row, by_route, by_network, row_counts.astype(np.int64))


def to_artefact(network: Network, rows: Segments, learned: LearnedPace, widths: Widths) -> HistoricArtefact:
    """The artefact of learned paces: segments that were seen, all routes, the network."""
    patterns = network.patterns
    seen = np.flatnonzero(learned.seen > 0)
    lengths = np.diff(patterns.stop_ptr)
    pattern_of_row = np.repeat(np.arange(len(lengths)), lengths)
    stop_ids = network.stops.stop_id[patterns.stop_ix]
    return HistoricArtefact(
        band_start_s=BANDS_S,
        pattern_id=patterns.pattern_id[pattern_of_row[seen]],
        from_stop_id=stop_ids[seen - 1],
        to_stop_id=stop_ids[seen],
        segment_pace=learned.by_row[seen],
        route_id=network.routes.route_id,
        route_pace=learned.by_route,
        network_pace=learned.by_network,
        widths=widths,
        network_hash=network.hash,
        rows=len(rows.seconds),
        first_date=int(rows.date.min()),
        last_date=int(rows.date.max()),
    )


def _tamed(pace: Floats, stop_row: Ints, n_rows: int) -> Floats:
    order = np.lexsort((pace, stop_row))
    begin = np.searchsorted(stop_row[order], np.arange(n_rows))
    count = np.bincount(stop_row, minlength=n_rows)
    middle = order[np.minimum(begin + count // 2, len(order) - 1)]
    median = pace[middle][stop_row]
    return np.clip(pace, median / TAIL, median * TAIL)


def _sums(pace: Floats, group: npt.NDArray[np.integer], n: int) -> tuple[Floats, Floats]:
    sums = np.bincount(group, pace, minlength=n).astype(np.float64)
    return sums, np.bincount(group, minlength=n).astype(np.float64)


def _leaning(sums: Floats, counts: Floats, wider: Floats) -> Floats:
    return np.asarray((sums + PRIOR_ROWS * wider) / (counts + PRIOR_ROWS))


def _route_of_rows(network: Network) -> npt.NDArray[np.int64]:
    lengths = np.diff(network.patterns.stop_ptr)
    return np.repeat(network.patterns.route_ix, lengths).astype(np.int64)
