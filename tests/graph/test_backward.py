"""The backward pass: sums over paths, un-broadcasting, seeds, higher orders, long chains."""

from __future__ import annotations

import contextlib
import copy
import gc
import sys
import tracemalloc
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neuropil as npl
from neuropil.errors import GraphError, ShapeError
from neuropil.graph import primitive, primitives


def test_paths_add_up():
    x = npl.Variable(3.0)
    y = x * x
    (y * x + y).backward()  # d(x³ + x²)/dx
    assert x.grad == 33.0


def test_gradients_add_up_over_calls_until_they_are_cleared():
    z = npl.Variable([1.0, 2.0])
    product, total = z[0] * z[1], npl.sum(z)
    product.backward()
    assert z.grad.tolist() == [2.0, 1.0]
    total.backward()
    assert z.grad.tolist() == [3.0, 2.0]
    total.zero_grad()
    assert z.grad is None


def test_evaluate_recomputes_what_backward_then_uses():
    x = npl.Variable(2.0)
    f = npl.exp(x) * x
    x.value = np.asarray(0.0)
    assert f.evaluate() == 0.0
    f.backward()
    assert x.grad == 1.0


def test_inner_gradients_are_kept_where_asked_for():
    x = npl.Variable(2.0)
    inner, other = x * x, x * 3.0
    inner.retain_grads = True
    (inner * other).backward()
    assert inner.grad == 6.0
    assert other.grad is None


@given(
    st.sampled_from([(), (3,), (1,), (2, 3), (2, 1), (1, 3), (1, 1), (4, 2, 3), (4, 1, 1)]),
    st.sampled_from([(3,), (2, 3), (4, 2, 3)]),
)
def test_broadcasting_is_undone(small, large):
    a, b = npl.Variable(np.ones(small)), npl.Variable(np.ones(large))
    result = a * b
    result.backward(np.ones(result.shape))
    assert a.grad.shape == small
    assert b.grad.shape == large
    assert npl.sum(a.grad) == result.size
    assert npl.sum(b.grad) == result.size


def test_gradients_have_the_dtype_of_their_variable():
    a = npl.Variable(np.ones(3, dtype=np.float32))
    b = npl.Variable(np.ones(3, dtype=np.float64))
    npl.sum(a * b).backward()
    assert a.grad.dtype == np.float32
    assert b.grad.dtype == np.float64


def test_a_vector_needs_a_seed_of_its_shape():
    x = npl.Variable([1.0, 2.0])
    with pytest.raises(GraphError, match="seed"):
        (x * x).backward()
    with pytest.raises(ShapeError, match=r"\(2,\)"):
        (x * x).backward(np.ones(3))
    (x * x).backward([1.0, 10.0])
    assert x.grad.tolist() == [2.0, 40.0]


def test_gradients_are_nobody_elses_memory():
    a, b, seed = npl.Variable(np.zeros(3)), npl.Variable(np.zeros(3)), np.ones(3)
    (a + b).backward(seed)
    a.grad *= 5.0
    assert b.grad.tolist() == [1.0, 1.0, 1.0]
    assert seed.tolist() == [1.0, 1.0, 1.0]
    x = npl.Variable(np.zeros(3))
    npl.sum(x).backward()
    x.grad += 1.0  # a broadcast view would be read-only
    assert x.grad.tolist() == [2.0, 2.0, 2.0]


def test_only_wanted_arguments_are_differentiated():
    calls = []

    def counted(s, y, a, b):
        calls.append("data")
        return s

    @primitive(vjps=(counted, lambda s, y, a, b: s))
    def _first_is_data(a, b, /):
        return a + b

    try:
        weight = npl.Variable(np.ones(2))
        npl.sum(_first_is_data(np.ones(2), weight)).backward()
        buffer = npl.Variable(np.ones(2), requires_grad=False)
        npl.sum(_first_is_data(buffer, weight)).backward()
        assert calls == []
        data = npl.Variable(np.ones(2))
        npl.gradients(npl.sum(_first_is_data(data, weight)), [weight])
        assert calls == []
        npl.sum(_first_is_data(data, weight)).backward()
        assert calls == ["data"]
    finally:
        del primitives["first_is_data"]


def test_gradients_with_respect_to_inner_variables_and_strangers():
    x, stranger = npl.Variable(2.0), npl.Variable(1.0)
    inner = x * x
    f = npl.exp(inner) + inner
    of_inner, of_stranger, of_f = npl.gradients(f, [inner, stranger, f])
    assert of_inner == pytest.approx(np.exp(4.0) + 1.0)
    assert of_stranger is None
    assert of_f == 1.0
    assert x.grad is None


def test_derivatives_of_derivatives():
    x = npl.Variable(1.5)
    derivative = npl.sin(x)
    for expected in (np.cos(1.5), -np.sin(1.5), -np.cos(1.5), np.sin(1.5)):
        (derivative,) = npl.gradients(derivative, [x], create_graph=True)
        assert derivative is not None
        assert derivative.item() == pytest.approx(expected, abs=1e-14)


