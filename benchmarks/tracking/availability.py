"""How soon route and direction are known."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.tracking.cities import known, live, since_first
from benchmarks.tracking.figures import Figure, share
from benchmarks.tracking.truth import truth_of


def availability() -> Iterator[Figure]:
    """Share of in-service reports with route and direction known, live."""
    for name, asked in (("wmata", "97 %"), ("kingston", "—")):
        seen = live(name)
        real = truth_of(seen)
        said, who, age = known(seen.matches.route_id), seen.matches.vehicle_id, since_first(seen)
        for minutes in (1, 5):
            rows = real.in_service & (age >= 60.0 * minutes)
            aim = asked if minutes == 5 else "—"
            yield share(name, f"route known live, {minutes} min after the first report", aim, said[rows], who[rows])
