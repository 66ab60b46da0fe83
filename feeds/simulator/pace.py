"""Real time: hands simulated reports over when their time of reception has come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from feeds.simulator.rows import SimulatedReport

GATHER_S = 1.0
"""Reports are handed over once a second."""
QUIET_S = 600.0
"""Say so if nothing will come for longer."""


def in_real_time(
    reports: Iterator[SimulatedReport],
    send: Callable[[list[SimulatedReport]], None],
    clock: Callable[[], float],
    stop: threading.Event,
    tell_quiet: Callable[[float], None],
) -> None:
    """Send every report once ``clock`` (epoch seconds, simulated) has reached its ``received_at``; until ``stop``.

    What is overdue goes out at once. ``tell_quiet`` is called with the next instant when nothing comes for long.
    """
    due: list[SimulatedReport] = []
    for report in reports:
        if report.received_at > clock():
            send(due)
            due = []
            if report.received_at - clock() > QUIET_S:
                tell_quiet(report.received_at)
            while not stop.is_set() and report.received_at > clock():
                stop.wait(GATHER_S)
        if stop.is_set():
            return
        due.append(report)
    send(due)
