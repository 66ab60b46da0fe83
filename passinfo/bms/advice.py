"""What to mend first in a file of reports: plain sentences, the worst first."""

from __future__ import annotations

from passinfo.bms.check import Findings, Fit, Refusals
from passinfo.rejections import Reason

REMEDIES: dict[Reason, str] = {
    Reason.MISSING_COLUMN: "the mapping names a column the file does not have; correct the mapping",
    Reason.MISSING_VALUE: "the value is empty; if the device has no fix, it should send nothing",
    Reason.NOT_A_NUMBER: "a text stands where a number belongs; if it means none, add it to `null` in the mapping",
    Reason.BAD_TIME: "the time is not written as the mapping says; set `time`, and `timezone` if it is local time",
    Reason.BAD_DATE: "write service days as YYYYMMDD",
    Reason.BAD_ENUM: "translate the source's own words with `values` in the mapping",
    Reason.BAD_ROW: "the line has another number of cells than the header, or a quote is not closed",
    Reason.BAD_ENCODING: "export as UTF-8",
    Reason.LINE_TOO_LONG: "a line longer than 1 MiB is no report: line ends are missing or the file is damaged",
    Reason.EMPTY_FILE: "the file holds no rows",
    Reason.BROKEN_FILE: "the file is cut off or not what its name says; export or download it again",
    Reason.TEXT_TOO_LONG: "an identifier has more than 128 characters; is it the right column?",
    Reason.COORDINATES_OUT_OF_RANGE: "these are no degrees, or latitude and longitude are exchanged",
    Reason.NULL_ISLAND: "the device has no fix and reports 0, 0; let it send nothing",
    Reason.TIME_IN_MILLISECONDS: "the epoch has another unit than the mapping says; set epoch_s or epoch_ms",
}


def advise(findings: Findings, network_fit: Fit | None) -> tuple[str, ...]:
    """Sentences, the worst first; empty if nothing needs mending."""
    advice = [_of_refusals(refusals, findings) for refusals in findings.refusals if _matters(refusals, findings)]
    if findings.taken == 0:
        return tuple(advice) or ("No row could be read.",)
    if findings.unordered_share > 0.2:
        advice.append(
            "The rows are not in the order in which they were received (by vehicle, perhaps) and no column says when "
            "that was: sort the file by time, or name received_at; else most rows count as too old."
        )
    if network_fit is not None:
        advice += _of_fit(network_fit)
    if findings.interval_p50_s > 60:
        advice.append(
            f"A bus reports every {findings.interval_p50_s:.0f} s: ask for 15 to 30 s; an arrival cannot be known "
            "more exactly than the interval."
        )
    if findings.lost_share > 0.1:
        advice.append(f"{findings.lost_share:.0%} of the expected reports are lost: look at coverage and buffering.")
    if findings.fast_clocks:
        shown = ", ".join(findings.fast_clocks[:5])
        advice.append(f"{len(findings.fast_clocks)} clocks run ahead of the receiver's ({shown}): set them by GPS.")
    if findings.delay_p50_s > 60:
        advice.append(f"Reports arrive {findings.delay_p50_s:.0f} s after they were measured: find where they wait.")
    if findings.late_share > 0.02:
        advice.append(f"{findings.late_share:.0%} of the rows come after a newer one of the same vehicle.")
    if findings.repeat_share > 0.3:
        advice.append(
            f"{findings.repeat_share:.0%} of the positions repeat the one before to the last digit under a new time: "
            "that is the time of a poll. Ask for the time of measurement."
        )
    if findings.duplicate_share > 0.3:
        advice.append(f"{findings.duplicate_share:.0%} of the rows are duplicates: they are polled faster than made.")
    if findings.jumps > findings.taken // 1000:
        advice.append(f"{findings.jumps} moves no bus can make: two devices under one id, or bad fixes.")
    if not findings.has_reception:
        advice.append("No column says when a report was received; the order of the rows stands in for it.")
    return tuple(advice)


def _matters(refusals: Refusals, findings: Findings) -> bool:
    return refusals.first.row == 0 or refusals.count >= 0.01 * max(findings.rows, 1)


def _of_refusals(refusals: Refusals, findings: Findings) -> str:
    where = f" in {refusals.field}" if refusals.field else ""
    row = f"first in row {refusals.first.row}" if refusals.first.row else refusals.first.source
    share = f" ({refusals.count / findings.rows:.0%} of the rows)" if findings.rows else ""
    remedy = REMEDIES.get(refusals.reason, "look at these rows")
    return f"{refusals.count} × {refusals.reason.value}{where}{share}, {row}: {remedy}."


def _of_fit(network_fit: Fit) -> list[str]:
    advice = []
    if network_fit.on_lines < 0.8:
        advice.append(
            f"Only {network_fit.on_lines:.0%} of the places lie on the network's lines: is it the right network, of "
            "the right date? Depots and deadheads explain some; lines drawn straight from stop to stop explain more."
        )
    for field, share in network_fit.known.items():
        if share < 0.95:
            example = network_fit.unknown_examples.get(field, "")
            advice.append(
                f"{1 - share:.0%} of the values of {field} are not in the network (such as {example!r}): another "
                "version of the GTFS, or a prefix that strip_prefix can take away."
            )
    return advice
