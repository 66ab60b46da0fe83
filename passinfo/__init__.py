"""passinfo: bus passenger information from bus positions (GTFS, GTFS-Realtime, stop arrivals)."""

__version__ = "0.1.0"
