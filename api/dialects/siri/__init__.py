"""SIRI-Lite: StopMonitoring, VehicleMonitoring, StopPointsDiscovery, LinesDiscovery. See docs/dialects.md."""

from api.dialects.siri import errors, views
from api.dialects.siri.blueprint import bp

__all__ = ["bp", "errors", "views"]
