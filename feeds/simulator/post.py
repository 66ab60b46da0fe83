"""Sending reports to a counter: batches in order, again and again until it has taken them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence

import requests

from feeds.simulator.rows import SimulatedReport, report_fields
from passinfo.errors import OperatorError

POSITIONS_PATH = "/bms/v1/positions"
BATCH = 500
"""Reports in one request; some 150 kB."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 10.0
TIMEOUT_S = 15.0
COME_AGAIN = frozenset({429, 500, 502, 503, 504})
"""The counter is there but busy, or something between us is."""


class NotAccepted(OperatorError):
    """The counter refuses what we send, and would again."""


class Poster:
    """Posts to one counter until ``stop`` is set."""

    def __init__(self, url: str, key: str, stop: threading.Event) -> None:
        self._address = url.rstrip("/") + POSITIONS_PATH
        self._stop = stop
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the environment is not meant for the counter next door
        if key:
            self._session.headers["Authorization"] = f"Bearer {key}"
        self._complained = False

    def send(self, reports: Sequence[SimulatedReport]) -> None:
        """Deliver reports in order; returns when the counter has them all, or when it is time to stop.

        Raises
        ------
        NotAccepted
            If the counter refuses the key or the request.
        """
        for first in range(0, len(reports), BATCH):
            if self._stop.is_set():
                return
            self._deliver({"reports": [report_fields(report) for report in reports[first : first + BATCH]]})

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _deliver(self, body: dict[str, object]) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stop.is_set():
            wish_s = 0.0
            try:
                answer = self._session.post(self._address, json=body, timeout=TIMEOUT_S)
            except (requests.ConnectionError, requests.Timeout) as error:
                why = type(error).__name__
            except requests.RequestException as error:
                raise NotAccepted(f"{self._address}: {error}") from error
            else:
                if answer.ok:
                    self._complained = False
                    return
                if answer.status_code not in COME_AGAIN:
                    raise self._refused(answer)
                why, wish_s = f"HTTP {answer.status_code}", _retry_after_s(answer)
            if not self._complained:
                print(f"simulate: {self._address}: {why}; trying again until it answers", file=sys.stderr, flush=True)
                self._complained = True
            self._stop.wait(min(max(pause_s, wish_s), LONGEST_PAUSE_S))
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _refused(self, answer: requests.Response) -> NotAccepted:
        if answer.status_code in (401, 403):
            return NotAccepted(
                f"{self._address} refuses the key (HTTP {answer.status_code}): set PASSINFO_KEY to one of "
                "`python -m api keys add`"
            )
        said = " ".join(answer.text.split())[:200]
        return NotAccepted(f"{self._address} answers HTTP {answer.status_code}: {said}")


def _retry_after_s(answer: requests.Response) -> float:
    """What the counter asks for; 0 if it says nothing we understand."""
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else 0.0
