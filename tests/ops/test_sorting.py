from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import neuropil as npl
from neuropil import Variable

FEW_VALUES = arrays(np.float64, array_shapes(min_side=0, max_side=6), elements=st.integers(-2, 2))


@given(FEW_VALUES, st.data(), st.booleans())
def test_sorting_orders_and_argsort_tells_how(
    x: Any, data: st.DataObject, descending: bool
) -> None:
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    found = npl.sort(Variable(x), axis=axis, descending=descending)
    indices = npl.argsort(Variable(x), axis=axis, descending=descending)
    ascending = np.sort(x, axis=axis)
    expected = np.flip(ascending, axis=axis) if descending else ascending
    np.testing.assert_array_equal(found.value, expected)
    np.testing.assert_array_equal(np.take_along_axis(x, indices.value, axis=axis), expected)


@given(arrays(np.float64, 8, elements=st.integers(0, 2)), st.booleans())
def test_equal_elements_keep_their_order(x: Any, descending: bool) -> None:
    indices = npl.argsort(x, descending=descending)
    values = x[indices]
    assert np.all(np.diff(indices)[np.diff(values) == 0] > 0)


def test_not_a_number_comes_last_as_the_largest() -> None:
    x = np.array([np.nan, 1.0, 2.0])
    np.testing.assert_array_equal(npl.sort(x), [1.0, 2.0, np.nan])
    np.testing.assert_array_equal(npl.sort(x, descending=True), [np.nan, 2.0, 1.0])
    np.testing.assert_array_equal(npl.argsort(x, descending=True), [0, 2, 1])


@given(FEW_VALUES)
def test_cotangents_return_to_their_elements(x: Any) -> None:
    """The sum of sorted elements, weighted by place, depends on each with its place's weight."""
    leaf = Variable(x)
    weights = np.arange(x.shape[-1], dtype=x.dtype)
    npl.sum(npl.sort(leaf) * weights).backward()
    expected = np.argsort(np.argsort(x, axis=-1, stable=True), axis=-1)
    np.testing.assert_array_equal(leaf.grad, expected)


def test_sorting_again_follows_new_values() -> None:
    x = Variable([3.0, 1.0, 2.0])
    largest = npl.take(npl.sort(x), npl.asarray([-1]))
    chosen = npl.take(x, npl.argmax(x), axis=0)
    x.value = np.array([1.0, 5.0, 2.0])
    assert largest.evaluate().tolist() == [5.0]
    assert chosen.evaluate() == 5.0


@pytest.mark.parametrize("side", ["left", "right"])
def test_searchsorted(side: Any) -> None:
    x, values = np.array([3.0, 1.0, 2.0, 2.0]), np.array([[0.0, 2.0], [2.5, 9.0]])
    order = np.argsort(x)
    found = npl.searchsorted(x, Variable(values), side=side, sorter=order)
    np.testing.assert_array_equal(found.value, np.searchsorted(x[order], values, side=side))
    assert not found.requires_grad


@given(FEW_VALUES)
def test_an_array_is_put_together_again_from_its_distinct_elements(x: Any) -> None:
    values, indices, inverse, counts = npl.unique_all(Variable(x))
    np.testing.assert_array_equal(values.value[inverse.value], x)
    np.testing.assert_array_equal(x.ravel()[indices.value], values.value)
    assert inverse.shape == x.shape
    assert int(npl.sum(counts).value) == x.size
    np.testing.assert_array_equal(npl.unique_values(x), np.unique(x))
    np.testing.assert_array_equal(npl.unique_counts(x).counts, counts.value)
    np.testing.assert_array_equal(npl.unique_inverse(x).inverse_indices, inverse.value)


def test_distinct_elements_are_differentiable_at_their_first_occurrence() -> None:
    x = Variable([2.0, 1.0, 2.0])
    npl.sum(npl.unique_values(x) * np.array([10.0, 20.0])).backward()
    assert x.grad.tolist() == [20.0, 10.0, 0.0]


def test_nan_is_in_no_set() -> None:
    x = np.array([np.nan, 1.0, np.nan])
    assert npl.unique_values(x).shape == (3,)
    assert npl.isin(x, np.array([1.0, np.nan])).tolist() == [False, True, False]
    assert npl.isin(x, 1.0, invert=True).tolist() == [True, False, True]
