from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil.arrays import on_numpy

KEEP = np.array([True, False, True, False, False])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "longdouble"])
def test_what_is_not_kept_is_zero_whatever_it_was(dtype: str) -> None:
    x: Any = np.array([1.5, np.inf, -np.inf, np.nan, -2.0], dtype)
    found = on_numpy.masked(x, KEEP)
    assert found.dtype == dtype
    assert found.tolist() == [1.5, 0.0, -np.inf, 0.0, 0.0]


def test_masks_broadcast_and_arrays_may_have_any_strides() -> None:
    x: Any = np.arange(12.0).reshape(3, 4)
    keep = np.array([[True], [False], [True]])
    np.testing.assert_array_equal(on_numpy.masked(x[::-1, ::2], keep), x[::-1, ::2] * keep)
    np.testing.assert_array_equal(on_numpy.masked(x[:, 0], keep), x[:, 0] * keep)
