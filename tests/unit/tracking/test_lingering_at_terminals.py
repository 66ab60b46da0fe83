"""A run that its bus waits for, or has hardly begun, is told on longer than one under way."""

import numpy as np
import pytest

from passinfo.network.network import Network
from passinfo.tracking.columns import MatchReason
from passinfo.tracking.index import make_index
from passinfo.tracking.lingering import (
    ANNOUNCED_S,
    BEGINS_S,
    DRIVEN_M,
    LINGERS_S,
    STANDS_ON_S,
    TURNED_M,
    keep_told,
    lingering,
    proven,
)
from passinfo.tracking.vehicles import REASON_CODE, fresh
from tests.unit.builders_feed import LINES, tiny
from tests.unit.tracking.drives import pattern_of

ANNOUNCED: dict[str, object] = {
    "told_pattern_ix": 0,
    "told_trip_ix": 0,
    "told_trip_id": "T1",
    "told_m": 0.0,
    "told_at": 500.0,
    "said_trip_ix": 0,
    "observed_at": 1_000.0,
}


@pytest.fixture
def there_and_back() -> Network:
    """T1 east, T2 back: a bus at the end of T2 is at the start of T1."""
    trips = LINES["trips"].split("\n")[0] + "\nR1,wk,T1,East,0,\nR1,wk,T2,West,1,"
    return tiny(trips=trips, frequencies=None).network


@pytest.mark.parametrize(
    ("columns", "tells"),
    [
        ({"dist_m": 3_900.0, "trip_ix": -1}, True),
        ({"dist_m": 3_900.0, "trip_ix": 1, "named_by": REASON_CODE[MatchReason.TIMETABLE]}, True),
        ({"dist_m": 3_900.0, "trip_ix": 1, "named_by": REASON_CODE[MatchReason.HINT]}, False),
        ({"dist_m": 2_000.0, "trip_ix": 1, "named_by": REASON_CODE[MatchReason.TIMETABLE]}, False),
        ({"dist_m": 3_900.0, "trip_ix": -1, "said_trip_ix": 1}, False),
        ({"dist_m": 3_900.0, "trip_ix": -1, "told_at": 1_000.0 - ANNOUNCED_S - 1.0}, False),
        ({"dist_m": 3_900.0, "trip_ix": -1, "told_begun": True, "told_m": 2_000.0}, False),
    ],
)
def test_a_run_the_bms_goes_on_announcing_is_told_while_the_bus_ends_the_one_before(
    there_and_back: Network, columns: dict[str, object], tells: bool
) -> None:
    """Mutations: given up after five minutes, or for a trip that the road only guesses; told of a bus amid another."""
    assert [there_and_back.trip_rows[each] for each in ("T1", "T2")] == [0, 1]
    assert [pattern_of(there_and_back, each) for each in ("T1", "T2")] == [0, 1]
    vehicles = fresh(["bus"])
    back = {"pattern_ix": 1, "begun": True, "trip_id": "T2"}
    for name, value in {**ANNOUNCED, **back, **columns}.items():
        getattr(vehicles, name)[:] = value
    assert lingering(make_index(there_and_back), vehicles, 1_000.0).tolist() == [tells]


@pytest.mark.parametrize(
    ("columns", "tells"),
    [
        ({}, True),
        ({"told_at": 999.0 - LINGERS_S}, False),
        ({"dist_m": 2_000.0}, False),
        ({"told_begun": True, "told_m": 2_000.0}, False),
        ({"named_by": REASON_CODE[MatchReason.HINT]}, False),
        ({"said_trip_ix": 1}, False),
        ({"told_pattern_ix": 1}, False),
    ],
    ids=["", "long ago", "amid the other", "amid it", "by people", "renamed", "the same line"],
)
def test_a_bus_that_waits_and_seems_to_end_the_run_before_again_is_told_to_wait(
    there_and_back: Network, columns: dict[str, object], tells: bool
) -> None:
    """Mutation: thirty stops ahead withdrawn for the last stop of a run that the bus has ended."""
    ends = {"pattern_ix": 1, "begun": True, "begun_m": 100.0, "dist_m": 3_900.0, "trip_ix": 1, "trip_id": "T2"}
    by = {"named_by": REASON_CODE[MatchReason.HEADWAY], "said_trip_ix": -1, "told_at": 800.0}
    vehicles = fresh(["bus"])
    for name, value in {**ANNOUNCED, **ends, **by, **columns}.items():
        getattr(vehicles, name)[:] = value
    index = make_index(there_and_back)
    assert lingering(index, vehicles, 1_000.0).tolist() == [tells]
    keep_told(index, vehicles, np.array([0]))
    assert (vehicles.told_trip_ix[0] == 0) == tells


def test_a_run_hardly_begun_is_told_on_longer_where_another_ends(there_and_back: Network) -> None:
    """Mutation: 90 s, for a bus that seems to be now on the one line and now on the other at the terminal of both."""
    index = make_index(there_and_back)
    drives, stands = 100.0, np.nan
    for told_m, dist_m, begun_m, tells in (
        (100.0, 3_900.0, drives, True),
        (2_000.0, 3_900.0, drives, False),
        (2_000.0, 3_900.0, stands, True),
        (100.0, 2_000.0, drives, False),
    ):
        vehicles = fresh(["bus"])
        columns = {**ANNOUNCED, "told_begun": True, "said_trip_ix": -1, "pattern_ix": 1, "begun": True}
        for name, value in {
            **columns,
            "told_at": 800.0,
            "told_m": told_m,
            "dist_m": dist_m,
            "begun_m": begun_m,
        }.items():
            getattr(vehicles, name)[:] = value
        assert lingering(index, vehicles, 1_000.0).tolist() == [tells]


