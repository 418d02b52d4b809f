"""Variables: what they hold, how they convert, print, copy and are updated."""

from __future__ import annotations

import copy
import operator
import threading

import numpy as np
import pytest

import neuropil as npl
from neuropil.errors import DTypeError, GraphError


def test_a_variable_shares_the_memory_of_its_array():
    array = np.array([1.0, 2.0])
    variable = npl.Variable(array)
    array[0] = -1000.0
    assert variable.detach() is array
    assert variable.value[0] == -1000.0


@pytest.mark.parametrize(
    ("value", "differentiable"),
    [(1.5, True), (np.float32(1), True), ([1, 2], False), (True, False), (np.uint8(3), False)],
)
def test_only_real_floating_dtypes_require_a_gradient(value, differentiable):
    assert npl.Variable(value).requires_grad is differentiable


def test_a_dtype_without_derivative_is_refused_where_a_gradient_is_asked_for():
    with pytest.raises(DTypeError, match="astype"):
        npl.Variable([1, 2], requires_grad=True)
    with pytest.raises(DTypeError, match="numbers"):
        npl.Variable("text")


def test_a_variable_of_a_variable_is_refused():
    with pytest.raises(GraphError, match="detach"):
        npl.Variable(npl.Variable(1.0))


@pytest.mark.parametrize(
    "convert",
    [np.asarray, float, bool, lambda v: v.numpy(), lambda v: [1, 2, 3][v], np.from_dlpack],
    ids=["asarray", "float", "bool", "numpy", "index", "dlpack"],
)
def test_what_would_cut_the_graph_unseen_raises_and_says_to_detach(convert):
    with pytest.raises(GraphError, match="detach"):
        convert(npl.Variable(1.0))


def test_variables_without_gradient_convert():
    index = npl.Variable(2)
    assert [10, 20, 30][index] == 30
    assert int(index) == 2
    assert float(npl.Variable(2.5, requires_grad=False)) == 2.5
    assert bool(npl.Variable(2.0) > 1.0)
    assert npl.Variable([1, 2]).numpy().tolist() == [1, 2]


@pytest.mark.parametrize(
    "make",
    [
        lambda a, v: a + v,
        lambda a, v: a - v,
        lambda a, v: a * v,
        lambda a, v: a / v,
        lambda a, v: a**v,
        lambda a, v: a @ v,
    ],
    ids=["add", "subtract", "multiply", "divide", "pow", "matmul"],
)
def test_an_array_on_the_left_gives_a_variable(make):
    array, other = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    result = make(array, npl.Variable(other))
    assert isinstance(result, npl.Variable)
    np.testing.assert_array_equal(result.value, make(array, other))


def test_printed_form_names_value_shape_dtype_and_creator():
    x = npl.Variable(np.array([1.0, 2.0], dtype=np.float32), name="x")
    assert repr(x) == "Variable([1., 2.], name='x', shape=(2,), dtype=float32)"
    assert repr(x * x).endswith("shape=(2,), dtype=float32, creator=multiply)")
    assert f"{npl.sum(x):.2f}" == "3.00"


def test_html_form_escapes_what_users_write():
    html = npl.Variable(1.0, name="<script>")._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_long_arrays_print_by_their_ends():
    assert len(repr(npl.Variable(np.zeros(100_000)))) < 300


def test_under_no_grad_an_update_happens_in_place():
    p = npl.Variable([1.0, 2.0])
    memory, before = p.value, p
    with npl.no_grad():
        p -= 0.5
        p *= 2.0
        p += 1.0
        p /= 2.0
        p[0] = 7.0
    assert p is before
    assert p.value is memory
    assert p.value.tolist() == [7.0, 2.0]


def test_an_update_of_a_recorded_leaf_is_refused():
    p = npl.Variable([1.0, 2.0])
    with pytest.raises(GraphError, match="no_grad"):
        p -= 0.5
    with pytest.raises(GraphError, match="no_grad"):
        p[0] = 1.0


def test_augmented_assignment_of_a_result_is_recorded():
    x = npl.Variable(3.0)
    loss = x * x
    loss += 2.0 * x
    loss.backward()
    assert x.grad == 8.0


def test_no_grad_is_restored_after_an_error_and_holds_for_one_thread():
    with pytest.raises(RuntimeError, match="inner"), npl.no_grad():
        raise RuntimeError("inner")
    assert npl.graph.is_recording()
    seen = []
    with npl.no_grad():
        thread = threading.Thread(target=lambda: seen.append(npl.graph.is_recording()))
        thread.start()
        thread.join()
        assert not npl.graph.is_recording()
    assert seen == [True]


