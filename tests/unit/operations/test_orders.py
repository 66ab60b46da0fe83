"""An order that cannot be obeyed is told so, and never stops a tick."""

from dataclasses import replace

import numpy as np
import pytest

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.operations.orders import order_fault, standing_orders
from passinfo.prediction.stack import default_predictor
from passinfo.realtime.encode import encode_feeds
from passinfo.settings import CitySettings
from passinfo.step import begin, step, with_orders
from tests.unit.builders_feed import tiny
from tests.unit.tracking.drives import DATE, at, none, reports

NETWORK = tiny().network
PATTERN = str(NETWORK.patterns.pattern_id[int(NETWORK.trips.pattern_ix[NETWORK.trip_rows["T1"]])])
CANCEL = ServiceChange("c", ChangeKind.CANCEL, 0.0, "T1", DATE, 8 * 3600)
ADD = ServiceChange("a", ChangeKind.ADD, 0.0, "X1", DATE, 9 * 3600, pattern_id=PATTERN)
DETOUR = ServiceChange("d", ChangeKind.DETOUR, 0.0, route_id="R1")
WRONG = {
    "no date": replace(CANCEL, start_date=20261399),
    "no date of an added run": replace(ADD, start_date=20261399),
    "not that day": replace(CANCEL, start_date=20261122),
    "not then": replace(CANCEL, start_service_s=8 * 3600 + 60),
    "no start": replace(CANCEL, start_service_s=None),
    "unknown trip": replace(CANCEL, trip_id="T0"),
    "reassigned to nothing": replace(CANCEL, kind=ChangeKind.REASSIGN, trip_id="T0", vehicle_id="bus"),
    "elsewhere": replace(CANCEL, kind=ChangeKind.SHORT_TURN, last_stop_id="S9"),
    "ends there anyway": replace(CANCEL, kind=ChangeKind.SHORT_TURN, last_stop_id="S4"),
    "begins there": replace(CANCEL, kind=ChangeKind.SHORT_TURN, last_stop_id="S0"),
    "copy of nothing": replace(ADD, kind=ChangeKind.DUPLICATE, original_trip_id="T0"),
    "copy of headway service": replace(ADD, kind=ChangeKind.DUPLICATE, original_trip_id="H1"),
    "replaced by nothing": replace(CANCEL, kind=ChangeKind.REPLACE, pattern_id="none"),
    "skips elsewhere": replace(CANCEL, kind=ChangeKind.SKIP, from_stop_id="S9"),
    "added twice": replace(ADD, trip_id="T1"),
    "unknown pattern": replace(ADD, pattern_id="none"),
    "beyond the day": replace(ADD, start_service_s=999 * 3600),
    "unknown stop": replace(DETOUR, from_stop_id="S9"),
    "over before it began": replace(DETOUR, ends_at=-1e300),
    "half a character": replace(DETOUR, text=(("en", "\ud800"),)),
    "no words": replace(DETOUR, text=(("en", " "),)),
    "of nothing": replace(DETOUR, route_id=None),
}


@pytest.mark.parametrize("order", [CANCEL, ADD, DETOUR], ids=["cancel", "add", "detour"])
def test_an_order_that_can_be_obeyed_has_no_fault(order: ServiceChange) -> None:
    assert order_fault(NETWORK, order) is None


@pytest.mark.parametrize("order", WRONG.values(), ids=list(WRONG))
def test_a_wrong_order_names_its_field_and_stops_no_tick(order: ServiceChange) -> None:
    """Half a character in a text once stopped the live loop at every start. Mutation: no filter before the tick."""
    fault = order_fault(NETWORK, order)
    assert fault is not None
    assert fault.split(":")[0] in {*ServiceChange.__dataclass_fields__, "start_time"}
    world = begin(NETWORK, CitySettings(city_id="tiny", name="Tiny"), default_predictor(NETWORK))
    _, result = step(with_orders(world, [order], []), none(), at(NETWORK, 8 * 3600))
    encode_feeds(result.snapshot, NETWORK)
    assert len(result.snapshot.alerts) == 0


def test_orders_end() -> None:
    now = at(NETWORK, 9 * 3600)
    ended = replace(DETOUR, ends_at=now - 1)
    withdrawn = replace(DETOUR, withdrawn=True)
    assert standing_orders(NETWORK, [CANCEL, ended, withdrawn, DETOUR], now) == (CANCEL, DETOUR)
    assert standing_orders(NETWORK, [CANCEL, ADD, DETOUR], now + 2 * 86_400) == (DETOUR,)


def test_a_vehicle_is_free_again_once_its_order_is_withdrawn() -> None:
    """Mutation: tracking obeying orders that were taken back."""
    order = replace(CANCEL, kind=ChangeKind.REASSIGN, trip_id="T3", start_service_s=90_000, vehicle_id="bus")
    world = begin(NETWORK, CitySettings(city_id="tiny", name="Tiny"), default_predictor(NETWORK))
    dist_m = np.arange(0, 1_600, 1000 / 15)
    rows = reports(NETWORK, "bus", at(NETWORK, 8 * 3600) + 20.0 * np.arange(len(dist_m)), dist_m, "T1")
    now = float(rows.received_at[-1])
    for withdrawn, trip in ((False, "T3"), (True, "T1")):
        _, result = step(with_orders(world, [replace(order, withdrawn=withdrawn)], []), rows, now)
        assert list(result.snapshot.runs.trip_id) == [trip]
