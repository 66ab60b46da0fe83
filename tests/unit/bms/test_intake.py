"""Each rule of the intake once, and the ones that must not be broken by a rule."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from passinfo.bms.intake import Accepted, Last, accept
from passinfo.bms.reports import Reports
from passinfo.columns import empty, from_rows, specs
from passinfo.rejections import Reason
from passinfo.settings import Area, CitySettings

NOW = 1_000_000.0
AREA = Area(14.0, 120.0, 15.0, 122.0)


@dataclass(frozen=True)
class Seen:
    vehicle_id: str = "bus"
    observed_at: float = NOW - 10
    lat_deg: float = 14.5
    lon_deg: float = 121.0
    received_at: float | None = None


def batch(*seen: Seen) -> Reports:
    more = (None,) * (len(specs(Reports)) - 5)
    return from_rows(
        Reports,
        [
            (
                s.vehicle_id,
                s.observed_at,
                s.observed_at + 1 if s.received_at is None else s.received_at,
                s.lat_deg,
                s.lon_deg,
                *more,
            )
            for s in seen
        ],
    )


def take_in(*seen: Seen, last: dict[str, Last] | None = None, settings: CitySettings | None = None) -> Accepted:
    return accept(
        batch(*seen),
        NOW,
        area=AREA,
        settings=settings or CitySettings(),
        fleet_ids=frozenset({"bus"}),
        last=last or {},
    )


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (Seen(observed_at=NOW + 121), Reason.FUTURE),
        (Seen(observed_at=NOW - 100, received_at=NOW - 221), Reason.CLOCK_SKEW),
        (Seen(observed_at=NOW - 3_700, received_at=NOW - 10), Reason.TOO_OLD),
        (Seen(lat_deg=16.0), Reason.OUT_OF_AREA),
        (Seen(lat_deg=121.0, lon_deg=14.5), Reason.SWAPPED_COORDINATES),
        (Seen(observed_at=NOW - 40), Reason.DUPLICATE),
        (Seen(lat_deg=14.6), Reason.TELEPORT),
        (Seen(lat_deg=float("nan")), Reason.MISSING_VALUE),
        (Seen(observed_at=float("nan")), Reason.MISSING_VALUE),
    ],
)
def test_a_bad_report_is_refused_with_its_row_and_the_others_get_through(bad: Seen, reason: Reason) -> None:
    taken = take_in(Seen(observed_at=NOW - 40), bad, Seen(observed_at=NOW - 5))

    assert [(r.source, r.row, r.reason) for r in taken.rejections] == [("reports", 2, reason)]
    assert taken.reports.observed_at.tolist() == [NOW - 40, NOW - 5]


def test_a_report_at_each_limit_is_taken() -> None:
    seen = (
        Seen("early", NOW + 120, received_at=NOW),
        Seen("late", NOW - 3_600, received_at=NOW),
        Seen("edge", lat_deg=14.0, lon_deg=122.0),
        Seen("noisy", NOW - 10),
        Seen("noisy", NOW - 9.5, lat_deg=14.5005),
    )

    assert take_in(*seen).rejections == ()


def test_age_is_that_at_reception_so_that_a_backlog_after_a_stop_is_taken() -> None:
    assert take_in(Seen(observed_at=NOW - 86_400)).rejections == ()


def test_older_than_the_last_batch_is_out_of_order() -> None:
    taken = take_in(Seen(observed_at=NOW - 40), last={"bus": Last(NOW - 30, 14.5, 121.0)})

    assert [r.reason for r in taken.rejections] == [Reason.OUT_OF_ORDER]
    assert taken.last["bus"].observed_at == NOW - 30


def test_a_buffer_sent_newest_first_is_taken_whole_in_the_order_of_observation() -> None:
    taken = take_in(Seen(observed_at=NOW - 5), Seen(observed_at=NOW - 25), Seen(observed_at=NOW - 15))

    assert taken.reports.observed_at.tolist() == [NOW - 25, NOW - 15, NOW - 5]


def test_a_second_teleport_that_agrees_with_the_first_is_taken_even_in_the_next_batch() -> None:
    wrong_start = {"bus": Last(NOW - 60, 14.9, 121.0)}

    first = take_in(Seen(observed_at=NOW - 30), last=wrong_start)
    second = take_in(Seen(observed_at=NOW - 10, lat_deg=14.501), last=dict(first.last))

    assert [r.reason for r in first.rejections] == [Reason.TELEPORT]
    assert second.rejections == ()
    assert second.reports.lat_deg.tolist() == [14.501]
    assert second.last["bus"].lat_deg == 14.501


def test_teleports_that_do_not_agree_are_all_refused() -> None:
    taken = take_in(Seen(), Seen(observed_at=NOW - 8, lat_deg=14.2), Seen(observed_at=NOW - 6, lat_deg=14.8))

    assert [r.reason for r in taken.rejections] == [Reason.TELEPORT, Reason.TELEPORT]


def lost(begin: float, *lats: float) -> list[Seen]:
    """Reports every 20 s of a receiver that has lost its fix."""
    return [Seen(observed_at=begin + 20 * i, lat_deg=lat) for i, lat in enumerate(lats)]


def test_one_place_far_away_told_again_to_the_digit_agrees_with_nothing_and_the_bus_comes_back() -> None:
    """Mutation: the second report of the place is believed."""
    here, there = Seen(observed_at=NOW - 400), lost(NOW - 380, *[14.6] * 18)
    back = Seen(observed_at=NOW - 10, lat_deg=14.51)

    taken = take_in(here, *there, back)

    assert taken.reports.lat_deg.tolist() == [14.5, 14.51]
    assert {r.reason for r in taken.rejections} == {Reason.TELEPORT}


def test_it_is_refused_across_batches_too() -> None:
    last: dict[str, Last] = {}
    for seen in (Seen(observed_at=NOW - 400), *lost(NOW - 380, *[14.6] * 18)):
        taken = take_in(seen, last=last)
        last = dict(taken.last)

    assert last["bus"].lat_deg == 14.5
    assert last["bus"].suspect is not None


def test_who_stands_far_away_for_ten_minutes_is_believed() -> None:
    """Mutation: each report begins the ten minutes anew."""
    there = lost(NOW - 690, *[14.9] * 34)

    taken = take_in(Seen(observed_at=NOW - 700), *there)

    assert taken.reports.observed_at.tolist() == [NOW - 700, NOW - 70, NOW - 50, NOW - 30]


def test_a_place_far_away_is_believed_as_soon_as_the_bus_drives_on_from_it() -> None:
    taken = take_in(Seen(observed_at=NOW - 200), *lost(NOW - 180, 14.6, 14.6, 14.6, 14.601, 14.602))

    assert taken.reports.lat_deg.tolist() == [14.5, 14.601, 14.602]


def test_leaps_from_one_such_place_to_the_next_agree_with_none() -> None:
    """A leap of 1.3 km in 20 s; and one that comes as near as a train would by now (4 km in 120 s)."""
    there = lost(NOW - 180, 14.7, 14.7, 14.688, 14.688, 14.676, 14.536, 14.536)

    taken = take_in(Seen(observed_at=NOW - 200), *there)

    assert taken.reports.lat_deg.tolist() == [14.5]


def test_of_two_vehicles_under_one_id_the_first_is_followed_and_the_other_counted() -> None:
    """Each sends every 20 s. Mutation: a suspect forgotten when the followed one goes on."""
    here = [Seen(observed_at=NOW - 200 + 20 * i, lat_deg=14.5 + 0.001 * i) for i in range(8)]
    there = [Seen(observed_at=NOW - 190 + 20 * i, lat_deg=14.7 - 0.001 * i) for i in range(8)]
    missed = [each for i, each in enumerate(here) if i != 4]

    taken = take_in(*missed, *there)

    assert taken.reports.lat_deg.tolist() == [each.lat_deg for each in missed]
    assert [r.reason for r in taken.rejections] == [Reason.TELEPORT] + 7 * [Reason.CONFLICTING_VEHICLE]


def test_the_other_vehicle_is_followed_once_the_first_is_silent() -> None:
    both = [Seen(observed_at=NOW - 300), Seen(observed_at=NOW - 290, lat_deg=14.7), Seen(observed_at=NOW - 280)]
    alone = [Seen(observed_at=NOW - 270 + 30 * i, lat_deg=14.7 + 0.001 * i) for i in range(6)]

    taken = take_in(*both, *alone)

    assert taken.reports.observed_at.tolist() == [NOW - 300, NOW - 280, NOW - 150, NOW - 120]


def test_one_vehicle_under_two_ids_is_one_vehicle() -> None:
    """In either order of arrival. Mutation: the first in the batch kept instead of the lesser id."""
    way = [Seen("b", NOW - 90 + 30 * i, 14.5 + 0.001 * i) for i in range(3)]
    twin = [replace(each, vehicle_id="a") for each in way]
    mixed = [way[0], twin[0], twin[1], way[1], way[2], twin[2]]

    taken = take_in(*mixed)

    assert taken.reports.vehicle_id.tolist() == ["b", "a", "a", "a"]
    assert [r.reason for r in taken.rejections] == 2 * [Reason.TWIN_VEHICLE]


def test_standing_at_one_place_makes_no_twins() -> None:
    """Positions may be snapped: two buses in one bay share theirs."""
    bay = [Seen(vehicle, NOW - 90 + 30 * i) for i in range(3) for vehicle in "ab"]

    assert take_in(*bay).rejections == ()


def test_an_unknown_vehicle_is_refused_only_by_setting() -> None:
    stranger = Seen("stranger")
    strict = replace(CitySettings(), refuse_unknown_vehicles=True)

    assert take_in(stranger).rejections == ()
    assert [r.reason for r in take_in(stranger, settings=strict).rejections] == [Reason.UNKNOWN_VEHICLE]


def test_what_was_given_is_not_changed() -> None:
    last = {"bus": Last(NOW - 60, 14.5, 121.0)}

    take_in(Seen(), last=last)

    assert last == {"bus": Last(NOW - 60, 14.5, 121.0)}


def test_an_empty_batch_gives_an_empty_batch() -> None:
    taken = accept(empty(Reports), NOW, area=AREA, settings=CitySettings(), fleet_ids=None, last={})

    assert len(taken.reports.vehicle_id) == 0
