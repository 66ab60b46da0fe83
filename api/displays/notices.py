"""Alerts that concern a display: those of its stops, of the routes that serve them, and of the whole network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api.board import View
from passinfo.snapshot import Alert, InformedEntity


@dataclass(frozen=True, slots=True)
class Notice:
    """One alert as a display tells it: a line by language."""

    alert_id: str
    text: Mapping[str, str]
    tts: Mapping[str, str] = field(default_factory=dict)
    """The same as it is to be spoken, where its writer has given that."""

    def said(self, language: str) -> str:
        """The line in a language, else in the alert's first."""
        return self.text.get(language) or next(iter(self.text.values()))

    def spoken(self, language: str) -> str:
        """What a voice says: the spoken text if there is one in the language that is shown."""
        shown = language if self.text.get(language) else next(iter(self.text))
        return self.tts.get(shown) or self.said(language)


def notices_at(view: View, stop_rows: Sequence[int], now: float) -> tuple[Notice, ...]:
    """Alerts to be told at these stops now, by id."""
    network = view.network
    stops = {str(network.stops.stop_id[row]) for row in stop_rows}
    routes = {
        str(network.routes.route_id[route]) for row in stop_rows for route in view.places.routes_of_stop.get(row, ())
    }
    return tuple(
        Notice(alert.alert_id, dict(alert.header), dict(alert.tts_header))
        for alert in view.snapshot.alerts
        if alert.header and _told_now(alert, now) and any(_concerns(each, stops, routes) for each in alert.informed)
    )


def _told_now(alert: Alert, now: float) -> bool:
    periods = alert.communication or alert.impact
    return not periods or any((start or 0.0) <= now and (end is None or now < end) for start, end in periods)


def _concerns(informed: InformedEntity, stops: set[str], routes: set[str]) -> bool:
    """An alert about one trip or stop elsewhere is not for this display."""
    if informed.stop_id is not None:
        return informed.stop_id in stops
    if informed.route_id is not None:
        return informed.route_id in routes
    return informed.trip_id is None
