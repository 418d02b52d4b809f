from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import neuropil as npl
from neuropil import Variable
from neuropil.errors import ShapeError
from neuropil.graph import primitives
from neuropil.ops.cumulative import product_of_others

SMALL = st.floats(-2.0, 2.0, width=32)
ANY_SHAPE = arrays(np.float64, array_shapes(min_side=0, max_side=4), elements=SMALL)


@pytest.mark.parametrize("name", ["cumulative_sum", "cumulative_prod"])
@given(ANY_SHAPE, st.data(), st.booleans())
def test_running_sums_and_products(
    name: str, x: Any, data: st.DataObject, include_initial: bool
) -> None:
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    found = getattr(npl, name)(Variable(x), axis=axis, include_initial=include_initial)
    expected = getattr(np, name)(x, axis=axis, include_initial=include_initial)
    np.testing.assert_array_equal(found.value, expected)


def test_only_a_vector_may_leave_the_axis_out() -> None:
    assert npl.cumulative_sum(np.arange(3)).tolist() == [0, 1, 3]
    with pytest.raises(ShapeError, match=r"shape \(2, 2\) needs an axis"):
        npl.cumulative_prod(np.ones((2, 2)))


@given(arrays(np.float64, (2, 9), elements=SMALL), arrays(np.float64, (2, 9), elements=SMALL))
def test_a_linear_recurrence_runs_step_by_step(a: Any, b: Any) -> None:
    r, expected = np.zeros(2), []
    for step in range(9):
        r = a[:, step] * r + b[:, step]
        expected.append(r)
    found = primitives["linear_recurrence"](a, b)
    np.testing.assert_allclose(found, np.stack(expected, axis=1), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "x",
    [[2.0, 3.0, 0.5, 1.5], [2.0, 0.0, 0.5, 1.5], [0.0, 3.0, 0.0, 1.5], [0.0, 0.0, 0.0, 0.0]],
)
def test_products_with_zeros_are_right_to_the_third_order(x: list[float]) -> None:
    npl.check_gradients(npl.prod, np.array(x), order=3)
    npl.check_gradients(npl.cumulative_prod, np.array(x), order=3)


@given(arrays(np.float64, st.tuples(st.integers(1, 3), st.integers(1, 5)), elements=SMALL))
def test_the_product_of_all_other_elements(x: Any) -> None:
    expected = [[np.prod(np.delete(row, place)) for place in range(x.shape[1])] for row in x]
    np.testing.assert_allclose(product_of_others(x), expected, rtol=1e-12, atol=1e-300)


@given(ANY_SHAPE, st.data())
def test_differences(x: Any, data: st.DataObject) -> None:
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    n = data.draw(st.integers(1, 2))
    before = data.draw(st.none() | st.just(x))
    after = data.draw(st.none() | st.just(x))
    ends = {"prepend": before, "append": after}
    given_ends = {name: end for name, end in ends.items() if end is not None}
    found = npl.diff(Variable(x), axis=axis, n=n, **ends)
    np.testing.assert_array_equal(found.value, np.diff(x, axis=axis, n=n, **given_ends))


def test_differences_undo_running_sums() -> None:
    x = np.random.default_rng(0).standard_normal((3, 4))
    total = npl.cumulative_sum(x, axis=0, include_initial=True)
    np.testing.assert_allclose(npl.diff(total, axis=0), x)
    npl.check_gradients(lambda x: npl.diff(x * x, axis=1, n=2, prepend=x), x)
