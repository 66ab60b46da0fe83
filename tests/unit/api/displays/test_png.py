"""Black and white at every depth: what Pillow reads is what was drawn."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from api.displays.png import to_grey_png


@pytest.mark.parametrize("depth", [1, 4, 8])
@given(white=arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.booleans()))
def test_what_is_read_is_what_was_drawn(depth: int, white: np.ndarray) -> None:
    """Mutation: swap the two pixels of a byte."""
    data = to_grey_png(Image.fromarray(white), depth)
    assert data[24] == depth and data[25] == 0
    assert (np.asarray(Image.open(io.BytesIO(data)).convert("L")) == np.where(white, 255, 0)).all()
