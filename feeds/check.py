"""``python -m feeds check FILE``: what a file of bus positions is like, and what to mend first."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from feeds.networks import city_network
from passinfo.bms.advice import advise
from passinfo.bms.check import BINS_S, ON_LINE_M, Findings, Fit, fit, gather, measure, moving_places
from passinfo.bms.mapping import Mapping, MappingError
from passinfo.bms.mapping_toml import parse_mapping
from passinfo.bms.presets import load_mapping, load_preset, preset_names
from passinfo.bms.proposal import fitting, propose
from passinfo.bms.read import ReportsUnreadable, iter_reports, report_files
from passinfo.bms.reports import Reports
from passinfo.bms.sample import read_sample
from passinfo.network.nearness import distance_to_lines_m
from passinfo.network.network import Network
from passinfo.settings import CitySettings
from passinfo.times import to_iso

PLACES = 20_000
"""Positions measured against the lines: shares are then good to half a percent."""
BAR_WIDTH = 40


def run(arguments: argparse.Namespace) -> int:
    """Print what a file is like; the exit code."""
    mapping = mapping_of(arguments.mapping, arguments.file)
    city = city_network(arguments.network) if arguments.network else None
    result = gather(iter_reports(arguments.file, mapping))
    settings = city.settings if city else CitySettings()
    findings = measure(result, settings.max_speed_mps)
    network_fit = network_fit_of(result.reports, city.network) if city and findings.taken else None
    print("\n".join(lines_of(arguments.file.name, mapping, findings, network_fit)))
    print("\nWhat to mend first")
    advice = advise(findings, network_fit) or ("Nothing: this file is as it should be.",)
    print("\n".join(f"  {number}. {sentence}" for number, sentence in enumerate(advice, 1)))
    return 0


def mapping_of(word: str | None, path: Path) -> Mapping:
    """The mapping asked for; else the preset whose columns the file has; else a proposed one, which is printed.

    Raises
    ------
    ReportsUnreadable
        If there is no row, or no mapping could be proposed that names all that a report needs.
    """
    if word is not None:
        return load_mapping(word)
    first = report_files(path)[0]
    if first.suffix == ".pb":
        return load_preset("gtfs-rt-csv")
    sample = read_sample(first)
    if not sample.columns:
        raise ReportsUnreadable(f"{first.name}: holds no row: it is empty, cut off or not what its name says")
    for name in preset_names():
        if fitting(list(sample.columns), load_preset(name)):
            print(f"The columns are those of the preset {name}: --mapping {name}\n")
            return load_preset(name)
    proposal = propose(sample)
    print("No preset has these columns. A mapping to begin with (save it as mine.toml, then --mapping mine.toml):")
    print(f"\n{proposal}\n")
    try:
        return parse_mapping(proposal, "proposed")
    except MappingError as error:
        raise ReportsUnreadable(f"{first.name}: {error}; complete the mapping above") from None


def network_fit_of(reports: Reports, network: Network) -> Fit:
    """How reports fit a network."""
    lat_deg, lon_deg = moving_places(reports, PLACES)
    offset_m = distance_to_lines_m(network, lat_deg, lon_deg, ON_LINE_M)
    known = {
        "route_id": frozenset(network.route_rows),
        "trip_id": frozenset(network.trip_rows),
        "stop_id": frozenset(network.stop_rows),
        "block_id": frozenset(block for block in network.trips.block_id.tolist() if block),
    }
    if network.fleet_rows:
        known["vehicle_id"] = frozenset(network.fleet_rows)
    return fit(reports, offset_m, known)


def lines_of(name: str, mapping: Mapping, findings: Findings, network_fit: Fit | None) -> list[str]:
    """The figures as lines of text."""
    f = findings
    lines = [
        f"{name}, read by the mapping {mapping.name}",
        f"  rows          {f.rows:,}: {f.taken:,} taken, {f.rows - f.taken:,} refused",
    ]
    lines += [
        f"    {refusals.count:>7,} × {refusals.reason.value} {refusals.field} "
        f"(first: row {refusals.first.row}, {refusals.first.value!r})"
        for refusals in f.refusals
    ]
    if not f.taken:
        return lines
    lines += [
        f"  vehicles      {f.vehicles:,}, from {to_iso(f.first_at)} to {to_iso(f.last_at)}",
        f"  interval      median {_seconds(f.interval_p50_s)}, 90 % within {_seconds(f.interval_p90_s)}",
        *_histogram(f.interval_counts),
        f"  lost          {_percent(f.lost_share)} of the reports expected at each vehicle's own interval",
        f"  duplicates    {_percent(f.duplicate_share)}; unchanged place under a new time {_percent(f.repeat_share)}; "
        f"older than the row before {_percent(f.late_share)}",
        f"  delay         median {_seconds(f.delay_p50_s)}, 90 % within {_seconds(f.delay_p90_s)} "
        + ("(observed to received)" if f.has_reception else "(behind the newest row: no time of reception given)"),
        f"  fast clocks   {len(f.fast_clocks)}{': ' + ', '.join(f.fast_clocks[:5]) if f.fast_clocks else ''}",
        f"  standing      {_percent(f.standing_share)} of the intervals; impossible moves {f.jumps:,}",
        "  hints         " + ", ".join(f"{field} {_percent(share)}" for field, share in f.given.items()),
    ]
    if network_fit is not None:
        on = network_fit.on_lines
        lines.append(
            f"  on the lines  {_percent(on)} of the places within {ON_LINE_M:.0f} m, {_percent(1 - on)} beyond"
        )
        known = ", ".join(f"{field} {_percent(share)}" for field, share in network_fit.known.items())
        lines.append(f"  known there   {known or 'no hints to look up'}")
    return lines


def _histogram(counts: tuple[int, ...]) -> list[str]:
    most = max(counts, default=0)
    rows = []
    for count, start, end in zip(counts, BINS_S, BINS_S[1:], strict=False):
        if count:
            bar = "█" * max(1, round(BAR_WIDTH * count / most))
            rows.append(f"    {start:>4.0f}–{end:<4.0f} s {bar} {count:,}")
    return rows


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f} %"


def _seconds(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.0f} s"
