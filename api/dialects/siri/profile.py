"""JSON of SIRI as Île-de-France Mobilités serves it.

References and texts are objects with a ``value``; what may come several times is a list.
"""

from __future__ import annotations

from typing import Any

from api.dialects.trees import Content, Node

_PLAIN_REFS = {"DatedVehicleJourneyRef", "ProducerRef", "RequestMessageRef", "InvalidRef"}
_TEXTS = {
    "LineName",
    "StopName",
    "StopPointName",
    "PublishedLineName",
    "OriginName",
    "DestinationName",
    "DestinationDisplay",
    "DirectionName",
}
_LISTS = {
    "StopMonitoringDelivery",
    "VehicleMonitoringDelivery",
    "MonitoredStopVisit",
    "VehicleActivity",
    "AnnotatedStopPointRef",
    "AnnotatedLineRef",
    "OnwardCall",
    "SituationRef",
    "VehicleFeatureRef",
    "Destination",
    "VehicleMode",
    "InvalidRef",
}


def to_json(children: list[Node] | tuple[Node, ...]) -> dict[str, Any]:
    """An element's children as an object."""
    told: dict[str, Any] = {}
    for name, content in children:
        if content is None:
            continue
        value = _value(name, content)
        if name in _LISTS or name in _TEXTS or (name in told and isinstance(told[name], list)):
            told.setdefault(name, []).append(value)
        elif name in told:
            told[name] = [told[name], value]
        else:
            told[name] = value
    return told


def _value(name: str, content: Content) -> Any:
    if not isinstance(content, str | bool | int | float) and content is not None:
        return to_json(tuple(content))
    if name == "Status":  # theirs is a text
        return "true" if content else "false"
    if name in _TEXTS or (name.endswith("Ref") and name not in _PLAIN_REFS):
        return {"value": content}
    return content
