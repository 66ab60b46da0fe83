"""GTFS static: read, build, write."""
