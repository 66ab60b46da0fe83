"""The judge of answers: what is right, and each way to be wrong."""

import argparse
import datetime as dt

import pytest

from benchmarks import planner
from benchmarks.planner.asked import Answered, Answers
from benchmarks.planner.journey import ON_FOOT, Journey, Leg
from benchmarks.planner.questions import Question, Ride, judged
from benchmarks.planner.raptor import Place
from passinfo.errors import OperatorError

EIGHT = 8 * 3600
HOME, WORK = Place("home", 14.56, 121.05), Place("work", 14.60, 121.05)
STRAIGHT_M = 6_000.0
EAST, NORTH = Ride(("1", "1A"), ("East",)), Ride(("2",), ("North", "Far"))


def question(*ways, wait_min=0.0):
    return Question(HOME, WORK, dt.date(2026, 11, 24), EIGHT, ways, 15, wait_min)


def ride(route="1", headsign="Far East", depart_min=10, arrive_min=30):
    return Leg(route, headsign, "a", "b", EIGHT + 60 * depart_min, EIGHT + 60 * arrive_min)


def journey(*legs):
    return Journey(legs, EIGHT, legs[-1].arrive_s)


def test_any_of_the_ways_of_one_who_knows_is_right():
    both = question((EAST,), (Ride(("9",), ("East",)), NORTH))
    assert judged(both, journey(ride()), STRAIGHT_M) == ()
    assert judged(both, journey(ride("1A")), STRAIGHT_M) == ()
    assert judged(both, journey(ride("9"), ride("2", "North", 32, 40)), STRAIGHT_M) == ()


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (journey(ride("7")), "not 1 or 1A towards East"),
        (journey(ride(headsign="West")), "not 1 or 1A towards East"),
        (journey(ride(), ride("2", "North", 32, 40)), "1 transfers, at most 0"),
        (journey(ride(arrive_min=11)), "11 min, not 12 to 60"),
        (journey(ride(arrive_min=61)), "61 min, not 12 to 60"),
        (journey(Leg(ON_FOOT, "", "home", "a", EIGHT, EIGHT + 300), ride()), "5 min on foot, at most 4"),
        (None, "finds no way"),
    ],
)
def test_what_a_passenger_would_shake_the_head_at_is_wrong(found, said):
    assert said in judged(question((EAST,)), found, STRAIGHT_M)


def test_where_there_is_no_way_any_way_is_wrong():
    assert judged(question(), None, STRAIGHT_M) == () and question().answer == "no way"
    assert judged(question(), journey(ride()), STRAIGHT_M) == ("finds a way",)


def test_a_short_way_is_walked():
    walk = Leg(ON_FOOT, "", "home", "work", EIGHT, EIGHT + 540)
    assert judged(question(()), journey(walk), 550.0) == () and question(()).answer == "walk"
    assert "not walk" in judged(question(()), journey(ride(arrive_min=20)), 550.0)


def test_nothing_leaves_before_the_first_bus():
    early = question((EAST,), wait_min=60)
    assert judged(early, journey(ride(depart_min=61, arrive_min=80)), STRAIGHT_M) == ()
    assert "a bus leaves before any runs" in judged(early, journey(ride(arrive_min=80)), STRAIGHT_M)


def test_every_answer_is_told_in_words():
    told = Answers(
        (
            Answered("town", "home → work", "1", "08:10 1 …", ()),
            Answered("town", "back", "2", "no way", ("finds no way",)),
        )
    )
    assert told.sensible == 1 and told.to_json()["figure"] == 1
    assert told.to_text().splitlines() == [
        "  town: home → work",
        "    08:10 1 …",
        "    right: 1",
        "  town: back",
        "    no way",
        "    WRONG: finds no way",
        "  1 of 2 sensible (asked: all)",
    ]


def test_a_feed_without_its_city_is_refused(tmp_path):
    with pytest.raises(OperatorError, match="--feed needs it"):
        planner.run(argparse.Namespace(only="", feed=tmp_path / "gtfs.zip", minotor=None))


@pytest.mark.slow
def test_pasig_answers_every_question_sensibly():
    told = planner.run(argparse.Namespace(only="pasig", feed=None, minotor=None))
    assert [each for each in told.answers if each.wrong] == [] and len(told.answers) == 10


@pytest.mark.slow
@pytest.mark.realdata
def test_toronto_answers_as_many_questions_as_documented():
    told = planner.run(argparse.Namespace(only="ttc", feed=None, minotor=None))
    assert told.sensible >= 8 and len(told.answers) == 10, told.to_text()
