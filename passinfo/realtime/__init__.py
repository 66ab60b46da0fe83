"""GTFS-Realtime: encode a snapshot, decode a message."""
