from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil.arrays import extras, on_numpy

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_rows_are_added_where_they_belong(dtype: str) -> None:
    rows: Any = np.array([[200, 3], [3, 3]], np.uint8)  # 200 · 5 does not fit into uint8
    values: Any = RNG.integers(-9, 9, (2, 5, 2)).astype(dtype).swapaxes(1, 2)
    expected = np.zeros((201, 5), dtype)
    np.add.at(expected, rows, values)
    found = on_numpy.add_rows(values, 201, rows)
    np.testing.assert_array_equal(found, expected, strict=True)
    assert on_numpy.add_rows(values[:0], 4, rows[:0]).tolist() == np.zeros((4, 5)).tolist()


@pytest.mark.fast
def test_jax_adds_the_same_rows() -> None:
    jnp = pytest.importorskip("jax").numpy
    values, rows = RNG.integers(-9, 9, (6, 3)).astype(np.float32), np.array([4, 0, 4, 1, 1, 4])
    found = extras(jnp.asarray(values)).add_rows(jnp.asarray(values), 5, jnp.asarray(rows))
    np.testing.assert_array_equal(found, on_numpy.add_rows(values, 5, rows))
