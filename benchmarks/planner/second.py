"""The same questions put to a planner that others wrote: minotor (Node.js), on a day with all departures written out.

It shows that ours is not right by its own rules only. minotor knows neither frequencies nor streets, so both are given
to it (:mod:`benchmarks.planner.explicit`); which of its ways is shown first is decided as for our planner. It looks at
arrivals only and may walk ten minutes to where the same bus comes by later, so minutes on foot are not judged.
"""

from __future__ import annotations

import json
import math
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.planner.asked import Answered
from benchmarks.planner.explicit import CALL, LEAST_WALK_S, SHIFT_S, place_id, write_explicit
from benchmarks.planner.journey import ON_FOOT, Journey, Leg
from benchmarks.planner.questions import Question, judged
from benchmarks.planner.raptor import MOST_RIDES, MOST_S, Planner, preferred
from benchmarks.planner.timetable import Timetable, read_timetable
from passinfo.errors import OperatorError

SCRIPT = Path(__file__).with_name("minotor.mjs")


def ask_minotor(city: str, feed: Path, questions: Sequence[Question], installed: Path) -> list[Answered]:
    """Every question of a city; ``installed`` is the folder in which ``npm install minotor`` was run.

    Raises
    ------
    OperatorError
        If node or minotor is not there, or it fails.
    """
    days = sorted({question.day for question in questions})
    timetables = {day: read_timetable(feed, day) for day in days}
    places = sorted({place for each in questions for place in (each.start, each.end)}, key=lambda place: place.name)
    row = {place: place_id(number) for number, place in enumerate(places)}
    with tempfile.TemporaryDirectory() as folder:
        written = {day: Path(folder) / f"{day.isoformat()}.zip" for day in days}
        for day, path in written.items():
            write_explicit(timetables[day], places, day, path)
        asked = [
            {
                "feed": str(written[each.day]),
                "day": each.day.isoformat(),
                "from": row[each.start],
                "to": row[each.end],
                "departS": each.asked_s + SHIFT_S - LEAST_WALK_S,
                "mostRides": MOST_RIDES,
            }
            for each in questions
        ]
        answers = _run(installed, asked)
    name = {stop: place.name for place, stop in row.items()}
    return [
        _judged(city, question, timetables[question.day], ways, name)
        for question, ways in zip(questions, answers, strict=True)
    ]


def _run(installed: Path, asked: list[dict[str, Any]]) -> list[list[list[dict[str, Any]]]]:
    words = ["node", str(SCRIPT), str(installed)]
    try:
        done = subprocess.run(words, input=json.dumps(asked), capture_output=True, text=True, check=True)
    except FileNotFoundError as error:
        raise OperatorError("node is not installed: minotor needs Node.js") from error
    except subprocess.CalledProcessError as error:
        raise OperatorError(f"minotor fails; is it installed in {installed}? {error.stderr.strip()[-500:]}") from error
    answers: list[list[list[dict[str, Any]]]] = json.loads(done.stdout)
    return answers


def _judged(
    city: str, question: Question, timetable: Timetable, ways: list[list[dict[str, Any]]], name: dict[str, str]
) -> Answered:
    ridden = [legs for legs in ways if {leg["route"] for leg in legs} - {ON_FOOT} and all(_runs(leg) for leg in legs)]
    found = [_journey(timetable, legs, question.asked_s, name) for legs in ridden]
    planner = Planner(timetable)
    walks = [each for each in planner.journeys(question.start, question.end, question.asked_s) if not each.rides]
    best = preferred([*walks, *(each for each in found if each.minutes * 60 < MOST_S)])
    straight_m = planner.distance_m(question.start, question.end)
    wrong = judged(question, best, straight_m, most_foot_min=math.inf)
    said = "no way" if best is None else best.in_words()
    return Answered(f"{city} (minotor)", question.asked, question.answer, said, wrong)


def _runs(leg: dict[str, Any]) -> bool:
    return bool(leg["route"] != CALL)


def _journey(timetable: Timetable, legs: list[dict[str, Any]], asked_s: int, name: dict[str, str]) -> Journey:
    """A way as minotor tells it; it does not tell when people walk."""
    told: list[Leg] = []
    now = asked_s
    for leg in legs:
        ends = tuple(
            name.get(leg[end]) or timetable.stop_name[int(leg[end].partition("-")[2])] for end in ("from", "to")
        )
        if leg["route"]:
            line = timetable.lines[int(leg["route"].partition("-")[2])]
            depart, now = int(leg["departS"]) - SHIFT_S, int(leg["arriveS"]) - SHIFT_S
            told.append(Leg(line.route, line.headsign, ends[0], ends[1], depart, now))
        else:
            told.append(Leg(ON_FOOT, "", ends[0], ends[1], now, now + int(leg["walkS"])))
            now = told[-1].arrive_s
    return Journey(tuple(told), asked_s, now)