@pytest.mark.parametrize(
    ("columns", "longest_s"),
    [
        ({"told_begun": True, "told_m": 2_000.0}, LINGERS_S),
        ({"told_begun": True, "told_m": 500.0}, BEGINS_S),
        ({"told_begun": False}, BEGINS_S),
        ({"told_begun": False, "said_trip_ix": 1}, LINGERS_S),
    ],
)
def test_a_run_about_to_begin_is_told_on_longer_than_one_under_way(
    there_and_back: Network, columns: dict[str, object], longest_s: float
) -> None:
    """Mutation: a bus that stands in its terminal withdrawn after five minutes, and back when it leaves."""
    vehicles = fresh(["bus"])
    for name, value in {**ANNOUNCED, "said_trip_ix": -1, "trip_ix": -1, **columns}.items():
        getattr(vehicles, name)[:] = value
    index = make_index(there_and_back)
    for late_s, tells in ((-1.0, True), (1.0, False)):
        assert lingering(index, vehicles, 500.0 + longest_s + late_s).tolist() == [tells]


@pytest.mark.parametrize(
    ("columns", "waits_on"),
    [
        ({}, True),
        ({"stand_since": 501.0}, False),
        ({"stand_since": 501.0, "pattern_ix": 0}, True),
        ({"stand_since": 501.0, "pattern_ix": 1}, False),
        ({"stand_since": 999.0, "pattern_ix": 0, "observed_at": 501.0 + BEGINS_S}, False),
        ({"told_begun": True}, False),
        ({"said_trip_ix": 1}, False),
        ({"observed_at": 401.0 + STANDS_ON_S}, False),
        ({"told_pattern_ix": -1}, False),
    ],
)
def test_a_bus_that_stands_where_it_waited_waits_on(
    there_and_back: Network, columns: dict[str, object], waits_on: bool
) -> None:
    """Mutation: withdrawn while it stands, or as it pulls up, and back when it leaves; or told for hours, parked."""
    vehicles = fresh(["bus"])
    stands = {**ANNOUNCED, "said_trip_ix": -1, "trip_ix": -1, "stand_since": 400.0, **columns}
    for name, value in stands.items():
        getattr(vehicles, name)[:] = value
    keep_told(make_index(there_and_back), vehicles, np.array([0]))
    assert vehicles.told_at[0] == (vehicles.observed_at[0] if waits_on else 500.0)


@pytest.mark.parametrize("told", [{"told_trip_ix": 0}, {"told_trip_ix": -1}], ids=["named", "no trip"])
def test_a_bus_back_at_its_first_stop_is_told_there_not_where_it_seemed_to_have_driven(
    there_and_back: Network, told: dict[str, object]
) -> None:
    """Mutation: a place 500 m down the line called measured just now."""
    begun = {"told_begun": True, "told_m": 500.0, "told_position": 1, "said_trip_ix": -1, "told_at": 900.0}
    stands = {"pattern_ix": 0, "trip_ix": -1, "begun": False, "dist_m": 0.0, "stand_since": 960.0}
    vehicles = fresh(["bus"])
    for name, value in {**ANNOUNCED, **begun, **stands, **told}.items():
        getattr(vehicles, name)[:] = value
    index = make_index(there_and_back)
    keep_told(index, vehicles, np.array([0]))
    if told["told_trip_ix"] == 0:
        assert (vehicles.told_begun[0], vehicles.told_m[0], vehicles.told_position[0]) == (False, index.first_m[0], 0)
        assert vehicles.told_at[0] == 1_000.0
    else:  # nobody can be told of a run about to begin whose trip is not known: it is told as it was, for as long
        assert (vehicles.told_m[0], vehicles.told_at[0]) == (500.0, 900.0)


@pytest.mark.parametrize(
    ("columns", "driven_m", "turned"),
    [
        ({}, TURNED_M - 1, False),
        ({}, TURNED_M + 1, True),
        ({"told_at": 999.0 - LINGERS_S}, DRIVEN_M + 1, True),
        ({"told_m": 3_900.0}, DRIVEN_M + 1, True),
        ({"told_m": 100.0}, DRIVEN_M + 1, True),
        ({"told_pattern_ix": 1}, 0.0, True),
        ({"told_pattern_ix": -1}, DRIVEN_M + 1, True),
    ],
    ids=["seems to turn", "turned", "long ago", "at its end", "at its start", "the same line", "from nowhere"],
)
def test_a_bus_amid_a_run_has_turned_only_once_it_has_driven_back_a_while(
    there_and_back: Network, columns: dict[str, object], driven_m: float, turned: bool
) -> None:
    """Mutation: 60 m, which a loop on the way gives for nothing; or 150 m at the end of every run."""
    amid = {"told_pattern_ix": 0, "told_begun": True, "told_m": 1_500.0, "told_at": 950.0, "observed_at": 1_000.0}
    seen = {"pattern_ix": 1, "begun": True, "begun_m": 1_000.0, "dist_m": 1_000.0 + driven_m, "stand_since": 990.0}
    vehicles = fresh(["bus"])
    for name, value in {**amid, **seen, **columns}.items():
        getattr(vehicles, name)[:] = value
    assert proven(make_index(there_and_back), vehicles).tolist() == [turned]
