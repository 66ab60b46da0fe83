"""Chance from a seed: every part of the simulation has its own stream, so one part's draws never shift another's."""

from __future__ import annotations

import math
import random


def chance(*words: object) -> random.Random:
    """A stream of random numbers named by words; the same words give the same numbers on every machine.

    Examples
    --------
    >>> chance(1, "road").random() == chance(1, "road").random()
    True
    """
    return random.Random("/".join(str(word) for word in words))  # noqa: S311 (a simulation keeps no secrets)


def around_one(rng: random.Random, sd: float) -> float:
    """A factor with mean 1 (lognormal); ``sd`` is the standard deviation of its logarithm."""
    return math.exp(rng.gauss(-sd * sd / 2, sd))


def poisson(rng: random.Random, mean: float) -> int:
    """A Poisson count (Knuth's product method; means here are below 100)."""
    if mean <= 0:
        return 0
    limit, count, product = math.exp(-min(mean, 100.0)), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


class Drift:
    """A quantity that wanders around 0 and forgets: an Ornstein-Uhlenbeck process, exact at any instants.

    Parameters
    ----------
    rng
        Its stream.
    sd
        Standard deviation in the long run.
    memory_s
        Seconds after which its correlation has fallen to 1/e.
    """

    __slots__ = ("_at", "_memory_s", "_rng", "_sd", "_value")

    def __init__(self, rng: random.Random, sd: float, memory_s: float) -> None:
        self._rng, self._sd, self._memory_s = rng, sd, memory_s
        self._value = rng.gauss(0.0, sd)
        self._at = -math.inf

    def at(self, instant: float) -> float:
        """Its value at an instant; asked for the past, the newest value."""
        if instant > self._at:
            if self._at > -math.inf:
                kept = math.exp(-(instant - self._at) / self._memory_s)
                self._value = self._value * kept + self._rng.gauss(0.0, self._sd * math.sqrt(1 - kept * kept))
            self._at = instant
        return self._value
