"""Two answers compared, column by column."""

from dataclasses import fields

import numpy as np


def assert_same(one: object, other: object) -> None:
    """Integers, booleans and texts equal, numbers to 1e-9 (instants to a millisecond)."""
    for each in fields(one):
        a, b = getattr(one, each.name), getattr(other, each.name)
        assert a.dtype == b.dtype, each.name
        if a.dtype.kind == "f":
            np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-9, err_msg=each.name)
        else:
            np.testing.assert_array_equal(a, b, err_msg=each.name)
