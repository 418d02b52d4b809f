"""The error function in float32: within a few units of the last place of the C library's."""

from __future__ import annotations

import math

import numpy as np

from neuropil.arrays import on_numpy

TINY = np.logspace(-30, 0, 2_000)
POINTS = np.concatenate([np.linspace(-7.0, 7.0, 100_001), TINY, -TINY]).astype(np.float32)


def test_it_is_wrong_by_less_than_its_docstring_says() -> None:
    exact = np.array([math.erf(x) for x in POINTS.tolist()])
    assert np.all(np.abs(on_numpy.erf(POINTS) - exact) <= 5e-7 * np.abs(exact))


def test_it_is_odd_and_stays_within_one() -> None:
    y = on_numpy.erf(POINTS)
    np.testing.assert_array_equal(on_numpy.erf(-POINTS), -y)
    assert np.abs(y).max() == 1.0
    assert y.dtype == np.float32


def test_shapes_infinities_and_what_is_no_number() -> None:
    x = np.array([[np.inf, -np.inf, np.nan]], np.float32)
    np.testing.assert_array_equal(on_numpy.erf(x), [[1.0, -1.0, np.nan]])
    assert on_numpy.erf(np.array(0.5, np.float32)).shape == ()
    assert on_numpy.erf(np.zeros((0, 3), np.float32)).shape == (0, 3)
