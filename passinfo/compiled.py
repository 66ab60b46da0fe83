"""The optional extra ``passinfo[fast]``: loops compiled by numba.

Every kernel has a twin that gives the same answers without it; who calls it asks :data:`NUMBA`. A kernel and all it
calls lie in one file, and what it weighs by is handed to it: compiled code is kept on disk until its own file changes,
and a value changed elsewhere would not be noticed. Kernels let other threads run.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import TypeVar

Function = TypeVar("Function", bound=Callable[..., object])

_numba: ModuleType | None
try:
    _numba = importlib.import_module("numba")  # it has no types: this way a checker needs it no more than a city does
except ImportError:
    _numba = None

NUMBA = _numba is not None
"""True: numba is installed."""


def compiled(function: Function) -> Function:
    """The function compiled when first called; as it is where there is no numba."""
    if _numba is None:
        return function
    try:
        kept: Function = _numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # neither beside the file nor in the home directory may anything be kept
        kept = _numba.njit(nogil=True)(function)
    return kept
