"""Ticks that cost what changed give the very bytes of messages built from scratch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passinfo.realtime.encode import Feeds, encode_feeds, to_json
from passinfo.realtime.encoder import Changed, FeedEncoder
from passinfo.snapshot import CallRelationship, RunRelationship
from tests.unit.realtime.builders import Bus, Call, Run, ride, snapshot
from tests.unit.realtime.town import EIGHT, LAT, NIGHT, STOPS, at, town

NOW = at("08:00")
TOWN = town()
seconds = st.one_of(st.none(), st.floats(-600, 5_000))


@st.composite
def calls(draw, *, headway: bool):
    chosen = draw(st.lists(st.sampled_from(range(4)), unique=True, max_size=4).map(sorted))
    kinds = [CallRelationship.UNSCHEDULED] if headway else [0, CallRelationship.SKIPPED, CallRelationship.NO_DATA]
    return [
        Call(
            STOPS[place],
            draw(st.sampled_from([place + 1, 200 + place])),
            draw(seconds),
            draw(seconds),
            draw(st.one_of(st.none(), st.floats(0, 900))),
            draw(st.sampled_from(kinds)),
            draw(st.booleans()),
            draw(st.one_of(st.none(), st.floats(-100, 3_000))),
        )
        for place in chosen
    ]


@st.composite
def runs(draw):
    """Some of a few runs, each at most once."""
    found = []
    for trip, headway in (("T1", False), ("N1", False), ("H1", True), ("X1", False)):
        if not draw(st.booleans()):
            continue
        relations = [r for r in RunRelationship if r != RunRelationship.UNSCHEDULED]
        found.append(
            Run(
                trip,
                draw(calls(headway=headway)),
                RunRelationship.UNSCHEDULED if headway else draw(st.sampled_from(relations)),
                start=draw(st.sampled_from([EIGHT, NIGHT])),
                headsign=draw(st.sampled_from([None, "Harbour"])),
                vehicle=draw(st.sampled_from([None, "a", "b"])),
                measured=draw(st.sampled_from([None, -20.0, -5.5, 30.0])),
                published=draw(st.booleans()),
            )
        )
    return [run for run in found if run.trip != "X1" or run.relationship != RunRelationship.DUPLICATED]


@st.composite
def ticks(draw, at_s: int):
    run_list = draw(runs())
    buses = tuple(
        Bus(
            name,
            draw(st.integers(-1, len(run_list) - 1)),
            lat=LAT + draw(st.sampled_from([0.0, 0.001])),
            bearing=draw(st.sampled_from([float("nan"), 0.0, 359.5])),
            observed=draw(st.sampled_from([-20.0, 3.0])),
            stop=draw(st.sampled_from([None, "A"])),
            sequence=draw(st.sampled_from([-1, 1])),
            status=draw(st.sampled_from([0, 1, 2, 255])),
            occupancy=draw(st.sampled_from([-1, 0, 5])),
            percent=draw(st.sampled_from([-1, 0, 110])),
            congestion=draw(st.sampled_from([0, 1, 4])),
            wheelchair=draw(st.sampled_from([-1, 0, 1])),
            plate=draw(st.sampled_from([None, "ABC 123"])),
            public=draw(st.booleans()),
            trip_public=draw(st.booleans()),
        )
        for name in ("a", "b")
    )
    return snapshot(NOW + at_s, tuple(run_list), buses)


@pytest.mark.slow
@given(st.tuples(ticks(0), ticks(5), ticks(10)))
def test_every_tick_is_byte_for_byte_the_plain_message(three):
    encoder = FeedEncoder(TOWN)
    for snap in (*three, three[1]):
        feeds = encode_feeds(snap, TOWN)
        assert encoder.encode(snap) == feeds
        assert encoder.json() == Feeds(*map(to_json, (feeds.vehicle_positions, feeds.trip_updates, feeds.alerts)))


def test_only_what_changed_is_written():
    def tick(late: float, at_s: float):
        calls = ride(start=30.0 - at_s)
        calls[3].arrival += late
        buses = (Bus("a", run=0, observed=-20.0 - at_s), Bus("b", run=1, observed=-20.0 - at_s))
        other = Run("H1", ride(headway=True, start=30.0 - at_s), RunRelationship.UNSCHEDULED, route="R2", direction=1)
        other.vehicle, other.measured = "b", -20.0 - at_s
        return snapshot(NOW + at_s, (Run("T1", calls, vehicle="a", measured=-20.0 - at_s), other), buses)

    encoder = FeedEncoder(TOWN)
    encoder.encode(tick(0, 0))
    assert (encoder.updates_changed, encoder.positions_changed) == (Changed(2, 2), Changed(2, 2))
    encoder.encode(tick(0, 5))
    assert (encoder.updates_changed, encoder.positions_changed) == (Changed(2, 0), Changed(2, 0))
    encoder.encode(tick(9, 10))
    assert (encoder.updates_changed, encoder.positions_changed) == (Changed(2, 1), Changed(2, 0))
