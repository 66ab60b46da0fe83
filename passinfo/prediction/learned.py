"""A learned pace at work: profiles and usual times of hops, of one network after the other."""

from __future__ import annotations

import numpy as np

from passinfo.network.network import Network
from passinfo.prediction.anchor import Timings
from passinfo.prediction.arrival.hops import HopTable, hop_table
from passinfo.prediction.arrival.planned import plain_usual
from passinfo.prediction.arrival.usual import BIN_S, BINS, Usual
from passinfo.prediction.pace import HistoricArtefact, LearnedProfiles, learned_profiles
from passinfo.prediction.profiles import service_seconds
from passinfo.prediction.protocol import RunAhead


class LearnedPace:
    """What an artefact says of a network."""

    def __init__(self, artefact: HistoricArtefact) -> None:
        self.artefact = artefact
        self._profiles: LearnedProfiles | None = None
        self._hops: tuple[str, HopTable, Usual] | None = None

    # Memos, not states: the same artefact and network give the same tables.

    def profiles(self, network: Network) -> LearnedProfiles:
        """Running times of this network's patterns; worked out once."""
        if self._profiles is None or self._profiles.network_hash != network.hash:
            self._profiles = learned_profiles(self.artefact, network)
        return self._profiles

    def timings(self, network: Network, runs: RunAhead, now: float) -> Timings:
        """The learned profile of each run at this time of day."""
        return self.profiles(network).timings(network, runs, service_seconds(network, now))

    def on(self, network: Network) -> tuple[HopTable, Usual]:
        """Hops of this network, and what they usually take; worked out once."""
        if self._hops is None or self._hops[0] != network.hash:
            table = hop_table(network)
            self._hops = network.hash, table, learned_usual(table, self.profiles(network))
        return self._hops[1:]


def learned_usual(table: HopTable, learned: LearnedProfiles) -> Usual:
    """Learned seconds of each hop by half hour: the mean of its patterns."""
    rows = np.flatnonzero(table.of_row >= 0)
    hop, n = table.of_row[rows], len(table)
    count = np.bincount(hop, minlength=n).astype(float)
    seconds = learned.elapsed_s[:, rows] - learned.elapsed_s[:, rows - 1]
    by_band = np.stack([np.bincount(hop, band, n) for band in seconds]) / np.maximum(count, 1.0)
    bands = [learned.artefact.band_of(number * BIN_S) for number in range(BINS)]
    return plain_usual(by_band[bands].T, count)
