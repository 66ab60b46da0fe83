"""OneBusAway's REST API ``/api/where/*``, version 2: see docs/dialects.md."""

from api.dialects.oba import errors
from api.dialects.oba.blueprint import bp
from api.dialects.oba.views import arrivals, places, problems, schedules, system, trips

__all__ = ["arrivals", "bp", "errors", "places", "problems", "schedules", "system", "trips"]
