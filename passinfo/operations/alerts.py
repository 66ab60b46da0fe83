"""What is wrong with an alert that somebody wrote, before it is told to anybody."""

from __future__ import annotations

import re

from google.transit import gtfs_realtime_pb2 as pb

from passinfo.network.network import Network
from passinfo.snapshot import Alert, InformedEntity

Period = tuple[float | None, float | None]
_LANGUAGE = re.compile(r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
"""BCP 47, as far as its form goes."""
_MEDIA_TYPE = re.compile(r"^image/[a-z0-9.+-]{1,40}$")
_WORDS = {
    "cause": frozenset(pb.Alert.Cause.keys()),
    "effect": frozenset(pb.Alert.Effect.keys()),
    "severity": frozenset(pb.Alert.SeverityLevel.keys()),
}


def alert_fault(network: Network, alert: Alert) -> str | None:
    """Why an alert cannot be told, as ``field: reason``; None if it can.

    Source: GTFS-Realtime reference, *Alert*, *TimeRange*, *EntitySelector*.
    """
    for name, words in _WORDS.items():
        if getattr(alert, name) not in words:
            return f"{name}: {getattr(alert, name)!r} is none of {', '.join(sorted(words))}"
    return _fault_of_texts(alert) or _fault_of_periods(alert) or _fault_of_entities(network, alert)


def _fault_of_texts(alert: Alert) -> str | None:
    if not alert.header:
        return "header: what is to be told, in one language at least"
    names = ("header", "description", "url", "tts_header", "tts_description", "image_text")
    for name, texts in ((name, getattr(alert, name)) for name in names):
        languages = [language for language, _ in texts]
        if len(set(languages)) < len(languages):
            return f"{name}: one text a language"
        for language, text in texts:
            if not _LANGUAGE.match(language):
                return f"{name}: {language!r} is no language (en, fil, ko …)"
            if not text.strip() or not _encodes(text):
                return f"{name}: a text is empty or holds half a character"
    links = [("url", url) for _, url in alert.url] + [("image", url) for _, url, _ in alert.image]
    for name, url in links:
        if not url.startswith(("https://", "http://")) or not _encodes(url):
            return f"{name}: {url!r} is no address (https://…)"
    for language, _, media_type in alert.image:
        if not _LANGUAGE.match(language) or not _MEDIA_TYPE.match(media_type):
            return "image: each is a language, an address and a media type such as image/png"
    return None


def _fault_of_periods(alert: Alert) -> str | None:
    """The impact lies within what is communicated: nobody is affected by what is no longer told."""
    for name, periods in (("communication", alert.communication), ("impact", alert.impact)):
        for start, end in periods:
            if start is None and end is None:
                return f"{name}: a period has a start, an end or both"
            if start is not None and end is not None and start >= end:
                return f"{name}: ends before it begins"
            if any(instant is not None and not 0 <= instant < 2**33 for instant in (start, end)):
                return f"{name}: instants are epoch seconds"
    for impact in alert.impact if alert.communication else ():
        if not any(_within(impact, told) for told in alert.communication):
            return "impact: each period lies within one of communication"
    return None


def _within(inner: Period, outer: Period) -> bool:
    begins = outer[0] is None or (inner[0] is not None and inner[0] >= outer[0])
    return begins and (outer[1] is None or (inner[1] is not None and inner[1] <= outer[1]))


def _fault_of_entities(network: Network, alert: Alert) -> str | None:
    if not alert.informed:
        return "informed: whom it concerns, one at least (an agency, a route, a stop, a trip)"
    for informed in alert.informed:
        fault = _fault_of_entity(network, informed)
        if fault is not None:
            return f"informed: {fault}"
    return None


def _fault_of_entity(network: Network, informed: InformedEntity) -> str | None:
    """At least one field, each known to the network, all about the same service."""
    if informed == InformedEntity():
        return "an entry names nothing"
    if informed.agency_id is not None and informed.agency_id not in set(network.routes.agency_id):
        return f"the network has no agency {informed.agency_id!r}"
    if informed.route_id is not None and informed.route_id not in network.route_rows:
        return f"the network has no route {informed.route_id!r}"
    if informed.stop_id is not None and informed.stop_id not in network.stop_rows:
        return f"the network has no stop {informed.stop_id!r}"
    if informed.direction_id is not None and informed.route_id is None:
        return "direction_id means something only beside route_id"
    if informed.trip_id is not None:
        trip_ix = network.trip_rows.get(informed.trip_id)
        if trip_ix is None:
            return f"the network has no trip {informed.trip_id!r}"
        route_id = network.routes.route_id[network.patterns.route_ix[network.trips.pattern_ix[trip_ix]]]
        if informed.route_id not in (None, route_id):
            return f"trip {informed.trip_id!r} is of route {route_id!r}"
    return None


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
