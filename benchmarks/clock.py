"""How long a call takes: the median of several, after one that is not counted."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from passinfo.columns import Floats


def seconds_of(call: Callable[[], object], times: int) -> Floats:
    """Seconds of each of ``times`` calls; one more comes first and is not counted (imports, caches)."""
    call()
    taken = np.empty(times)
    for number in range(times):
        began = time.perf_counter()
        call()
        taken[number] = time.perf_counter() - began
    return taken
