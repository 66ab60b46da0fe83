"""What was learned: ``report.json`` for programs, ``index.html`` and a page with maps per route for people."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from feeds.learning.drawing import drawing
from passinfo.gtfs.learn_feed import Found
from passinfo.gtfs.learned import PatternService
from passinfo.network.learn.learned import LearnedPattern, Problem
from passinfo.times import format_service_time

Record = dict[str, object]
DOUBTFUL = 0.85
"""Stops less sure than this are marked."""


def write_report(found: Found, facts: Record, folder: Path) -> None:
    """Write the report of a build; ``facts``: how it was built, one value for each thing to tell."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {stop.stop_id: stop.name for stop in found.service.stops}
    titles = {route.route_id: f"{route.short_name} {route.long_name}".strip() for route in found.service.routes}
    services = {pattern.pattern_id: pattern for pattern in found.service.patterns}
    records = [_pattern(pattern, services.get(pattern.pattern_id), names) for pattern in found.learned.patterns]
    problems = [_problem(each) for each in found.learned.problems]
    told = {"facts": facts, "patterns": records, "problems": problems}
    _write(folder / "report.json", json.dumps(told, indent=1, ensure_ascii=False))
    pages = Environment(loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=select_autoescape())
    routes = sorted({pattern.route_id for pattern in found.learned.patterns} | {str(p["route_id"]) for p in problems})
    rows = []
    for number, route_id in enumerate(routes):
        mine = [dict(record) for record in records if record["route_id"] == route_id]
        said = [problem for problem in problems if problem["route_id"] == route_id]
        title = titles.get(route_id, route_id) or "the whole city"
        for record in mine:
            row = next(k for k, each in enumerate(found.learned.patterns) if each.pattern_id == record["pattern_id"])
            passes = np.flatnonzero(found.learned.pass_pattern == row)
            record["drawing"] = Markup(drawing(found.learned.patterns[row], found.learned, passes, names))  # noqa: S704  # our own numbers; names are escaped there
        page = f"route-{number:04d}.html"
        _write(folder / page, pages.get_template("route.html").render(title=title, patterns=mine, problems=said))
        rows.append({"title": title, "page": page, "patterns": len(mine), "problems": len(said)})
    _write(folder / "index.html", pages.get_template("index.html").render(facts=facts, routes=rows, problems=problems))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _pattern(pattern: LearnedPattern, service: PatternService | None, names: dict[str, str]) -> Record:
    evidence = pattern.evidence
    return {
        "pattern_id": pattern.pattern_id,
        "route_id": pattern.route_id,
        "tag": pattern.tag,
        "variant": pattern.variant,
        "direction_id": pattern.direction_id,
        "headsign": service.headsign if service else "",
        "length_m": round(float(pattern.dist_m[-1])),
        "passes": evidence.passes,
        "share": round(evidence.share, 3),
        "spanning": evidence.spanning,
        "days": evidence.days,
        "spread_m": None if np.isnan(evidence.spread_m) else round(evidence.spread_m, 1),
        "stops": [
            {
                "stop_id": stop.stop_id,
                "name": names.get(stop.stop_id, ""),
                "dist_m": round(stop.dist_m),
                "right_m": round(stop.offset_m),
                "confidence": round(stop.confidence, 2),
                "unsure": stop.confidence < DOUBTFUL,
            }
            for stop in pattern.stops
        ],
        "headways": [
            {
                "day_type": band.day_type,
                "start_time": format_service_time(band.start_service_s),
                "end_time": format_service_time(band.end_service_s),
                "headway_s": band.headway_s,
                "running_s": int(band.arrival_s[-1]),
            }
            for band in (service.bands if service else ())
        ],
    }


def _problem(problem: Problem) -> Record:
    return {
        "problem": problem.doubt.value,
        "route_id": problem.route_id,
        "tag": problem.tag,
        "subject": problem.subject,
        "evidence": problem.evidence,
        "count": problem.count,
    }
