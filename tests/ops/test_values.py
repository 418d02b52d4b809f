"""Values, shapes and dtypes are NumPy's, for any shape, on arrays and on Variables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, mutually_broadcastable_shapes

import neuropil as npl
from neuropil import Variable
from neuropil.errors import ShapeError

UNARY = (
    "abs acos acosh asin asinh atan atanh ceil conj cos cosh exp expm1 floor imag isfinite isinf "
    "isnan log log10 log1p log2 negative positive real reciprocal round sign signbit sin sinh "
    "sqrt square tan tanh trunc"
)
BINARY = (
    "add atan2 copysign divide equal floor_divide greater greater_equal hypot less less_equal "
    "logaddexp maximum minimum multiply nextafter not_equal pow remainder subtract"
)
INTEGER = "bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor"
LOGICAL = "logical_and logical_or logical_xor"
REDUCTIONS = "all any argmax argmin count_nonzero max mean min prod std sum var"
FLOATS = st.sampled_from([np.float32, np.float64])
SPECIAL = np.array([np.nan, np.inf, -np.inf, -0.0, 0.0, -1.5, -1.0, 0.5, 1.0, 2.0, 1e30])

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's, of inf and nan


def assert_same(found: Any, expected: Any) -> None:
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=1e-6 if found.dtype == "f4" else 1e-14)


def assert_computes(name: str, expected: Any, *args: Any, **settings: Any) -> None:
    """On plain arrays a plain result, on Variables a Variable that holds the same."""
    function = getattr(npl, name)
    plain = function(*args, **settings)
    assert not isinstance(plain, Variable)
    assert_same(plain, expected)
    assert_same(function(*map(Variable, args), **settings).value, expected)


@pytest.mark.parametrize("name", UNARY.split())
@pytest.mark.parametrize("shape", [(), (0,), (11,), (1, 11, 1)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_elementwise(name: str, shape: tuple[int, ...], dtype: str) -> None:
    x = np.resize(SPECIAL, shape).astype(dtype)
    assert_computes(name, getattr(np, name)(x), x)


@pytest.mark.parametrize("name", BINARY.split())
@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=0, max_side=3), FLOATS)
def test_elementwise_of_two(name: str, shapes: Any, dtype: Any) -> None:
    a, b = (
        np.resize(SPECIAL[place:], s).astype(dtype) for place, s in enumerate(shapes.input_shapes)
    )
    assert_computes(name, getattr(np, name)(a, b), a, b)


@pytest.mark.parametrize("name", BINARY.split())
def test_python_numbers_keep_the_dtype(name: str) -> None:
    x = np.array([1.5, -2.0], dtype=np.float32)
    function, reference = getattr(npl, name), getattr(np, name)
    assert_same(function(Variable(x), 2).value, reference(x, 2))
    assert_same(function(2.0, Variable(x)).value, reference(2.0, x))


@pytest.mark.parametrize("name", f"{INTEGER} {LOGICAL}".split())
def test_integers_and_booleans(name: str) -> None:
    a, b = np.array([[5], [2]]), np.array([1, 3, 0])
    if name in LOGICAL.split():
        a, b = a > 2, b > 0
    assert_computes(name, getattr(np, name)(a, b), a, b)


@pytest.mark.parametrize(
    ("name", "x"), [("logical_not", [True, False]), ("bitwise_invert", [5, 0])]
)
def test_not(name: str, x: list[Any]) -> None:
    assert_computes(name, getattr(np, name)(np.array(x)), np.array(x))


@pytest.mark.parametrize("name", REDUCTIONS.split())
@given(st.data())
def test_reductions(name: str, data: st.DataObject) -> None:
    shape = data.draw(array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
    x = data.draw(arrays(data.draw(FLOATS), shape, elements=st.integers(-3, 3)))
    axis: Any = None
    if x.ndim:
        places = st.integers(-x.ndim, x.ndim - 1)
        several = st.lists(places, unique_by=lambda place: place % x.ndim).map(tuple)
        axis = data.draw(st.none() | places | several)
    if name.startswith("arg") and isinstance(axis, tuple):
        axis = None
    settings = {"axis": axis, "keepdims": data.draw(st.booleans())}
    function, leaf = getattr(npl, name), Variable(x)
    if x.size == 0 and name not in ("sum", "prod", "all", "any", "count_nonzero"):
        assume(settings["axis"] is None)
        with pytest.raises(ValueError, match=r"no elements|of 0 elements|empty|zero-size"):
            function(leaf, **settings)
        return
    expected = np.asarray(getattr(np, name)(x, **settings))
    recorded = function(leaf, **settings)
    assert_reduced(function(x, **settings), expected)
    assert_reduced(recorded.value, expected)
    if recorded.requires_grad:
        npl.sum(recorded).backward()
        assert leaf.grad.shape == x.shape
        assert leaf.grad.dtype == x.dtype


def assert_reduced(found: Any, expected: Any) -> None:
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_variance_needs_more_elements_than_its_correction() -> None:
    with pytest.raises(ShapeError, match="variance of 1 elements with correction 1"):
        npl.std(np.zeros((3, 1)), axis=1, correction=1)


def test_sums_and_products_in_another_dtype() -> None:
    x = Variable(np.array([1, 2, 3], dtype=np.int8))
    assert npl.sum(x).dtype == npl.prod(x).dtype == np.int64
    y = Variable(np.array([1.0, 2.0], dtype=np.float32))
    for function in (npl.sum, npl.prod, npl.cumulative_sum, npl.cumulative_prod):
        result = function(y, dtype=npl.float64)
        assert result.dtype == np.float64
        npl.sum(result).backward()
        assert y.grad.dtype == np.float32


def test_against_scipy() -> None:
    special = pytest.importorskip("scipy.special")
    x = np.linspace(-30.0, 30.0, 240).reshape(3, -1)
    for ours, theirs in (
        (npl.sigmoid, special.expit),
        (npl.erf, special.erf),
        (npl.logsumexp, special.logsumexp),
        (
            lambda x: npl.logsumexp(x, axis=0, keepdims=True),
            lambda x: special.logsumexp(x, 0, keepdims=True),
        ),
        (npl.softmax, lambda x: special.softmax(x, axis=-1)),
        (npl.log_softmax, lambda x: special.log_softmax(x, axis=-1)),
        (npl.softplus, lambda x: special.log1p(np.exp(-abs(x))) + np.maximum(x, 0)),
    ):
        np.testing.assert_allclose(ours(x), theirs(x), rtol=1e-13, atol=1e-300)


@given(arrays(np.float64, array_shapes(min_dims=0), elements=st.floats(-7.0, 7.0)))
def test_erf_is_exact_to_two_ulps(x: Any) -> None:
    special = pytest.importorskip("scipy.special")
    assert npl.erf(x).shape == x.shape
    np.testing.assert_array_max_ulp(npl.erf(x), special.erf(x), maxulp=2)


@pytest.mark.parametrize("dtype", ["float16", "float32", "int64"])
def test_erf_keeps_floating_dtypes(dtype: str) -> None:
    x = np.array([0, 1], dtype=dtype)
    expected = "float64" if dtype == "int64" else dtype
    assert npl.erf(x).dtype == expected
    np.testing.assert_allclose(npl.erf(x), [0.0, 0.8427007929497149], rtol=1e-3)


@pytest.mark.parametrize("reduce", [npl.sum, npl.prod])
def test_a_dtype_of_a_reduction_is_converted_to_first(reduce: Any) -> None:
    x = Variable(np.array([1.5, 2.5]))
    counted = reduce(x, dtype=npl.int64)
    assert (counted.item(), counted.dtype) == (reduce(np.array([1, 2])), npl.int64)
    assert not counted.requires_grad
    narrow = reduce(x, dtype=npl.float32)
    narrow.backward()
    assert (narrow.dtype, x.grad.dtype) == (npl.float32, npl.float64)


def test_a_mean_of_float16_does_not_overflow_on_the_way() -> None:
    x = np.full(1000, 100.0, dtype=np.float16)
    assert npl.mean(x) == 100.0
    assert npl.squared_error(x, x - 100.0, reduction="mean") == 10_000.0
