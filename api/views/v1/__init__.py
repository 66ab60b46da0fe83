"""``/v1``: stops, arrivals, routes and vehicles as JSON, for displays and pages. Stable: see docs/api.md."""

from api.views.v1 import accuracy, alerts, arrivals, roadside, routes, stops, trips, vehicles
from api.views.v1.blueprint import bp

__all__ = ["accuracy", "alerts", "arrivals", "bp", "roadside", "routes", "stops", "trips", "vehicles"]
