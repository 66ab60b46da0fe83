"""The scoreboard as one page that needs nothing else: plots as inline SVG, tables below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from models.score_text import number, percent, text
from models.svg import Series, bars, lines, stacked
from passinfo.prediction.accuracy.board import Board, Standing
from passinfo.prediction.accuracy.parts import Part
from passinfo.prediction.accuracy.scores import BinScores

_STYLE = """
:root{color-scheme:light dark;--ink:#1c1c1c;--paper:#fff;--grid:#ddd;--a:#1f5fa8;--b:#d9822b;--c:#3c8d5a;--d:#8a4f9e;
--e:#7a6a58;--f:#c23b4b}
@media (prefers-color-scheme:dark){:root{--ink:#eaeaea;--paper:#161616;--grid:#3a3a3a;--a:#6aa8f0;--b:#f0a860;
--c:#74c795;--d:#c393d6;--e:#bba98f;--f:#f07a88}}
body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:72rem;margin:1.5rem auto;
padding:0 1rem}
figure{display:inline-block;width:min(100%,34rem);margin:0 1rem 1rem 0;vertical-align:top}
figcaption,.legend{font-size:.9em}svg{width:100%;height:auto}svg text{font-size:11px;fill:var(--ink)}
.grid{stroke:var(--grid)}.whisker{stroke:var(--ink);stroke-width:1.5}.mark{stroke:var(--ink);stroke-dasharray:5 4}
.line{fill:none;stroke-width:2}
.s0{fill:var(--a)}.s1{fill:var(--b)}.s2{fill:var(--c)}.s3{fill:var(--d)}.s4{fill:var(--e)}.s5{fill:var(--f)}
.l0{stroke:var(--a)}.l1{stroke:var(--b)}.l2{stroke:var(--c)}.l3{stroke:var(--d)}.l4{stroke:var(--e)}.l5{stroke:var(--f)}
.p0{fill:var(--f)}.p1{fill:var(--a);opacity:.55}.p2{fill:var(--b)}
table{border-collapse:collapse;margin:.5rem 0 1rem;font-variant-numeric:tabular-nums}
td,th{padding:.15rem .6rem;text-align:right;border-bottom:1px solid var(--grid)}td:first-child,th:first-child{
text-align:left}.swatch{display:inline-block;width:.8em;height:.8em;margin:0 .3em 0 1em}
pre{overflow-x:auto;font-size:12px}
"""
_COLOURS = "abcdef"


def page(board: Board) -> str:
    """The page as HTML."""
    body = "\n".join(_body(board))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Scoreboard of predictions</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n'
        f"<body>{body}</body></html>\n"
    )


def _body(board: Board) -> Iterator[str]:
    yield "<h1>Scoreboard of predictions</h1>"
    yield (
        f"<p>{board.visits:,} observed visits, {percent(board.sure / max(board.visits, 1))} with a sure instant;"
        f" {board.pairs:,} pairs of a prediction and a later arrival. Error is actual minus predicted. Whiskers: 95 %,"
        " drawing whole trips.</p>"
    )
    yield _legend([standing.name for standing in board.standings])
    yield from _plots(board)
    yield "<h2>Availability and steadiness</h2>"
    yield _table(_AVAILABILITY, (_standing_cells(standing) for standing in board.standings))
    for standing in board.standings:
        yield f"<h2>{escape(standing.name)}</h2>"
        for label, rows in (
            ("Arrivals, by horizon as predicted", standing.own),
            ("Arrivals, by mean horizon of all methods", standing.neutral),
            ("Departures from first stops", standing.departures),
            ("Arrivals by timetable or headway alone", standing.planned),
        ):
            if rows and rows[-1].n:
                yield f"<h3>{label}</h3>" + _table(_BINS, map(_bin_cells, rows))
        for label, parts in (("Routes", standing.routes), ("Hours", standing.hours)):
            yield f"<details><summary>{label}</summary>{_table(_PARTS, map(_part_cells, parts))}</details>"
    yield f"<details><summary>All as text</summary><pre>{escape(text(board))}</pre></details>"


def _plots(board: Board) -> Iterator[str]:
    standings = board.standings
    if not standings:
        return
    shown = [standing.neutral or standing.own for standing in standings]
    which = "mean horizon of all methods" if standings[0].neutral else "horizon as predicted"
    labels = [row.bin for row in shown[0][:-1]]
    errors = [
        Series(
            standing.name,
            tuple(row.mae_s.value for row in rows[:-1]),
            tuple((row.mae_s.trip_low, row.mae_s.trip_high) for row in rows[:-1]),
        )
        for standing, rows in zip(standings, shown, strict=True)
    ]
    yield _figure(bars("Mean absolute error", labels, errors, "s"), f"Mean absolute error by {which}, minutes.")
    accurate = [Series(s.name, tuple(100 * row.mbta.value for row in s.own[:-1])) for s in standings]
    yield _figure(bars("MBTA accuracy", labels, accurate, "%"), "MBTA accuracy by horizon as predicted, minutes.")
    hours = sorted({part.name for standing in standings for part in standing.hours})
    by_hour = [
        Series(s.name, tuple({part.name: part.mae_s for part in s.hours}.get(hour, float("nan")) for hour in hours))
        for s in standings
    ]
    yield _figure(
        lines("Error by hour", hours, by_hour, "s"), f"Mean absolute error by hour ({escape(board.timezone)})."
    )
    for standing in standings:
        own = standing.own[:-1]
        shares = [(row.below.value, row.coverage.value, row.above.value) for row in own]
        if own[0].coverage.value == own[0].coverage.value:
            yield _figure(
                stacked("Calibration", labels, shares, (0.1, 0.9)),
                f"{escape(standing.name)}: arrivals before p10, from p10 to p90, after p90. Right is a tenth, eight"
                " tenths (dashed), a tenth.",
            )


_BINS = (
    "min",
    "n",
    "trips",
    "MAE s",
    "bias s",
    "RMSE s",
    "MBTA",
    "reliable",
    "pinball s",
    "p10-p90",
    "below",
    "above",
    "width s",
)
_PARTS = ("", "n", "MAE s", "0-3", "3-6", "6-12", "12-30", "bias s", "MBTA", "p10-p90")
_AVAILABILITY = (
    "",
    "tracked 5 min before",
    "10 min",
    "promised, never reached",
    "vanished, came back",
    "step s/min",
    "jitter s/min",
    "ETA benchmark",
)


def _bin_cells(row: BinScores) -> tuple[str, ...]:
    seconds = (row.mae_s, row.bias_s, row.rmse_s)
    shares = (row.coverage, row.below, row.above)
    return (
        row.bin,
        f"{row.n:,}",
        f"{row.trips:,}",
        *(number(each.value) for each in seconds),
        percent(row.mbta.value),
        percent(row.reliable.value),
        number(row.pinball_s.value),
        *(percent(each.value) for each in shares),
        number(row.width_s.value),
    )


def _part_cells(part: Part) -> tuple[str, ...]:
    bins = (number(mae) for mae in part.mae_by_bin_s)
    rest = (number(part.bias_s), percent(part.mbta), percent(part.coverage))
    return (part.name, f"{part.n:,}", number(part.mae_s), *bins, *rest)


def _standing_cells(standing: Standing) -> tuple[str, ...]:
    a, steady = standing.availability, standing.steadiness
    shares = (a.served_5_min, a.served_10_min, a.broken, a.vanished)
    return (
        standing.name,
        *(f"{percent(share.value)} of {share.of:,}" for share in shares),
        number(steady.step_s_per_min.value),
        number(steady.jitter_s_per_min.value),
        percent(standing.eta.value),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>{body}</table>"


def _legend(names: Sequence[str]) -> str:
    swatches = (
        f'<span class="swatch" style="background:var(--{_COLOURS[k % 6]})"></span>{escape(name)}'
        for k, name in enumerate(names)
    )
    return f'<p class="legend">{"".join(swatches)}</p>'


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{caption}</figcaption></figure>"
