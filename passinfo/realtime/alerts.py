"""Alerts: what people and the pipeline have to say beside times."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from google.transit import gtfs_realtime_pb2 as pb

from passinfo.network.network import Network
from passinfo.realtime.descriptors import describe_run, start_time_text
from passinfo.realtime.entity_ids import alert_entity_id
from passinfo.realtime.header import begin_message
from passinfo.snapshot import Alert, InformedEntity, RunRelationship, Snapshot

Periods = tuple[tuple[float | None, float | None], ...]
RunRows = dict[tuple[str | None, int, int], int]


def alerts(snapshot: Snapshot, network: Network, *, active_period: bool = False) -> pb.FeedMessage:
    """The Alerts message of a snapshot.

    ``active_period`` repeats the communication periods in the deprecated field, for apps that know no other.

    Raises
    ------
    ValueError
        If cause, effect or severity is no word of GTFS-Realtime.
    """
    message = begin_message(snapshot.made_at, network.feed_version)
    runs = snapshot.runs
    keys = zip(runs.trip_id.tolist(), runs.start_date.tolist(), runs.start_service_s.tolist(), strict=True)
    rows: RunRows = {key: row for row, key in enumerate(keys)}
    for alert in sorted(snapshot.alerts, key=lambda alert: alert.alert_id):
        entity = message.entity.add()
        entity.id = alert_entity_id(alert.alert_id)
        _fill(entity.alert, alert)
        _fill_texts(entity.alert.description_text, described(alert, network))
        if active_period:
            _fill_periods(entity.alert.active_period, alert.communication)
        for informed in alert.informed:
            _fill_informed(entity.alert.informed_entity.add(), informed, snapshot, network, rows)
    return message


def described(alert: Alert, network: Network) -> tuple[tuple[str, str], ...]:
    """The description as written, else the header with whom it concerns.

    Source: GTFS-Realtime reference, *Alert*: it is required, and adds to the header (S029); strict importers drop an
    alert without one.
    """
    if alert.description:
        return alert.description
    names: dict[str, None] = {}
    for informed in alert.informed:
        if informed.route_id in network.route_rows:
            row = network.route_rows[informed.route_id]
            names[str(network.routes.short_name[row] or network.routes.long_name[row] or informed.route_id)] = None
        if informed.stop_id in network.stop_rows:
            names[str(network.stops.name[network.stop_rows[informed.stop_id]])] = None
    concerned = ", ".join(names) or network.agency_name
    return tuple((language, f"{text} ({concerned})") for language, text in alert.header)


def _fill(target: pb.Alert, alert: Alert) -> None:
    cause: Any = pb.Alert.Cause.Value(alert.cause)
    effect: Any = pb.Alert.Effect.Value(alert.effect)
    severity: Any = pb.Alert.SeverityLevel.Value(alert.severity)
    target.cause = cause
    target.effect = effect
    target.severity_level = severity
    _fill_periods(target.communication_period, alert.communication)
    _fill_periods(target.impact_period, alert.impact)
    _fill_texts(target.header_text, alert.header)
    _fill_texts(target.url, alert.url)
    _fill_texts(target.tts_header_text, alert.tts_header)
    _fill_texts(target.tts_description_text, alert.tts_description)
    _fill_texts(target.image_alternative_text, alert.image_text)
    for language, url, media_type in alert.image:
        image = target.image.localized_image.add()
        image.url, image.media_type = url, media_type
        if language:
            image.language = language


def _fill_periods(target: Any, periods: Periods) -> None:
    for start, end in periods:
        period = target.add()
        if start is not None:
            period.start = int(start)
        if end is not None:
            period.end = int(end)


def _fill_texts(target: pb.TranslatedString, texts: Iterable[tuple[str, str]]) -> None:
    for language, text in texts:
        translation = target.translation.add()
        translation.text = text
        if language:
            translation.language = language


def _fill_informed(
    target: pb.EntitySelector, informed: InformedEntity, snapshot: Snapshot, network: Network, rows: RunRows
) -> None:
    if informed.agency_id is not None:
        target.agency_id = informed.agency_id
    if informed.route_id is not None:
        target.route_id = informed.route_id
    # The reference demands route_id beside direction_id; without it the direction says nothing.
    if informed.direction_id is not None and informed.route_id is not None:
        target.direction_id = informed.direction_id
    if informed.stop_id is not None:
        target.stop_id = informed.stop_id
    if informed.trip_id is not None:
        _fill_trip(target.trip, informed.trip_id, informed, snapshot, network, rows)


def _fill_trip(
    trip: pb.TripDescriptor,
    trip_id: str,
    informed: InformedEntity,
    snapshot: Snapshot,
    network: Network,
    rows: RunRows,
) -> None:
    start_service_s = -1 if informed.start_service_s is None else informed.start_service_s
    row = rows.get((trip_id, informed.start_date or 0, start_service_s))
    if row is not None:
        describe_run(trip, network, snapshot.runs, row)
        return
    trip.trip_id = trip_id
    if informed.start_date is not None:
        trip.start_date = str(informed.start_date)
    if informed.start_service_s is not None:
        trip.start_time = start_time_text(informed.start_service_s)
    relationship: Any = _relationship(trip_id, network)
    trip.schedule_relationship = relationship
    trip_ix = network.trip_rows.get(trip_id)
    if trip_ix is not None:
        trip.route_id = network.routes.route_id[network.patterns.route_ix[network.trips.pattern_ix[trip_ix]]]


def _relationship(trip_id: str, network: Network) -> int:
    trip_ix = network.trip_rows.get(trip_id)
    if trip_ix is None:
        return RunRelationship.NEW
    return RunRelationship.UNSCHEDULED if network.trips.is_headway[trip_ix] else RunRelationship.SCHEDULED