def test_backward_under_create_graph_leaves_variables():
    x = npl.Variable(3.0)
    (x**3).backward(create_graph=True)
    assert isinstance(x.grad, npl.Variable)
    slope, x.grad = x.grad, None
    slope.backward()
    assert x.grad == 18.0


def test_a_wrong_shape_names_the_function_and_the_shapes():
    with pytest.raises(ShapeError, match=r"matmul .*\(2, 3\) and \(2, 3\)"):
        npl.matmul(npl.Variable(np.ones((2, 3))), np.ones((2, 3)))


def test_primitives_know_their_arguments():
    with pytest.raises(TypeError, match="takes 1 arguments"):
        npl.exp(1.0, 2.0)
    with pytest.raises(TypeError, match="derivatives"):
        primitive(vjps=(None,))(lambda a, b, /: a)
    with pytest.raises(ValueError, match="exists already"):
        primitive(vjps=(None,))(npl.exp.formula)


def test_a_chain_of_a_million_operations():
    """No recursion: the interpreter's limit stands far below the length of the chain."""
    length, limit = 1_000_000, sys.getrecursionlimit()
    x = npl.Variable(1.0)
    y = x
    gc.disable()  # nothing here is a cycle; collecting a growing graph again and again is slow
    try:
        for _ in range(length):
            y = y + 1e-6
        assert limit < length / 100
        y.backward()
        assert x.grad == 1.0
        x.value = np.asarray(5.0)
        assert y.evaluate() == pytest.approx(6.0)
        del y
    finally:
        gc.enable()


def test_memory_returns_when_the_result_is_dropped():
    x = npl.Variable(np.ones(1000))
    tracemalloc.start()
    try:
        empty, _ = tracemalloc.get_traced_memory()
        y = x
        for _ in range(1000):
            y = y * 1.0
        full, _ = tracemalloc.get_traced_memory()
        assert full - empty > 8_000_000
        del y
        left, _ = tracemalloc.get_traced_memory()
        assert left - empty < 0.05 * (full - empty)  # Python keeps some freed tuples for later
    finally:
        tracemalloc.stop()


def test_cotangents_are_dropped_as_they_are_consumed():
    """The backward pass of a chain of n arrays holds a few of them, not n."""
    x = npl.Variable(np.ones(10_000))
    y = x
    for _ in range(100):
        y = y * 1.5
    total = npl.sum(y)
    tracemalloc.start()
    try:
        total.backward()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * x.value.nbytes


def test_gradients_of_two_variables_are_two_arrays():
    x, y, seed = npl.Variable(np.zeros(3)), npl.Variable(np.zeros(3)), np.ones(3)
    a, b, c = npl.gradients(x + y, [x, y, x], seed)
    assert a is not None
    a *= 2.0
    np.testing.assert_array_equal([a, b, c], [[2.0] * 3, [1.0] * 3, [1.0] * 3])
    (x + y).backward(npl.Variable(seed))
    x.grad += 1.0
    assert seed.tolist() == [1.0, 1.0, 1.0]


def test_a_seed_takes_the_dtype_of_the_result():
    x = npl.Variable(np.ones(2, dtype=np.float32))
    x.backward(np.array([1, 2]))
    assert x.grad.dtype == np.float32


@pytest.mark.parametrize(
    "function",
    [lambda x: x, lambda x: 2.0 * x, npl.sum, lambda x: npl.reshape(x, (1,))[0]],
    ids=["identity", "multiple", "sum", "reshape"],
)
def test_under_create_graph_constant_gradients_are_variables_too(function):
    x = npl.Variable(3.0)
    (slope,) = npl.gradients(function(x), [x], create_graph=True)
    assert isinstance(slope, npl.Variable)
    assert npl.gradients(slope, [x]) == [None]


def test_a_copy_shares_its_creator():
    x = npl.Variable([1.0, 2.0])
    y = x * x
    npl.sum(y + copy.copy(y)).backward()
    assert x.grad.tolist() == [4.0, 8.0]


def test_evaluate_with_shapes_that_do_not_fit_names_the_function():
    a, b = npl.Variable(np.ones(3)), npl.Variable(np.ones(3))
    total = a + b
    a.value = np.ones(4)
    with pytest.raises(ShapeError, match=r"add .*\(4,\) and \(3,\)"):
        total.evaluate()


@pytest.mark.parametrize(
    "failing",
    [
        lambda x: npl.sum(x * x, axis=4),
        lambda x: npl.linalg.inv(x * x),
        lambda x: (x * x) + np.ones(7),
    ],
    ids=["axis", "ours", "shapes"],
)
def test_an_error_does_not_keep_the_graph_alive(failing):
    x = npl.Variable(np.ones(3))
    alive = weakref.ref(x)
    gc.collect()
    gc.disable()
    try:
        with contextlib.suppress(ValueError):
            failing(x)
        del x
        assert alive() is None
    finally:
        gc.enable()
