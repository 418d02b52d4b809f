from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neuropil.plot.mosaic import corner, mosaic


@given(
    count=st.integers(1, 12),
    columns=st.integers(1, 6),
    size=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    gap=st.integers(1, 3),
)
def test_each_image_lies_at_its_corner_and_all_else_is_empty(
    count: int, columns: int, size: tuple[int, int], gap: int
) -> None:
    images = np.random.default_rng(0).uniform(size=(count, *size))
    canvas = mosaic(images, columns, gap=gap)
    for index, image in enumerate(images):
        top, left = corner(index, columns, size, gap=gap)
        assert np.array_equal(canvas[top : top + size[0], left : left + size[1]], image)
    assert np.isfinite(canvas).sum() == images.size