def test_no_grad_results_have_no_creator():
    x = npl.Variable([1.0, 2.0])
    with npl.no_grad():
        y = npl.sum(x)
    assert y.creator is None
    assert not y.requires_grad
    with pytest.raises(GraphError, match="no_grad"):
        y.backward()


def test_shallow_copy_shares_the_array_and_drops_the_gradient():
    x = npl.Variable([1.0, 2.0], name="x")
    npl.sum(x).backward()
    other = copy.copy(x)
    assert other.value is x.value
    assert other.grad is None
    assert other.name == "x"


def test_deep_copy_of_a_graph_is_independent_of_it():
    x = npl.Variable([1.0, 2.0])
    f = npl.sum(x * x)
    pair = copy.deepcopy({"leaf": x, "result": f})
    pair["leaf"].value[0] = 10.0
    assert pair["result"].evaluate() == 104.0
    pair["result"].backward()
    assert pair["leaf"].grad.tolist() == [20.0, 4.0]
    assert x.value.tolist() == [1.0, 2.0]
    assert x.grad is None


def test_deep_copy_of_a_long_chain_does_not_recurse():
    x = npl.Variable(1.0)
    y = x
    for _ in range(20_000):
        y = y + 1.0
    assert copy.deepcopy(y).evaluate() == 20_001.0


def test_iteration_length_and_indexing_follow_the_first_axis():
    x = npl.Variable([[1.0, 2.0], [3.0, 4.0]])
    assert len(x) == 2
    first, second = x
    npl.sum(first * second).backward()
    assert x.grad.tolist() == [[3.0, 4.0], [1.0, 2.0]]
    with pytest.raises(TypeError, match="without axes"):
        iter(npl.Variable(1.0))


def test_equality_compares_elements_and_hash_is_identity():
    x, y = npl.Variable([1.0, 2.0]), npl.Variable([1.0, 3.0])
    assert (x == y).value.tolist() == [True, False]
    assert (x != y).value.tolist() == [False, True]
    assert {x: "x", y: "y"}[x] == "x"


def test_an_update_in_place_keeps_dtype_and_shape_of_a_number():
    p = npl.Variable(np.float32(1.0))
    memory = p.value
    with npl.no_grad():
        p -= np.float64(0.25)
        assert p.value is memory
        assert p.dtype == np.float32
        with pytest.raises(ValueError, match="broadcast"):
            p += np.ones(3)
        p[...] = 5.0
        result = npl.sum(p)  # NumPy gives a scalar, which cannot be written to
        result += np.ones((), np.float64)
        result[...] = 2.0 * result
    assert (p.item(), result.item(), result.dtype) == (5.0, 12.0, np.float32)


@pytest.mark.parametrize(
    ("update", "expected"),
    [(operator.ipow, 9.0), (operator.imod, 1.0), (operator.ifloordiv, 1.0)],
)
def test_every_arithmetic_update_happens_in_place(update, expected):
    p = npl.Variable([3.0])
    with npl.no_grad():
        assert update(p, 2.0) is p
    assert p.value == expected


def test_an_update_of_a_read_only_array_says_what_to_do():
    p = npl.Variable(np.broadcast_to(1.0, (3,)))
    with npl.no_grad(), pytest.raises(GraphError, match=r"v\.value\.copy\(\)"):
        p -= 1.0


def test_a_constant_to_which_a_loss_is_added_joins_the_graph():
    x, total = npl.Variable(2.0), npl.Variable(0.0, requires_grad=False)
    total += x * x
    total += 3.0 * x
    total.backward()
    assert x.grad == 7.0
    with pytest.raises(GraphError, match="no_grad"):
        npl.Variable(np.zeros(2), requires_grad=False)[0] = x


def test_subclasses_of_arrays_are_taken_as_arrays():
    class Odd(np.ndarray):
        """Multiplies in a way of its own, as np.matrix does."""

        def __mul__(self, other):
            raise AssertionError

    array = np.array([1.0, 2.0]).view(Odd)
    x = npl.Variable(array)
    assert (x * x).value.tolist() == [1.0, 4.0]
    assert np.shares_memory(x.value, array)


def test_a_number_assigned_to_a_leaf_is_taken_as_an_array():
    x = npl.Variable(2.0)
    f = 0.5 * x * x
    for number in (3.0, 3, np.asarray(3)):
        x.value, x.grad = number, None
        assert f.evaluate() == 4.5
        f.backward()
        assert x.grad == 3.0


def test_operations_print_whatever_their_arguments_are():
    x = npl.Variable(np.eye(2))
    without_bias = npl.linear(x, x).creator
    assert repr(without_bias) == "Operation(linear((2, 2), (2, 2), ·))"
    logarithm = npl.linalg.slogdet(x).logabsdet
    assert repr(logarithm.creator) == "Operation(pick(·, index=1))"
    assert "slogdet" in npl.draw(logarithm).svg
