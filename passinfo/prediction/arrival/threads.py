"""Trees on few rows are asked by one thread: more of them wait for each other longer than they work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController

FEW_ROWS = 20_000


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def threads_for(rows: int) -> Iterator[None]:
    """Within, scikit-learn uses one thread if there are few rows, else all that it likes."""
    if rows >= FEW_ROWS:
        yield
        return
    with one_thread():
        yield


@contextmanager
def one_thread() -> Iterator[None]:
    """Within, scikit-learn uses one thread; the setting is the process's, so never enter it in two threads at once."""
    with _controller().limit(limits=1, user_api="openmp"):
        yield
