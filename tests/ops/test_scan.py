"""A scan is the loop it stands for: values, derivatives of both orders, under every engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import Variable
from neuropil.errors import GraphError, ShapeError
from neuropil.ops import products

RNG = np.random.default_rng(0)
H, INPUTS, BATCH, T = 5, 3, 4, 6
WEIGHTS = {
    "recurrent": 0.5 * RNG.standard_normal((4 * H, H)),
    "input": 0.5 * RNG.standard_normal((4 * H, INPUTS)),
    "bias": 0.5 * RNG.standard_normal(4 * H),
    "x": RNG.standard_normal((T, BATCH, INPUTS)),
    "h": RNG.standard_normal((BATCH, H)),
}


def cell(recurrent: Any, bias: Any) -> Any:
    """A long short-term memory, whose weights are used but not passed."""

    def step(carry: Any, x: Any) -> Any:
        h, c = carry["h"], carry["c"]
        z = x + h @ recurrent.mT + bias
        gates = npl.sigmoid(z[:, : 3 * H])
        c = gates[:, :H] * c + gates[:, H : 2 * H] * npl.tanh(z[:, 3 * H :])
        h = gates[:, 2 * H :] * npl.tanh(c)
        return {"h": h, "c": c}, (h * h, [c])

    return step


def unrolled(step: Any, carry: Any, xs: Any, *, reverse: bool = False) -> Any:
    times = range(len(xs))
    ys: list[Any] = []
    for t in reversed(times) if reverse else times:
        carry, y = step(carry, xs[t])
        ys.append(y)
    ys = ys[::-1] if reverse else ys
    squares, cells = [y[0] for y in ys], [y[1][0] for y in ys]
    return carry, (npl.stack(squares), [npl.stack(cells)])


def loss_of(loop: Any, weights: dict[str, Any], **settings: Any) -> Any:
    x = weights["x"] @ weights["input"].mT
    start = {"h": weights["h"], "c": 0.5 * weights["h"]}
    carry, (squares, (cells,)) = loop(
        cell(weights["recurrent"], weights["bias"]), start, x, **settings
    )
    times = np.arange(1.0, T + 1)[:, None, None]
    return npl.sum(carry["h"] * carry["c"]) + npl.sum(squares * times) + npl.sum(cells[2:4])


def gradients(output: Any, *inputs: Variable, create_graph: bool = False) -> list[Any]:
    return npl.gradients(output, inputs, create_graph=create_graph)


def derivatives(loop: Any, arrays: dict[str, Any], **settings: Any) -> list[Any]:
    """The loss, its gradients, and those of their squared norm."""
    weights = {name: Variable(array) for name, array in arrays.items()}
    loss = loss_of(loop, weights, **settings)
    first = gradients(loss, *weights.values(), create_graph=True)
    norm: Any = 0.0
    for gradient in first:
        norm = norm + npl.sum(gradient * gradient)
    second = gradients(norm, *weights.values())
    plain_first = gradients(loss, *weights.values())
    return [loss.value, *plain_first, *(g.value for g in first), *second]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("every", [None, 1, 2, 4, 6, 9])
def test_values_and_derivatives_are_those_of_the_unrolled_loop(
    reverse: bool, every: int | None
) -> None:
    expected = derivatives(unrolled, WEIGHTS, reverse=reverse)
    found = derivatives(npl.scan, WEIGHTS, reverse=reverse, checkpoint_every=every)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-12)


@pytest.mark.fast
@pytest.mark.parametrize("every", [None, 4])
def test_compiled_it_is_the_same(every: int | None) -> None:
    jax = pytest.importorskip("jax")
    expected = derivatives(unrolled, WEIGHTS)
    with jax.enable_x64(True):
        arrays = [jax.numpy.asarray(array) for array in WEIGHTS.values()]

        @jax.jit
        def run(arrays: list[Any]) -> list[Any]:
            named = dict(zip(WEIGHTS, arrays, strict=True))
            return derivatives(npl.scan, named, checkpoint_every=every)

        for ours, theirs in zip(run(arrays), expected, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-11)


def test_plain_arrays_give_plain_arrays() -> None:
    def step(carry: Any, x: Any) -> Any:
        assert isinstance(carry, np.ndarray)
        return carry + x, carry

    carry, ys = npl.scan(step, np.zeros(2), np.arange(6.0).reshape(3, 2))
    assert type(carry) is type(ys) is np.ndarray
    assert carry.tolist() == [6.0, 9.0]
    assert ys.tolist() == [[0.0, 0.0], [0.0, 1.0], [2.0, 4.0]]


def test_without_recording_the_result_has_no_creator() -> None:
    w = Variable(np.array(2.0))
    with npl.no_grad():
        carry, _ = npl.scan(lambda c, x: (c * w + x, None), np.zeros(()), np.ones(3))
    assert float(npl.graph.plain(carry)) == 7.0
    assert not isinstance(carry, Variable) or carry.creator is None


def test_what_a_step_changes_is_carried_along_and_undone_in_the_backward_pass() -> None:
    w = Variable(np.array(1.0))
    looped, generator = npl.Generator(3), npl.Generator(3)

    def draw_from(rng: npl.Generator) -> Any:
        return lambda c, x: (c + w * x * rng.normal((2,), dtype="float64"), c)

    carry, _ = npl.scan(draw_from(looped), np.zeros(2), np.arange(1.0, 5.0))
    expected = Variable(np.zeros(2))
    for x in np.arange(1.0, 5.0):
        expected, _ = draw_from(generator)(expected, x)
    np.testing.assert_array_equal(carry.value, expected.value)
    assert looped.counter.value == generator.counter.value
    (gradient,) = gradients(npl.sum(carry), w)
    np.testing.assert_allclose(gradient, gradients(npl.sum(expected), w)[0], rtol=1e-14)
    assert looped.counter.value == generator.counter.value


def test_a_training_loop_can_be_a_scan() -> None:
    def trained(*, scanned: bool) -> Any:
        net = npl.nn.Linear(3, 1, rng=0)
        optimizer = npl.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)

        def step(carry: Any, x: Any) -> Any:
            optimizer.zero_grad()
            loss = npl.mean(net(x) ** 2)
            loss.backward()
            optimizer.step()
            return carry, loss.detach()

        batches = RNG_BATCHES
        if scanned:
            _, losses = npl.scan(step, (), batches)
        else:
            losses = np.stack([step((), x)[1] for x in batches])
        return losses, net.weight.value

    RNG_BATCHES = np.random.default_rng(1).standard_normal((4, 5, 3)).astype(np.float32)
    for ours, theirs in zip(trained(scanned=True), trained(scanned=False), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("length", [0, 1])
def test_short_loops(length: int) -> None:
    w = Variable(np.array(2.0))
    carry, ys = npl.scan(lambda c, x: (c * w + x, c), Variable(np.array(3.0)), np.ones(length))
    assert ys.shape == (length,)
    assert carry.item() == 3.0 * 2.0**length + length
    (gradient,) = gradients(carry + npl.sum(ys), w)
    assert float(gradient) == 3.0 * length


def test_reads_that_depend_on_one_another_are_not_counted_twice() -> None:
    w = Variable(np.array(1.5))
    square = w * w
    carry, _ = npl.scan(lambda c, x: (c + square * w * x, None), np.zeros(()), np.ones(4))
    assert gradients(carry, w)[0] == pytest.approx(4 * 3 * 1.5**2)


def test_integers_are_carried_without_derivative() -> None:
    w = Variable(np.array(2.0))
    start = {"n": np.array(0), "total": np.array(0.0)}
    carry, _ = npl.scan(
        lambda c, x: ({"n": c["n"] + 1, "total": c["total"] + w * x}, None), start, np.ones(5)
    )
    assert carry["n"].item() == 5
    assert gradients(carry["total"], w)[0] == 5.0


def test_evaluating_again_runs_the_loop_again() -> None:
    w = Variable(np.array(2.0))
    carry, _ = npl.scan(lambda c, x: (c * w + x, None), np.zeros(()), np.ones(3))
    w.value = np.array(3.0)
    assert carry.evaluate() == 13.0


@pytest.mark.parametrize(
    ("step", "settings", "message"),
    [
        (lambda c, x: c, {}, "returns the pair"),
        (lambda c, x: ((c, c), x), {}, "keeps its structure"),
        (lambda c, x: (npl.stack([c, c]), x), {}, r"carry keeps its shape.*\(\).*\(2,\)"),
        (lambda c, x: (npl.astype(c, np.float32), x), {}, "float64.*float32"),
        (lambda c, x: (c, x), {"length": 4}, r"one length.*\[3, 4\]"),
        (lambda c, x: (c, x), {"checkpoint_every": 0}, "at least 1"),
        (lambda c, x: (c, x), {"xs": None}, "how many steps"),
    ],
)
def test_what_is_no_loop_is_refused(step: Any, settings: Any, message: str) -> None:
    settings = {"xs": np.ones(3), **settings}
    with pytest.raises((ShapeError, TypeError, ValueError), match=message):
        npl.scan(step, np.zeros(()), **settings)


def test_the_way_back_does_not_repeat_matrix_products(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    compute = products._affine

    def counted(*args: Any) -> Any:
        calls.append(1)
        return compute(*args)

    monkeypatch.setattr(products, "_affine", counted)
    weight, x = npl.Variable(np.eye(2)), RNG.standard_normal((5, 3, 2))
    last, _ = npl.scan(lambda h, x: (npl.tanh(npl.linear(h + x, weight)),) * 2, x[0], x)
    forward = len(calls)
    npl.sum(last).backward()
    assert forward >= 5
    assert len(calls) - forward <= 1  # tracing the step of the way back
    assert weight.grad is not None


@pytest.mark.parametrize("xs", [[1.0, 1.0, -1.0], [-1.0, -1.0, 1.0]])
def test_a_step_with_more_products_at_some_times_is_refused(xs: list[float]) -> None:
    weight = Variable(np.eye(2))

    def step(h: Any, x: Any) -> Any:
        return (h @ weight if x.item() > 0.0 else h + npl.sum(weight)), None

    with pytest.raises(GraphError, match=r"products the first time and \d at another"):
        npl.scan(step, np.ones((1, 2)), np.array(xs))
    with npl.no_grad():
        assert npl.scan(step, np.ones((1, 2)), np.array(xs))[0].shape == (1, 2)


def test_a_step_may_change_its_products_in_place() -> None:
    square, weight = np.full((1, 1), 2.0), npl.Variable(np.array([[3.0]]))

    def step(total: Any, x: Any) -> Any:
        product = npl.matmul(square, square)
        product *= 0.5
        return total + npl.matmul(weight, product) * x, None

    total, _ = npl.scan(step, np.zeros((1, 1)), np.ones(2))
    assert npl.gradients(npl.sum(total), [weight])[0] == 4.0
