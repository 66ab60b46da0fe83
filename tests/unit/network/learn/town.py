"""Made-up buses on known ways."""

import numpy as np

from passinfo.geo import Projection, along, point_at
from passinfo.network.learn.traces import Traces, traces_of

HERE = Projection(14.5, 121.0)
ELL = [(0, 0), (3000, 0), (3000, 2000)]
RING = [(0, 0), (2000, 0), (2000, 1500), (0, 1500), (0, 60)]


class Town:
    """Reports of buses that drive along given ways."""

    def __init__(self, seed=1, noise_m=8.0):
        self.rng, self.noise_m, self.rows, self.clock = np.random.default_rng(seed), noise_m, [], 0.0

    def drive(self, way, tag, *, vehicle="1", route="R", mps=8.0, every_s=20.0):
        """One way from its start to its end; the tag is a text, None, or a function of the share driven."""
        x, y = np.array(way, dtype=float).T
        dist = along(x, y)
        for at in np.arange(self.rng.uniform(0, mps * every_s), dist[-1], mps * every_s):
            px, py = point_at(at, dist, x, y)
            told = tag(at / dist[-1]) if callable(tag) else tag
            self.report(vehicle, float(px), float(py), route, told, every_s)

    def stand(self, place, tag, seconds, *, vehicle="1", route="R", every_s=20.0):
        """Polls that repeat one position."""
        spot = self.rng.normal(place, 2.0)
        for _ in range(int(seconds / every_s)):
            self.rows.append((vehicle, self.clock, *spot, route, tag))
            self.clock += every_s

    def report(self, vehicle, x, y, route, tag, every_s):
        shift = self.rng.normal(0, self.noise_m, 2)
        self.rows.append((vehicle, self.clock, x + shift[0], y + shift[1], route, tag))
        self.clock += every_s

    def away(self, seconds=3600.0):
        """Nothing is heard for a while."""
        self.clock += seconds

    def traces(self) -> Traces:
        vehicle, at, x, y, route, tag = zip(*self.rows, strict=True)
        lat, lon = HERE.to_lat_lon(np.array(x), np.array(y))
        texts = [np.array(each, dtype=object) for each in (vehicle, route, tag)]
        return traces_of(texts[0], np.array(at), lat, lon, texts[1], texts[2], HERE)


def many(town, way, tag, times, **told):
    """The same way again and again, an hour apart."""
    for _ in range(times):
        town.drive(way, tag, **told)
        town.away()
