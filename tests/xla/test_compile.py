"""A compiled step is the eager step, and says so where it could not be."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import Variable, nn, optim, xla
from neuropil.errors import EngineError, GraphError, ShapeError
from neuropil.xla.held import held

pytestmark = pytest.mark.fast
jax = pytest.importorskip("jax")

RNG = np.random.default_rng(0)
X = RNG.standard_normal((16, 6))
T = RNG.integers(0, 3, 16)


class Training:
    """A network with dropout, an optimizer, and a step of both."""

    def __init__(self, dtype: str = "float64", make: Callable[..., Any] = optim.Adam) -> None:
        self.rng = npl.Generator(5)
        self.net = nn.Sequential(
            nn.Linear(6, 20, rng=0),
            nn.Tanh(),
            nn.Dropout(0.3, rng=self.rng),
            nn.Linear(20, 3, rng=1),
        ).astype(dtype)
        self.optimizer = make(self.net.parameters(), lr=0.01)
        self.loss = nn.CrossEntropyLoss()
        self.state = (self.net, self.optimizer, self.rng)

    def step(self, x: Any, t: Any) -> Any:
        self.optimizer.zero_grad()
        loss = self.loss(self.net(x), t)
        loss.backward()
        self.optimizer.step()
        return loss


@pytest.mark.parametrize(
    "make", [optim.Adam, lambda params, lr: optim.SGD(params, lr, momentum=0.9, nesterov=True)]
)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-11), ("float32", 2e-4)])
def test_a_hundred_steps_with_dropout_are_the_eager_ones(
    dtype: str, tolerance: float, make: Callable[..., Any]
) -> None:
    eager, compiled = Training(dtype, make), Training(dtype, make)
    step = npl.compile(compiled.step, state=compiled.state)
    x = X.astype(dtype)
    for _ in range(100):
        expected, found = eager.step(x, T), step(x, T)
        np.testing.assert_allclose(found, expected.value, rtol=tolerance)
    assert found.dtype == dtype
    assert compiled.rng.counter.value == eager.rng.counter.value
    for ours, theirs in zip(compiled.net.parameters(), eager.net.parameters(), strict=True):
        assert ours.dtype == dtype
        np.testing.assert_allclose(ours.value, theirs.value, rtol=10 * tolerance, atol=tolerance)
    assert step.programs == 1


def test_the_users_settings_of_jax_stay() -> None:
    before = jax.config.jax_enable_x64
    training = Training()
    npl.compile(training.step, state=training.state)(X, T)
    assert jax.config.jax_enable_x64 == before


def test_an_eager_step_goes_on_where_a_compiled_one_ended() -> None:
    mixed, eager = Training(), Training()
    npl.compile(mixed.step, state=mixed.state)(X, T)
    eager.step(X, T)
    for _ in range(3):
        np.testing.assert_allclose(mixed.step(X, T).value, eager.step(X, T).value, rtol=1e-12)


def test_a_change_of_mode_makes_another_program() -> None:
    training = Training()
    forward = npl.compile(training.net, state=training.state)
    first, second = forward(X), forward(X)
    assert not np.allclose(first, second)  # dropout
    training.net.eval()
    np.testing.assert_array_equal(forward(X), forward(X))
    training.net.train()
    assert not np.allclose(forward(X), forward(X))
    assert forward.programs == 2


def test_the_learning_rate_is_state_and_needs_no_new_program() -> None:
    training = Training(make=optim.SGD)
    step = npl.compile(training.step, state=training.state)
    step(X, T)
    training.optimizer.lr = 0.0
    before = training.net.state_dict()
    step(X, T)
    for name, value in training.net.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    assert step.programs == 1


def test_tied_weights_are_one() -> None:
    first = nn.Linear(4, 4, rng=0)
    net = nn.Sequential(first, nn.Tanh(), first)
    eager = nn.Sequential(nn.Linear(4, 4, rng=0))
    assert len(held(net).variables) == 2
    step = npl.compile(lambda x: npl.sum(net(x)), state=net)
    layer = eager[0]
    x = np.ones((2, 4), np.float32)
    np.testing.assert_allclose(step(x), npl.sum(layer(npl.tanh(layer(x)))).value, rtol=1e-6)


@pytest.mark.parametrize("donate", [False, True])
def test_two_variables_may_share_an_array(donate: bool) -> None:
    one, other = Variable(jax.numpy.ones(3)), Variable(np.ones(3))
    other.value = one.value

    def step() -> Any:
        one.value = one.value + 1.0
        other.value = other.value * 5.0
        return one.value

    compiled = npl.compile(step, state=[one, other], donate=donate)
    for _ in range(2):
        compiled()
    assert np.asarray(one.value).tolist() == [3.0] * 3
    assert np.asarray(other.value).tolist() == [25.0] * 3


def test_buffers_are_state() -> None:
    class Counting(nn.Module):
        def __init__(self) -> None:
            self.calls = Variable(np.array(0))

        def forward(self, x: Any) -> Any:
            self.calls.value = self.calls.value + 1
            return x * self.calls.value

    net = Counting()
    forward = npl.compile(net, state=net)
    assert [float(forward(np.array(2.0))) for _ in range(3)] == [2.0, 4.0, 6.0]
    assert net.calls.value == 3
    assert net.calls.dtype == np.int64


def test_a_loop_of_steps_in_one_program() -> None:
    eager, compiled = Training(), Training()
    order = RNG.permuted(np.tile(np.arange(16), (8, 1)), axis=1)[:, :4]

    def epoch(x: Any, t: Any, order: Any) -> Any:
        def step(carry: Any, rows: Any) -> Any:
            return carry, compiled.step(x[rows], t[rows]).detach()

        return npl.scan(step, (), order)[1]

    losses = npl.compile(epoch, state=compiled.state)(X, T, order)
    expected = [eager.step(X[rows], T[rows]).item() for rows in order]
    np.testing.assert_allclose(losses, expected, rtol=1e-11)
    assert compiled.rng.counter.value == eager.rng.counter.value
    assert all(parameter.grad is None for parameter in compiled.net.parameters())


# ---------------------------------------------------------------------- what cannot be a program


def test_a_variable_outside_of_state_is_named() -> None:
    scale = Variable(np.array(2.0), name="scale")
    with pytest.raises(GraphError, match=r"reads the Variable 'scale'.*frozen"):
        npl.compile(lambda x: x * scale)(X)

    def count(x: Any) -> Any:
        scale.value = x.sum()
        return x

    with pytest.raises(GraphError, match=r"changes the Variable 'scale'.*lost"):
        npl.compile(count)(X)
    assert scale.value == 2.0


def test_a_forgotten_optimizer_is_named() -> None:
    training = Training()
    before = training.net.state_dict()
    with pytest.raises(GraphError, match=r"Variable '(first_moment\.0|step|lr)'"):
        npl.compile(training.step, state=(training.net, training.rng))(X, T)
    for name, value in training.net.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    assert all(parameter.grad is None for parameter in training.net.parameters())
    assert isinstance(training.optimizer.steps.value, np.ndarray)


def test_an_attribute_that_changes_is_named() -> None:
    net: Any = nn.Linear(6, 1, rng=0).astype("float64")
    net.calls = 0

    def step(x: Any) -> Any:
        net.calls += 1
        return net(x)

    with pytest.raises(GraphError, match="attribute calls"):
        npl.compile(step, state=net)(X)


def branching(x: Any) -> Any:
    if x.sum() > 0:
        return x
    return -x


def test_branching_on_a_value_names_the_line() -> None:
    with pytest.raises(GraphError, match=r"test_compile.py:\d+: if x.sum\(\) > 0.*npl.where"):
        npl.compile(branching)(X)


def test_numpy_on_a_traced_array_names_the_line() -> None:
    with pytest.raises(GraphError, match=r"test_compile.py:\d+: .*np.median.*of the same name"):
        npl.compile(lambda x: np.median(x))(X)


def test_an_error_names_the_line_of_the_users_code() -> None:
    net = nn.Linear(3, 1, rng=0).astype("float64")
    with pytest.raises(ShapeError, match=r"Linear expects \(..., 3\)") as caught:
        npl.compile(lambda x: net(x), state=net)(X)
    assert any("test_compile.py" in note for note in caught.value.__notes__)
    assert isinstance(net.weight.value, np.ndarray)


def test_many_shapes_are_told_of() -> None:
    step = npl.compile(lambda x: x.sum())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        step(X[:1])
        step(X[:2])
        step(X[:1])
    with pytest.warns(UserWarning, match=r"compiled for the 3rd time.*float64\[3, 6\]"):
        step(X[:3])


def test_a_device_that_is_not_there() -> None:
    with pytest.raises(EngineError, match="no device of the kind 'abacus' here, only cpu"):
        npl.compile(lambda x: x, device="abacus")


def test_without_jax(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xla, "find_spec", lambda name: None)
    with pytest.raises(EngineError, match="pip install"):
        npl.compile(lambda x: x)
