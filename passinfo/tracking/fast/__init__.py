"""Loops compiled by numba for what costs tracking most.

Every kernel has a twin written with numpy that gives the same answers (``tests/unit/tracking/fast``); who calls it asks
:data:`AVAILABLE`.
"""

from __future__ import annotations

from passinfo.compiled import NUMBA

AVAILABLE = NUMBA
"""True: numba is installed."""
