"""Build the static feed of a city from traces: read, learn, write, and report how."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from feeds.build import first_day, tell_rejections
from feeds.learning.overrides import read_overrides
from feeds.learning.report import write_report
from feeds.learning.traces import Recording, read_traces
from passinfo.bms.city import City, CityFolderError
from passinfo.bms.mapping import Mapping
from passinfo.errors import OperatorError
from passinfo.gtfs.learn_feed import Found, Tell, learn_service

OVERRIDES = "overrides.toml"


def build_from_traces(
    city: City,
    paths: list[Path],
    mapping: Mapping,
    out: Path,
    *,
    report: Path | None = None,
    from_at: float | None = None,
    to_at: float | None = None,
    today: dt.date | None = None,
) -> int:
    """Learn a city's service from recorded positions; write the feed to ``out`` and a report to a folder beside it.

    Raises
    ------
    OperatorError
        If the city lacks what learning needs, or nothing could be learned.
    """
    tell_rejections(city.rejections)
    if city.master is None:
        raise CityFolderError(f"{city.folder}: --traces needs stops.csv and routes.csv, not a finished feed")
    from passinfo.gtfs.learned import learned_tables  # gtfs-kit takes seconds to load
    from passinfo.gtfs.offer_tables import with_offer
    from passinfo.gtfs.write import write_feed

    overrides = read_overrides(city.folder / OVERRIDES)
    clock = _Clock()
    with _shown() as tell:
        tell("reading", 0.0)
        recording = read_traces(paths, mapping, from_at=from_at, to_at=to_at)
        clock.lap("reading")
        found = learn_service(
            city.master, recording.traces, directions=recording.directions, overrides=overrides, tell=tell
        )
        clock.lap("learning")
        if not any(pattern.bands for pattern in found.service.patterns):
            raise OperatorError(_nothing(found))
        tell("writing", 0.0)
        day = today or first_day(dt.datetime.now(ZoneInfo(city.master.agency.timezone)))
        feed = with_offer(learned_tables(found.service, build_date=day), city.master)
        version = write_feed(feed, out)
        clock.lap("writing")
        folder = report or out.with_name(f"{out.stem}-report")
        write_report(found, _facts(recording, found, day, version), folder)
        clock.lap("report")
    run = sum(bool(pattern.bands) for pattern in found.service.patterns)
    sys.stdout.write(
        f"{out}: {len(feed.routes)} routes, {run} patterns, {len(feed.stops)} stops, {len(feed.trips)} trips, "
        f"from {day.isoformat()} on, feed_version {version}\n"
        f"{folder / 'index.html'}: maps and {len(found.learned.problems)} problems to look at\n"
    )
    sys.stderr.write(f"{clock.said()}\n")
    return 0


class _Clock:
    """How long each stage took."""

    def __init__(self) -> None:
        self._at, self._laps = time.perf_counter(), list[tuple[str, float]]()

    def lap(self, name: str) -> None:
        """The stage before took until now."""
        now = time.perf_counter()
        self._laps.append((name, now - self._at))
        self._at = now

    def said(self) -> str:
        """All stages, in words."""
        return ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self._laps)


@contextmanager
def _shown() -> Iterator[Tell]:
    """A progress bar where somebody watches."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<8}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(stage: str, share: float) -> None:
            if stage not in tasks:
                for task in tasks.values():
                    bar.update(task, completed=1.0)
                tasks[stage] = bar.add_task(stage, total=1.0)
            bar.update(tasks[stage], completed=share)

        yield tell


def _nothing(found: Found) -> str:
    kinds: dict[str, int] = {}
    for problem in found.learned.problems:
        kinds[problem.doubt.value] = kinds.get(problem.doubt.value, 0) + 1
    said = ", ".join(f"{name} {count}" for name, count in sorted(kinds.items())) or "no route in the reports"
    return f"nothing could be learned that runs: {said}"


def _facts(recording: Recording, found: Found, day: dt.date, version: str | None) -> dict[str, object]:
    at = recording.traces.observed_at
    first, last = (
        dt.datetime.fromtimestamp(float(value), dt.UTC).isoformat(timespec="minutes") for value in (at.min(), at.max())
    )
    return {
        "Rows read": recording.rows,
        "Rows refused": recording.refused,
        "Positions": len(at),
        "First": first,
        "Last": last,
        "Patterns": len(found.learned.patterns),
        "Patterns that run": sum(bool(pattern.bands) for pattern in found.service.patterns),
        "Problems": len(found.learned.problems),
        "Valid from": day.isoformat(),
        "feed_version": version or "",
    }
