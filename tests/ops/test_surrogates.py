"""Spikes are steps, and their derivatives those of the smooth functions they are said to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import neuropil as npl
from neuropil.ops.surrogates import ArcTan, FastSigmoid, SuperSpike, Surrogate, Triangle

Numpy = np.ndarray[Any, Any]


def triangle(x: Numpy, height: float, width: float) -> Numpy:
    z = np.clip(x / width, -1.0, 1.0)
    return np.asarray(height * width * (z - 0.5 * z * np.abs(z)))


INTEGRALS: list[tuple[Surrogate, Callable[[Numpy], Numpy]]] = [
    (FastSigmoid(), lambda x: x / (1.0 + 25.0 * np.abs(x))),
    (FastSigmoid(slope=0.5), lambda x: x / (1.0 + 0.5 * np.abs(x))),
    (SuperSpike(), lambda x: x / (1.0 + 100.0 * np.abs(x))),
    (ArcTan(), lambda x: np.arctan(np.pi * x) / np.pi),
    (ArcTan(alpha=0.3), lambda x: np.arctan(0.15 * np.pi * x) / np.pi),
    (Triangle(), lambda x: triangle(x, 0.3, 1.0)),
    (Triangle(height=2.0, width=0.4), lambda x: triangle(x, 2.0, 0.4)),
]
KINDS = pytest.mark.parametrize("surrogate", [kind for kind, _ in INTEGRALS], ids=repr)
PLACES = np.array([-2.3, -0.71, -0.33, -0.012, 0.009, 0.21, 0.38, 0.74, 3.1])


def spike_gradient(surrogate: Surrogate, x: Any) -> Any:
    v = x if isinstance(x, npl.Variable) else npl.Variable(x)
    weights = np.cos(np.arange(v.size, dtype=v.dtype))
    total = npl.sum(surrogate.spike(v) * weights)
    return npl.gradients(total, [v], create_graph=v is x)[0] / weights


@KINDS
@given(x=arrays.arrays(np.float64, 5, elements=st.floats(-1e300, 1e300)))
def test_a_spike_is_a_step(surrogate: Surrogate, x: Numpy) -> None:
    np.testing.assert_array_equal(surrogate.spike(x), np.where(x >= 0, 1.0, 0.0))


@KINDS
def test_what_is_no_number_does_not_spike(surrogate: Surrogate) -> None:
    assert surrogate.spike(np.array([np.nan, np.inf, -np.inf])).tolist() == [0.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("surrogate", "integral"), INTEGRALS, ids=[repr(surrogate) for surrogate, _ in INTEGRALS]
)
def test_the_first_derivative_is_that_of_the_integral(
    surrogate: Surrogate, integral: Callable[[Numpy], Numpy]
) -> None:
    h = 1e-5
    near, far = (integral(PLACES + k * h) - integral(PLACES - k * h) for k in (1, 2))
    np.testing.assert_allclose(
        spike_gradient(surrogate, PLACES), (8.0 * near - far) / (12.0 * h), rtol=1e-6, atol=1e-10
    )


@KINDS
def test_the_second_derivative_is_that_of_the_surrogate(surrogate: Surrogate) -> None:
    npl.check_gradients(lambda x: spike_gradient(surrogate, x), PLACES, order=2)
    npl.check_gradients(surrogate.derivative, PLACES, order=2)


@KINDS
def test_forward_mode_takes_the_same_surrogate(surrogate: Surrogate) -> None:
    direction = np.sin(np.arange(PLACES.size))
    value, tangent = npl.jvp(surrogate.spike, (PLACES,), (direction,))
    np.testing.assert_array_equal(value, surrogate.spike(PLACES))
    np.testing.assert_allclose(tangent, spike_gradient(surrogate, PLACES) * direction, rtol=1e-14)


@pytest.mark.fast
@KINDS
def test_a_program_takes_the_same_surrogate(surrogate: Surrogate) -> None:
    x = npl.Variable(PLACES)

    def step() -> Any:
        slope: Any = npl.gradients(npl.sum(surrogate.spike(x)), [x], create_graph=True)[0]
        return surrogate.spike(x), slope, npl.gradients(npl.sum(slope), [x])[0]

    for found, expected in zip(npl.compile(step, state=[x])(), step(), strict=True):
        np.testing.assert_allclose(found, np.asarray(expected.tolist()), rtol=1e-12, atol=1e-14)


def test_superspike_is_a_steep_fast_sigmoid() -> None:
    np.testing.assert_array_equal(
        SuperSpike(beta=7.0).derivative(PLACES), FastSigmoid(slope=7.0).derivative(PLACES)
    )


@pytest.mark.parametrize("kind", [FastSigmoid, SuperSpike, ArcTan, Triangle])
@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf, "2", True])
def test_a_setting_that_is_no_number_above_0_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{kind.__name__} needs a finite"):
        kind(value)
