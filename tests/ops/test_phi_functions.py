from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neuropil as npl


@pytest.mark.parametrize("order", [0, 1, 2, 3, 4])
@given(x=st.floats(-50.0, 50.0))
def test_each_is_the_next_by_its_definition(order: int, x: float) -> None:
    z = np.array(x)
    here, following = npl.phi(z, order=order), npl.phi(z, order=order + 1)
    expected = 1.0 / math.factorial(order) + x * following
    assert here == pytest.approx(expected, rel=1e-13, abs=1e-14 * abs(x))


@pytest.mark.parametrize("order", [1, 2, 3])
def test_it_is_the_integral_it_stands_for(order: int) -> None:
    s = (np.arange(20_000) + 0.5) / 20_000
    for x in (-20.0, -1.0001, -1.0, -0.9999, 0.0, 1e-9, 0.9999, 1.0, 5.0):
        kernel = s ** (order - 1) / math.factorial(order - 1)
        integral = np.mean(np.exp((1.0 - s) * x) * kernel)
        assert npl.phi(np.array(x), order=order) == pytest.approx(integral, rel=1e-7)


@pytest.mark.peer
def test_the_first_is_scipys() -> None:
    exprel = pytest.importorskip("scipy.special").exprel
    x = np.concatenate([np.linspace(-700.0, 700.0, 4001), np.geomspace(1e-300, 1.0, 200)])
    np.testing.assert_allclose(npl.phi(x), exprel(x), rtol=5e-15)
    assert npl.phi(np.ones(2, np.float32)).dtype == np.float32
