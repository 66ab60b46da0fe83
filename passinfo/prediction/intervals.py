"""How wide an interval is: distance of p10 and p90 from p50, growing with the time since the last measurement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passinfo.columns import Bools, Floats


@dataclass(frozen=True, slots=True)
class Widths:
    """Knots of the error's quantiles over the horizon; linear between them, in proportion beyond the last.

    ``horizon_s`` counts from the last measurement, not from the tick: so an old measurement widens the interval.

    Examples
    --------
    >>> widths = Widths(np.array([0.0, 600.0]), np.array([10.0, 70.0]), np.array([20.0, 120.0]))
    >>> widths.late(np.array([0.0, 300.0, 1200.0])).tolist()
    [20.0, 70.0, 240.0]
    """

    horizon_s: Floats
    early_s: Floats
    """p50 - p10 at the knots."""
    late_s: Floats
    """p90 - p50 at the knots."""

    def early(self, horizon_s: Floats) -> Floats:
        """Seconds from p10 to p50."""
        return self._at(horizon_s, self.early_s)

    def late(self, horizon_s: Floats) -> Floats:
        """Seconds from p50 to p90."""
        return self._at(horizon_s, self.late_s)

    def _at(self, horizon_s: Floats, widths_s: Floats) -> Floats:
        within = np.interp(horizon_s, self.horizon_s, widths_s)
        beyond = np.maximum(horizon_s / self.horizon_s[-1], 1.0)
        return np.asarray(within * np.where(np.isfinite(beyond), beyond, 1.0))


UNTRAINED = Widths(
    horizon_s=np.array([0.0, 180.0, 360.0, 720.0, 1_800.0]),
    early_s=np.array([15.0, 60.0, 90.0, 150.0, 240.0]),
    late_s=np.array([30.0, 60.0, 120.0, 210.0, 360.0]),
)
"""Source: MBTA's prediction accuracy bounds (0-3 min -60..+60 s, 3-6 -90..+120, 6-12 -150..+210, 12-30 -240..+360),
whose best vendor claimed 85 % within: near enough to the 80 % between p10 and p90 until an artefact has measured its
own. At horizon 0: half a reporting interval of 20-30 s before, a whole one after."""


def horizon(p50_at: Floats, measured_at: Floats, waits: Bools, now: float) -> Floats:
    """Seconds from the last measurement (of a waiting or unseen run: from now) to the predicted instant."""
    since = np.where(waits | ~np.isfinite(measured_at), now, np.minimum(measured_at, now))
    return np.maximum(np.where(np.isfinite(p50_at), p50_at - since, 0.0), 0.0)
