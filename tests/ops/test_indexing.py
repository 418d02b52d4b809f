from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, basic_indices, integer_array_indices

import neuropil as npl
from neuropil import Variable
from neuropil.errors import DTypeError, ShapeError


def assert_reads_and_returns(x: Any, index: Any) -> None:
    """Reading is NumPy's, and each element's gradient is the sum of what it was read as."""
    leaf = Variable(x)
    found = leaf[index]
    weights = np.arange(1.0, 1.0 + x[index].size).reshape(x[index].shape)
    np.testing.assert_array_equal(found.value, x[index])
    npl.sum(found * weights).backward()
    expected = np.zeros_like(x)
    np.add.at(expected, index, weights)
    np.testing.assert_array_equal(leaf.grad, expected)


@given(st.data())
def test_slices_and_numbers(data: st.DataObject) -> None:
    shape = data.draw(array_shapes(max_dims=3, max_side=4))
    index = data.draw(basic_indices(shape, allow_newaxis=True))
    assert_reads_and_returns(np.arange(float(np.prod(shape))).reshape(shape), index)


@given(st.data())
def test_integer_arrays(data: st.DataObject) -> None:
    shape = data.draw(array_shapes(max_dims=3, max_side=4))
    index = data.draw(integer_array_indices(shape))
    assert_reads_and_returns(np.arange(float(np.prod(shape))).reshape(shape), index)


@given(arrays(np.bool_, (3, 4)))
def test_masks(mask: Any) -> None:
    x = np.arange(12.0).reshape(3, 4)
    assert_reads_and_returns(x, mask)
    assert_reads_and_returns(x, (slice(None), mask.any(axis=0)))


def test_lists_are_arrays() -> None:
    x = Variable(np.arange(6.0).reshape(2, 3))
    assert x[:, [2, 0]].tolist() == [[2.0, 0.0], [5.0, 3.0]]
    assert x[[True, False]].tolist() == [[0.0, 1.0, 2.0]]
    assert x[[]].shape == (0, 3)


def test_variables_in_an_index_are_read_again_when_evaluated() -> None:
    x, where = Variable([1.0, -2.0, 3.0]), Variable(np.array([0, 2]))
    positive, chosen = npl.sum(x[x > 0]), npl.sum(x[where] * np.array([1.0, 10.0]))
    assert (positive.item(), chosen.item()) == (4.0, 31.0)
    x.value, where.value = np.array([1.0, 2.0, -3.0]), np.array([1, 1])
    assert (positive.evaluate(), chosen.evaluate()) == (3.0, 22.0)
    chosen.backward()
    assert x.grad.tolist() == [0.0, 11.0, 0.0]
    assert where.grad is None


@pytest.mark.parametrize("index", [1.0, "a", np.array([0.5]), [0.5], Variable([1.0])])
def test_what_is_no_index_is_refused(index: Any) -> None:
    with pytest.raises((DTypeError, IndexError), match=r"integers"):
        Variable([1.0, 2.0])[index]


@given(st.data())
def test_take(data: st.DataObject) -> None:
    shape = data.draw(array_shapes(min_dims=2, max_dims=3, max_side=4))
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    places = st.integers(-shape[axis], shape[axis] - 1)
    indices = data.draw(arrays(np.int64, array_shapes(max_dims=2, max_side=3), elements=places))
    x = np.arange(float(np.prod(shape))).reshape(shape)
    found = npl.take(Variable(x), indices, axis=axis)
    np.testing.assert_array_equal(found.value, np.take(x, indices, axis=axis))


def test_a_vector_needs_no_axis() -> None:
    assert npl.take(np.array([5.0, 6.0]), np.array([1])).tolist() == [6.0]
    with pytest.raises(ShapeError, match=r"take from shape \(2, 2\) needs an axis"):
        npl.take(np.zeros((2, 2)), np.array([0]))


def test_take_along_an_axis() -> None:
    rng = np.random.default_rng(0)
    x, indices = rng.standard_normal((3, 4, 2)), rng.integers(0, 4, (3, 5, 2))
    for selection in (indices, indices[:1], indices[:, :, :1]):
        expected = np.take_along_axis(x, selection, axis=1)
        np.testing.assert_array_equal(npl.take_along_axis(x, selection, axis=-2), expected)
        npl.check_gradients(lambda x, i=selection: npl.take_along_axis(x, i, axis=1), x, order=1)


def test_nonzero() -> None:
    x = np.array([[0.0, 2.0], [3.0, 0.0]])
    rows, columns = npl.nonzero(Variable(x))
    assert (rows.tolist(), columns.tolist()) == ([0, 1], [1, 0])
    assert npl.nonzero(x)[0].tolist() == [0, 1]


@pytest.mark.fast
def test_a_constant_is_read_at_a_traced_index() -> None:
    jax = pytest.importorskip("jax")
    table = np.arange(6.0, dtype=np.float32).reshape(3, 2)
    read = jax.jit(lambda indices: npl.take(table, Variable(indices), axis=0).value)
    np.testing.assert_array_equal(read(np.array([2, 0])), table[[2, 0]])


@pytest.mark.parametrize("index", [((0, 0, 1),), (slice(None), (2, 2)), range(2), (0, range(3))])
def test_sequences_within_an_index_are_arrays(index: Any) -> None:
    assert_reads_and_returns(np.arange(9.0).reshape(3, 3), index)
