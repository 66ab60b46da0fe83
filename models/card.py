"""The model card: what an artefact was learned from and how well it did, never without the baseline beside it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from models.holdout import Scored
from passinfo.columns import Bools
from passinfo.prediction.pace import HistoricArtefact
from passinfo.times import to_date

HORIZONS_MIN = (0, 3, 6, 12, 30, np.inf)
"""The bins of MBTA's prediction accuracy, and what lies beyond."""


def card(artefact: HistoricArtefact, scored: Scored, created_from: tuple[str, ...]) -> str:
    """The card as Markdown."""
    first, last = to_date(artefact.first_date), to_date(artefact.last_date)
    lines = [
        "# Historic pace",
        "",
        f"- Learned from {artefact.rows} segments driven, {first.isoformat()} to {last.isoformat()},"
        f" on {len(artefact.pattern_id)} segments of {len(set(artefact.pattern_id))} patterns.",
        f"- Replays: {', '.join(created_from)}. Network: `{artefact.network_hash}`.",
        "- Scored on the last fifth of the visits by time: learned on the visits before, tried on those after.",
        "  The artefact itself is learned from all of them; its intervals are the residuals of the trial.",
        "",
        "## Mean absolute error, seconds",
        "",
        "Every visit of the holdout is a prediction of all stops that bus still reached, as live with a report at that",
        "moment. Horizon: predicted by the baseline. Baseline: what runs without an artefact (timetable with live",
        "deviation; without a timetable the network's own, assumed pace).",
        "",
        "| service | horizon | n | baseline | learned pace |",
        "|---|---|---:|---:|---:|",
    ]
    for name, chosen in services(scored):
        lines += _rows(name, scored, chosen)
    lines += ["", "## Speed by hour, km/h", "", "| hour | whole network |", "|---|---:|"]
    speeds = 3.6 / artefact.network_pace
    lines += [f"| {s // 3600:02d}:00 | {v:.1f} |" for s, v in zip(artefact.band_start_s, speeds, strict=True)]
    return "\n".join(lines) + "\n"


def services(scored: Scored) -> tuple[tuple[str, Bools], ...]:
    """Rows served by the timetable, and those that learned pace serves."""
    return (("timetable", scored.timetable), ("headway, or trip unknown", ~scored.timetable))


def summary(scored: Scored) -> list[str]:
    """Mean absolute errors in a sentence for each service; it says where another predictor serves all the same."""
    said = []
    for name, chosen in services(scored):
        n = int(chosen.sum())
        if n:
            baseline, learned = (np.abs(e[chosen]).mean() for e in (scored.baseline_error_s, scored.learned_error_s))
            said.append(f"{name}: mean absolute error {learned:.0f} s, baseline {baseline:.0f} s ({n} predictions)")
    if not said:
        return ["too few visits to score it: no run begins in the last fifth"]
    if scored.timetable.any():
        said.append("trips with a timetable stay with it; learned pace serves the others. To learn both: --history")
    return said


def _rows(name: str, scored: Scored, chosen: Bools) -> list[str]:
    edges = [60.0 * m for m in HORIZONS_MIN]
    lines = []
    for low, high in pairwise(edges):
        rows = chosen & (scored.horizon_s >= low) & (scored.horizon_s < high)
        label = f"{low / 60:.0f}-{high / 60:.0f} min" if np.isfinite(high) else f"{low / 60:.0f} min and more"
        if not rows.any():
            lines.append(f"| {name} | {label} | 0 | - | - |")
            continue
        baseline, learned = (np.abs(e[rows]).mean() for e in (scored.baseline_error_s, scored.learned_error_s))
        lines.append(f"| {name} | {label} | {int(rows.sum())} | {baseline:.0f} | {learned:.0f} |")
    return lines
