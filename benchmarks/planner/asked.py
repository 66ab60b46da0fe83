"""The questions of a city put to the planner, and how the answers are told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.planner.questions import Question, judged
from benchmarks.planner.raptor import Planner
from benchmarks.planner.timetable import read_timetable


@dataclass(frozen=True, slots=True)
class Answered:
    """One question, the planner's answer in words, and what is wrong with it."""

    city: str
    asked: str
    right: str
    answer: str
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """All that was asked."""

    answers: tuple[Answered, ...]

    @property
    def sensible(self) -> int:
        """How many answers nothing is wrong with."""
        return sum(not each.wrong for each in self.answers)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        asked = [
            {"city": each.city, "asked": each.asked, "answer": each.answer, "wrong": list(each.wrong)}
            for each in self.answers
        ]
        return {"figure": self.sensible, "n": len(self.answers), "unit": "sensible answers", "answers": asked}

    def to_text(self) -> str:
        """Every question with its answer in words."""
        lines = []
        for each in self.answers:
            lines += [f"  {each.city}: {each.asked}", f"    {each.answer}"]
            lines += [f"    WRONG: {what}" for what in each.wrong] or [f"    right: {each.right}"]
        return "\n".join([*lines, f"  {self.sensible} of {len(self.answers)} sensible (asked: all)"])


def ask(city: str, feed: Path, questions: tuple[Question, ...]) -> list[Answered]:
    """Every question of a city, answered from its feed."""
    planners: dict[dt.date, Planner] = {}
    answers = []
    for question in questions:
        if question.day not in planners:
            planners[question.day] = Planner(read_timetable(feed, question.day))
        planner = planners[question.day]
        found = planner.best(question.start, question.end, question.asked_s)
        wrong = judged(question, found, planner.distance_m(question.start, question.end))
        said = "no way" if found is None else found.in_words()
        answers.append(Answered(city, question.asked, question.answer, said, wrong))
    return answers
