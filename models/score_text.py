"""The scoreboard as text for a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator

from passinfo.prediction.accuracy.availability import Share
from passinfo.prediction.accuracy.board import Board, Rivalry, Standing
from passinfo.prediction.accuracy.bootstrap import Estimate
from passinfo.prediction.accuracy.parts import Part
from passinfo.prediction.accuracy.scores import BinScores

MOST_PARTS = 15
"""Routes shown, those with most pairs; the rest stands in --json and --html."""
_HEAD = (
    f"{'min':>6} {'n':>9} {'trips':>6} {'MAE s':>7} {'by route':>13} {'by trip':>13} {'bias':>6} {'RMSE':>6}"
    f" {'MBTA':>7} {'reliable':>8} {'pinball':>7} {'p10-p90':>7} {'below':>6} {'above':>6} {'width':>6}"
)


def text(board: Board) -> str:
    """All of it; intervals in brackets are 95 %, by drawing routes and by drawing trips."""
    return "\n".join(_lines(board)) + "\n"


def _lines(board: Board) -> Iterator[str]:
    yield (
        f"{board.visits} visits, {percent(Share(board.sure, board.visits).value)} with a sure instant,"
        f" {board.unnamed} without a name; paired by {board.by}; {board.pairs} pairs"
        + (" common to all methods" if len(board.standings) > 1 else "")
    )
    for standing in board.standings:
        yield from _standing(standing)
    for rivalry in board.rivalries:
        yield from _rivalry(board.standings[0].name, rivalry)


def _standing(standing: Standing) -> Iterator[str]:
    fates = standing.fates
    yield from ("", f"== {standing.name}")
    yield (
        f"{fates.predictions} predictions, {fates.paired} paired, {percent(fates.judged)} of what the recording covers;"
        f" {fates.never_observed} of arrivals nobody observed, {fates.unrecorded} beyond the recording,"
        f" {fates.unnamed} without a name, {fates.unsure} within a silence, {fates.past} when the bus had passed,"
        f" {fates.too_far} more than 90 min ahead, {fates.said_nothing} without an instant, {fates.repeated} repeated"
    )
    for label, rows in (
        ("arrivals, by horizon as predicted (own)", standing.own),
        ("arrivals, by mean horizon of all methods (neutral)", standing.neutral),
        ("departures from first stops (own)", standing.departures),
        ("arrivals by timetable or headway alone (own)", standing.planned),
    ):
        if rows and rows[-1].n:
            yield from (f"{label}", _HEAD)
            yield from (_row(row) for row in rows)
    bins = " ".join(percent(each.value) for each in standing.eta_by_bin)
    yield f"ETA Accuracy Benchmark {_of(standing.eta)}; 0-3, 3-6, 6-10, 10-15 min: {bins}"
    steady = standing.steadiness
    yield (
        f"steadiness, 3-12 min ahead: step {number(steady.step_s_per_min.value)} s/min, of it jitter"
        f" {number(steady.jitter_s_per_min.value)} s/min ({steady.steps} steps)"
    )
    a = standing.availability
    yield (
        f"availability: tracked 5 min before {_share(a.served_5_min)}, 10 min {_share(a.served_10_min)};"
        f" any 5 min {_share(a.any_5_min)}, 10 min {_share(a.any_10_min)};"
        f" promised and never reached {_share(a.broken)} (nobody saw"
        f" {_share(a.unseen)}); vanished and came back {_share(a.vanished)}"
    )
    for label, parts in (("route", standing.routes), ("hour", standing.hours), ("direction", standing.directions)):
        yield from _parts(label, parts)


def _row(row: BinScores) -> str:
    mae = row.mae_s
    return (
        f"{row.bin:>6} {row.n:>9} {row.trips:>6} {number(mae.value):>7}"
        f" {_range(mae.route_low, mae.route_high):>13} {_range(mae.trip_low, mae.trip_high):>13}"
        f" {number(row.bias_s.value):>6} {number(row.rmse_s.value):>6} {percent(row.mbta.value):>7}"
        f" {percent(row.reliable.value):>8} {number(row.pinball_s.value):>7} {percent(row.coverage.value):>7}"
        f" {percent(row.below.value):>6} {percent(row.above.value):>6} {number(row.width_s.value):>6}"
    )


def _parts(label: str, parts: tuple[Part, ...]) -> Iterator[str]:
    if len(parts) < 2:
        return
    shown = sorted(sorted(parts, key=lambda part: -part.n)[:MOST_PARTS], key=lambda part: part.name)
    left = f", the {len(shown)} of {len(parts)} with most pairs" if len(shown) < len(parts) else ""
    yield f"by {label}{left}"
    yield f"{label:>10} {'n':>9} {'MAE s':>7} {'0-3':>6} {'3-6':>6} {'6-12':>6} {'12-30':>6} {'bias':>6} {'MBTA':>7}"
    for part in shown:
        bins = " ".join(f"{number(mae):>6}" for mae in part.mae_by_bin_s)
        yield (
            f"{part.name[:10]:>10} {part.n:>9} {number(part.mae_s):>7} {bins} {number(part.bias_s):>6}"
            f" {percent(part.mbta):>7}"
        )


def _rivalry(name: str, rivalry: Rivalry) -> Iterator[str]:
    yield from ("", f"== {name} against {rivalry.name}, the same pairs")
    labels = ("0-3", "3-6", "6-12", "12-30", "all")
    yield "mean absolute error below, neutral bins (95 % by route; by trip):"
    for label, below in zip(labels, rivalry.below, strict=True):
        yield f"{label:>6} {_of(below)}"
    yield "by time to the actual arrival:"
    yield (
        f"{'min':>6} {'n':>9} {'trips':>6} {'MAE s':>7} {'other':>7} {'bias':>6} {'other':>6}"
        f"  {'below':<40} without each side's median error"
    )
    for row in rivalry.by_actual:
        yield (
            f"{row.bin:>6} {row.n:>9} {row.trips:>6} {number(row.mae_s):>7} {number(row.other_mae_s):>7}"
            f" {number(row.bias_s):>6} {number(row.other_bias_s):>6}  {_of(row.below):<40} {_of(row.below_centred)}"
        )


def number(value: float) -> str:
    """Three figures are enough; ``-`` if not known."""
    if not math.isfinite(value):
        return "-"
    return f"{value:.1f}" if abs(value) < 100 else f"{value:.0f}"


def percent(value: float) -> str:
    """A share in percent; ``-`` if not known."""
    return f"{100 * value:.1f}%" if math.isfinite(value) else "-"


def _of(estimate: Estimate) -> str:
    routes = _range(100 * estimate.route_low, 100 * estimate.route_high)
    trips = _range(100 * estimate.trip_low, 100 * estimate.trip_high)
    return f"{percent(estimate.value)} {routes} {trips}"


def _range(low: float, high: float) -> str:
    return f"[{number(low)},{number(high)}]" if math.isfinite(low) else "[-]"


def _share(share: Share) -> str:
    return f"{percent(share.value)} of {share.of}"
