"""What is compiled is compared with its twin in numpy: without numba there is nothing to compare."""

import pytest

from passinfo.tracking import fast


@pytest.fixture(autouse=True)
def numba() -> None:
    if not fast.AVAILABLE:
        pytest.skip("passinfo[fast] is not installed")
