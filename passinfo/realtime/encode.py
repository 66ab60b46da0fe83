"""A snapshot as the three GTFS-Realtime feeds, in bytes.

The same snapshot and network give the same bytes. Nothing about drivers is in a snapshot, so nothing can leave here.
"""

from __future__ import annotations

from dataclasses import dataclass

from google.protobuf.json_format import MessageToJson

from passinfo.network.network import Network
from passinfo.realtime.alerts import alerts
from passinfo.realtime.decode import parse
from passinfo.realtime.trip_updates import trip_updates
from passinfo.realtime.vehicle_positions import vehicle_positions
from passinfo.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Feeds:
    """The three feeds of one tick, each a serialised FeedMessage."""

    vehicle_positions: bytes
    trip_updates: bytes
    alerts: bytes

    def by_kind(self) -> dict[str, bytes]:
        """The feeds by the names they are published under."""
        return {
            "vehicle-positions": self.vehicle_positions,
            "trip-updates": self.trip_updates,
            "alerts": self.alerts,
        }


def encode_feeds(snapshot: Snapshot, network: Network, *, active_period: bool = False) -> Feeds:
    """The three feeds of a snapshot.

    Parameters
    ----------
    snapshot
        What is published at this tick.
    network
        The network whose rows the snapshot refers to.
    active_period
        Also fill the deprecated field of alerts, for apps that know no other.
    """
    return Feeds(
        vehicle_positions(snapshot, network).SerializeToString(deterministic=True),
        trip_updates(snapshot, network).SerializeToString(deterministic=True),
        alerts(snapshot, network, active_period=active_period).SerializeToString(deterministic=True),
    )


def to_json(feed: bytes) -> bytes:
    """The JSON twin of a feed: protobuf's own JSON mapping, with the field names of the reference.

    64-bit numbers (times) are strings there, as the mapping demands.

    Raises
    ------
    ValueError
        If the bytes are no feed.

    Examples
    --------
    >>> from passinfo.realtime.header import begin_message
    >>> to_json(begin_message(1771251000, None).SerializeToString())
    b'{"header": {"gtfs_realtime_version": "2.0", "incrementality": "FULL_DATASET", "timestamp": "1771251000"}}'
    """
    text = MessageToJson(parse(feed), preserving_proto_field_name=True, indent=None, ensure_ascii=False)
    return text.encode("utf-8")
