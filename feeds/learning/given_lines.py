"""``feeds build FEED --traces``: the lines of a finished feed against what its buses drove, told in a report."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from feeds.learning.drawing import drawing_of_check
from feeds.learning.traces import read_traces, trip_tags
from passinfo.bms.mapping import Mapping
from passinfo.errors import OperatorError
from passinfo.network.learn.disagree import Stretch
from passinfo.network.learn.given import GivenChecked, LineCheck, check_lines, given_lines, lines_of_trips
from passinfo.stores.networks import network_from_gtfs

Record = dict[str, object]


def check_given_lines(
    feed: Path,
    paths: list[Path],
    mapping: Mapping,
    *,
    report: Path | None = None,
    from_at: float | None = None,
    to_at: float | None = None,
) -> int:
    """Write a report of where passes leave the lines that a feed draws, to a folder beside it; 0.

    Raises
    ------
    OperatorError
        If nothing usable is in the traces, or the feed draws no line.
    """
    network = network_from_gtfs(feed, None)
    recording = read_traces(paths, mapping, from_at=from_at, to_at=to_at, tags=trip_tags)
    given = given_lines(network, recording.traces.projection)
    if not given:
        raise OperatorError(f"{feed}: it draws no line (shapes.txt) that traces could be held against")
    found = check_lines(given, recording.traces, line_of=lines_of_trips(network, given))
    folder = report or feed.with_name(f"{feed.stem}-report")
    write_check(found, folder)
    stretches = sum(len(check.stretches) for check in found.lines)
    sys.stdout.write(
        f"{folder / 'index.html'}: {len(found.lines)} of {len(given)} lines driven, "
        f"passes leave {stretches} stretches of them\n"
    )
    return 0


def write_check(found: GivenChecked, folder: Path) -> None:
    """``report.json`` and ``index.html`` of lines held against traces; maps of those that passes leave."""
    folder.mkdir(parents=True, exist_ok=True)
    records = [_line(check) for check in found.lines]
    told = {"lines": records, "unseen": list(found.unseen), "strays": found.strays}
    text = json.dumps(told, indent=1, ensure_ascii=False)
    (folder / "report.json").write_text(text, encoding="utf-8", newline="\n")
    pages = Environment(loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=select_autoescape())
    doubtful = [
        {**record, "drawing": Markup(drawing_of_check(check))}  # noqa: S704  # our own numbers; names are escaped there
        for record, check in zip(records, found.lines, strict=True)
        if check.stretches
    ]
    page = pages.get_template("lines.html").render(lines=records, doubtful=doubtful, **{
        "unseen": found.unseen, "strays": found.strays,
    })  # fmt: skip
    (folder / "index.html").write_text(page, encoding="utf-8", newline="\n")


def _line(check: LineCheck) -> Record:
    length = float(check.at_m[-1] + check.at_m[0])
    return {
        "pattern_id": check.given.pattern_id,
        "route_id": check.given.route_id,
        "length_m": round(length),
        "passes": check.passes,
        "leaving": check.leaving,
        "leaving_share": round(check.leaving / check.passes, 3),
        "median_off_m": _rounded(float(np.nanmedian(np.abs(check.side_m))) if len(check.side_m) else float("nan")),
        "shift_east_m": round(check.shift_m[0]),
        "shift_north_m": round(check.shift_m[1]),
        "stretches": [_stretch(each) for each in check.stretches],
        "profile": [
            {"at_m": round(at), "passes": seen, "leaving": off, "left_m": _rounded(side)}
            for at, seen, off, side in zip(
                check.at_m.tolist(), check.seen.tolist(), check.off.tolist(), check.side_m.tolist(), strict=True
            )
        ],
    }


def _stretch(stretch: Stretch) -> Record:
    return {
        "kind": stretch.kind.value,
        "from_m": round(stretch.from_m),
        "to_m": round(stretch.to_m),
        "from_stop": stretch.from_stop,
        "to_stop": stretch.to_stop,
        "share": round(stretch.share, 3),
        "passes": stretch.passes,
        "left_m": _rounded(stretch.side_m),
        "first_at": _instant(stretch.first_at),
        "last_at": _instant(stretch.last_at),
    }


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 1)


def _instant(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat(timespec="minutes")
