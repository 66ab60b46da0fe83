"""The real data of PASSINFO_DATA is no prerequisite: where it is missing, its tests are not part of the suite.

Nor are real clients: their tests run when they are asked for by their mark. No example of Hypothesis has a deadline:
how fast a machine is at the moment is no property.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("passinfo", deadline=None)
settings.load_profile("passinfo")
DATA = Path(os.environ.get("PASSINFO_DATA") or Path(__file__).parents[2] / "shared" / "data")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [] if DATA.is_dir() else [item for item in items if item.get_closest_marker("realdata")]
    if "clients" not in config.getoption("markexpr"):  # they need environments of their own: make test-clients
        left_out += [item for item in items if item.get_closest_marker("clients") and item not in left_out]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
