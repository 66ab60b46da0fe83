"""Service alerts that are in force or announced."""

from __future__ import annotations

from typing import Any

from flask import Response

from api.answers import view_answer
from api.state import view
from api.values import moment
from api.views.v1.blueprint import bp, meta
from passinfo.snapshot import Alert
from passinfo.times import format_service_time


@bp.get("/alerts")
@bp.doc(summary="Service alerts", description="With their periods, what they are about, and texts by language.")
def alerts() -> Response:
    """Service alerts."""
    shown = view()
    return view_answer(
        shown, lambda: {"meta": meta(shown), "alerts": [_record(alert) for alert in shown.snapshot.alerts]}
    )


def _record(alert: Alert) -> dict[str, Any]:
    return {
        "alert_id": alert.alert_id,
        "cause": alert.cause,
        "effect": alert.effect,
        "severity": alert.severity,
        "communication_periods": [{"from": moment(start), "to": moment(end)} for start, end in alert.communication],
        "impact_periods": [{"from": moment(start), "to": moment(end)} for start, end in alert.impact],
        "informed": [
            {
                "agency_id": each.agency_id,
                "route_id": each.route_id,
                "direction_id": each.direction_id,
                "trip_id": each.trip_id,
                "start_date": None if each.start_date is None else str(each.start_date),
                "start_time": None if each.start_service_s is None else format_service_time(each.start_service_s),
                "stop_id": each.stop_id,
            }
            for each in alert.informed
        ],
        "header": dict(alert.header),
        "description": dict(alert.description),
        "url": dict(alert.url),
        "tts_header": dict(alert.tts_header),
        "tts_description": dict(alert.tts_description),
        "image": [{"language": language, "url": url, "media_type": kind} for language, url, kind in alert.image],
        "image_text": dict(alert.image_text),
    }
