"""Server-Sent Events over the snapshots: arrivals of stops, buses of a box or route, alarms. An ASGI app of its own."""
