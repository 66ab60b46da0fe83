"""The start of every feed: version, completeness, time of making, static feed it belongs to."""

from __future__ import annotations

from google.transit import gtfs_realtime_pb2 as pb

GTFS_REALTIME_VERSION = "2.0"
"""The version that E038 and consumers accept; fields added since are optional in it."""


def begin_message(made_at: float, feed_version: str | None) -> pb.FeedMessage:
    """An empty full data set made at ``made_at`` (epoch seconds; whole POSIX seconds in the feed).

    Source: GTFS-Realtime reference, *FeedHeader*.
    """
    message = pb.FeedMessage()
    header = message.header
    header.gtfs_realtime_version = GTFS_REALTIME_VERSION
    header.incrementality = pb.FeedHeader.FULL_DATASET
    header.timestamp = int(made_at)
    if feed_version is not None:
        header.feed_version = feed_version
    return message


def posix_seconds(at: float, made_at: float) -> int:
    """Whole seconds of a measurement, never after the feed was made.

    A device clock may run ahead of ours within the allowed skew; the header's timestamp must not be older than any
    entity's (E012).

    Examples
    --------
    >>> posix_seconds(100.9, 200.0), posix_seconds(205.0, 200.0)
    (100, 200)
    """
    return int(min(at, made_at))
