"""Names of entities: the same at every tick, and never the same for two entities, whatever feeds are put together.

A run is named by trip, date and time, an alert of ours begins with ``alert-`` or ``order-``. A vehicle is named by its
id, unless a fleet numbers its buses so that one could be taken for a run or an alert. The id alone decides, so that the
name does not depend on what else is in the feed.
"""

from __future__ import annotations

import re

_RUN = re.compile(r"_\d{8}_\d{2,}:\d\d:\d\d$")
_TAKEN = ("alert-", "order-", "vehicle-")
"""How the names of alerts begin, and of vehicles that were given another name."""


def position_id(vehicle_id: str) -> str:
    """Entity id of a vehicle.

    Examples
    --------
    >>> position_id("4711"), position_id("order-7"), position_id("T1_20260216_08:00:00")
    ('4711', 'vehicle-order-7', 'vehicle-T1_20260216_08:00:00')
    """
    taken = vehicle_id.startswith(_TAKEN) or _RUN.search(vehicle_id) is not None
    return f"vehicle-{vehicle_id}" if taken else vehicle_id


def alert_entity_id(alert_id: str) -> str:
    """Entity id of an alert.

    Examples
    --------
    >>> alert_entity_id("order-7"), alert_entity_id("order-7_20260216_08:00:00")
    ('order-7', 'order-7_20260216_08:00:00.')
    """
    return f"{alert_id}." if _RUN.search(alert_id) else alert_id
