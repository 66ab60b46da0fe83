"""What the parts of a simulated city share."""

from __future__ import annotations

from dataclasses import dataclass

from feeds.simulator.demand import Demand
from feeds.simulator.land import Land
from feeds.simulator.road import Road
from feeds.simulator.service import Service
from feeds.simulator.timeline import Timeline
from passinfo.network.network import Network


@dataclass(frozen=True, slots=True)
class Scene:
    """One simulated city: what is planned, where, on what roads, for whom, and what happens when."""

    network: Network
    service: Service
    land: Land
    road: Road
    demand: Demand
    timeline: Timeline
    seed: int
