"""A tick's runs shared out among the processors: a part is asked by one thread from the road ahead to the quantiles.

The parts are as large whatever the machine has, so that each machine tells the same to the last bit.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from passinfo.columns import Floats
from passinfo.network.network import Network
from passinfo.prediction.arrival.features import Moment, ask
from passinfo.prediction.arrival.hops import HopTable
from passinfo.prediction.arrival.model import ArrivalModel, knots_of, told_at
from passinfo.prediction.arrival.road import now_of
from passinfo.prediction.arrival.threads import one_thread
from passinfo.prediction.arrival.traffic import Traffic
from passinfo.prediction.arrival.usual import Usual

RUNS = 2_500
"""Of a part: its columns lie in the processor's cache, and handing it over costs nothing beside it."""


def told_of_all(
    network: Network, table: HopTable, usual: Usual, traffic: Traffic, moment: Moment, model: ArrivalModel
) -> tuple[Floats, Floats, Floats]:
    """Seconds from now to each stop ahead of the runs of a moment: p10, p50, p90, one after the other.

    Parameters
    ----------
    network, table, usual, model
        The model on a network.
    traffic
        What buses have just met.
    moment
        The runs asked.
    """
    state = now_of(network, table, usual, traffic, moment.kind, moment.service_s, moment.now)

    def told(part: Moment) -> tuple[Floats, Floats, Floats]:
        asked = ask(network, table, usual, traffic, part, state)
        return told_at(network, table, usual, traffic, part, asked, model, knots_of(asked))

    parts = _parts(moment)
    with one_thread():
        if len(parts) == 1:
            return told(parts[0])
        with ThreadPoolExecutor(min(len(parts), os.cpu_count() or 1)) as threads:
            made = list(threads.map(told, parts))
    p10, p50, p90 = (np.concatenate(each) for each in zip(*made, strict=True))
    return p10, p50, p90


def _parts(moment: Moment) -> list[Moment]:
    n = len(moment.pattern_ix)
    cuts = [slice(begin, begin + RUNS) for begin in range(0, max(n, 1), RUNS)]
    return [
        replace(
            moment,
            vehicle_id=moment.vehicle_id[cut],
            pattern_ix=moment.pattern_ix[cut],
            first_position=moment.first_position[cut],
            dist_m=moment.dist_m[cut],
            measured_at=moment.measured_at[cut],
        )
        for cut in cuts
    ]
