"""Laws of optimizers, their state, and what they refuse (their numbers: tests/reference)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import neuropil as npl
from neuropil import Variable, nn, optim
from neuropil.errors import DataError, ShapeError

MAKERS: list[Callable[[list[Variable]], optim.Optimizer]] = [
    lambda params: optim.SGD(params, lr=0.1),
    lambda params: optim.SGD(params, lr=0.1, momentum=0.9, dampening=0.2, weight_decay=0.01),
    lambda params: optim.SGD(params, lr=0.1, momentum=0.9, nesterov=True),
    lambda params: optim.Adam(params, lr=0.1, weight_decay=0.01),
    lambda params: optim.AdamW(params, lr=0.1, weight_decay=0.001),
    lambda params: optim.RMSprop(params, lr=0.1, alpha=0.9, eps=0.5, weight_decay=0.001),
    lambda params: optim.RMSprop(params, lr=0.002, alpha=0.9, momentum=0.9, centered=True),
    lambda params: optim.Adagrad(params, lr=0.5, lr_decay=0.001, initial_accumulator_value=0.125),
    lambda params: optim.LBFGS(params, lr=0.5, max_iter=2, history_size=3),
]
IDS = [
    "sgd",
    "sgd-momentum",
    "sgd-nesterov",
    "adam",
    "adamw",
    "rmsprop",
    "rmsprop-centered",
    "adagrad",
    "lbfgs",
]
every_optimizer = pytest.mark.parametrize("make", MAKERS, ids=IDS)

CURVATURE = np.array([1.0, 4.0])


def variables(dtype: Any = np.float64) -> list[Variable]:
    return [Variable(np.array([3.0, -2.0], dtype)), Variable(np.array(1.5, dtype))]


def descend(optimizer: optim.Optimizer, steps: int) -> None:
    x, y = optimizer.params

    def loss() -> Variable:
        optimizer.zero_grad()
        value = npl.sum(CURVATURE.astype(x.dtype) * x**2) + (y - 1.0) ** 2
        value.backward()
        return value

    for _ in range(steps):
        step(optimizer, loss)


def step(optimizer: optim.Optimizer, loss: Callable[[], Variable]) -> None:
    if isinstance(optimizer, optim.LBFGS):
        optimizer.step(loss)
    else:
        loss()
        optimizer.step()


@every_optimizer
def test_it_finds_the_minimum_of_a_quadratic(make: Callable[..., optim.Optimizer]) -> None:
    optimizer = make(variables())
    descend(optimizer, 400)
    x, y = optimizer.params
    np.testing.assert_allclose(x.value, 0.0, atol=1e-3)
    np.testing.assert_allclose(y.value, 1.0, atol=2e-2)


@every_optimizer
def test_a_step_changes_arrays_in_place_and_keeps_float32(
    make: Callable[..., optim.Optimizer],
) -> None:
    params = variables(np.float32)
    array = params[0].value
    optimizer = make(params)
    descend(optimizer, 3)
    assert params[0].value is array
    counts = ("lr", "step", "pairs", "iterations")
    states = [v for name, v in optimizer.variables().items() if not name.startswith(counts)]
    assert {v.dtype for v in (*params, *states)} == {np.dtype(np.float32)}


@every_optimizer
def test_a_parameter_without_gradient_stays(make: Callable[..., optim.Optimizer]) -> None:
    moving, resting = variables()
    optimizer = make([moving, resting])

    def loss() -> Variable:
        optimizer.zero_grad()
        value = npl.sum(moving**2)
        value.backward()
        return value

    step(optimizer, loss)
    assert resting.item() == 1.5
    assert moving.value.tolist() != [3.0, -2.0]
    optimizer.zero_grad()
    assert moving.grad is None


@every_optimizer
def test_going_on_from_a_saved_state_is_the_same_to_the_bit(
    make: Callable[..., optim.Optimizer],
) -> None:
    undisturbed = make(variables())
    descend(undisturbed, 5)
    values = [np.array(p.value) for p in undisturbed.params]
    state = undisturbed.state_dict()
    descend(undisturbed, 5)

    resumed = make([Variable(value) for value in values])
    resumed.load_state_dict(state)
    descend(resumed, 5)
    for ours, theirs in zip(resumed.params, undisturbed.params, strict=True):
        np.testing.assert_array_equal(ours.value, theirs.value)
    assert set(resumed.state_dict()) == set(undisturbed.state_dict())
    for name, array in undisturbed.state_dict().items():
        np.testing.assert_array_equal(resumed.state_dict()[name], array)


@every_optimizer
def test_a_gradient_that_is_a_variable_serves_too(make: Callable[..., optim.Optimizer]) -> None:
    plain, nested = make([variables()[0]]), make([variables()[0]])
    for optimizer, create_graph in ((plain, False), (nested, True)):

        def loss(optimizer: Any = optimizer, create_graph: bool = create_graph) -> Variable:
            optimizer.zero_grad()
            value = npl.sum(optimizer.params[0] ** 2)
            value.backward(create_graph=create_graph)
            return value

        step(optimizer, loss)
    np.testing.assert_array_equal(plain.params[0].value, nested.params[0].value)


def test_the_state_is_flat_and_a_copy() -> None:
    sgd = optim.SGD(variables(), momentum=0.9)
    assert list(sgd.state_dict()) == ["lr", "velocity.0", "velocity.1"]
    assert list(optim.SGD(variables()).state_dict()) == ["lr"]
    adam = optim.Adam(variables())
    assert [name.split(".")[0] for name in adam.state_dict()] == [
        "lr", "first_moment", "first_moment", "second_moment", "second_moment", "step"
    ]  # fmt: skip
    sgd.state_dict()["velocity.0"][...] = 5.0
    assert not sgd.velocity[0].value.any()


def test_the_learning_rate_is_a_float64_variable_and_assigning_changes_its_value() -> None:
    optimizer = optim.SGD(variables(np.float32), lr=0.1)
    rate = optimizer.lr
    assert (rate.dtype, rate.item(), rate.requires_grad) == (np.float64, 0.1, False)
    optimizer.lr = 0.01
    assert optimizer.lr is rate
    assert rate.item() == 0.01
    rate.value = np.asarray(0.0)
    descend(optimizer, 1)
    assert optimizer.params[0].value.tolist() == [3.0, -2.0]
    rate.value = 0.25  # a schedule may write a plain number
    descend(optimizer, 1)
    assert optimizer.params[0].value.tolist() == [1.5, 2.0]


def test_a_parameter_given_twice_is_updated_once() -> None:
    x = Variable(np.array([1.0]))
    optimizer = optim.SGD([x, x], lr=0.5)
    npl.sum(x**2).backward()
    optimizer.step()
    assert x.value.tolist() == [0.0]


def test_a_state_of_another_optimizer_is_refused_whole() -> None:
    sgd = optim.SGD(variables(), lr=0.1, momentum=0.9)
    with pytest.raises(DataError, match=r"this SGD over 2 parameters holds lr, velocity\.0"):
        sgd.load_state_dict(optim.Adam(variables()).state_dict())
    state = sgd.state_dict() | {"lr": np.asarray(5.0), "velocity.1": np.zeros(7)}
    with pytest.raises(ShapeError, match=r"velocity\.1 is \(\), got \(7,\)"):
        sgd.load_state_dict(state)
    assert sgd.lr.item() == 0.1


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ([], ValueError, "at least one parameter, got none"),
        (nn.ReLU().parameters(), ValueError, "at least one parameter, got none"),
        (Variable([1.0]), TypeError, r"a list of Variables, got Variable: .* \[v\] for one"),
        (nn.Linear(1, 1), TypeError, r"got Linear: pass net\.parameters\(\)"),
        (nn.Sequential(nn.Linear(1, 1)), TypeError, r"got Linear: pass net\.parameters\(\)"),
        ([np.zeros(3)], TypeError, "updates Variables, got ndarray"),
        (nn.Linear(1, 1).named_parameters(), TypeError, "updates Variables, got tuple"),
        ([{"params": []}], TypeError, "one optimizer per group"),
    ],
)
def test_what_cannot_be_updated_is_refused(
    params: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        optim.SGD(params)


@pytest.mark.parametrize(
    ("kind", "settings", "message"),
    [
        (optim.SGD, {"lr": -0.1}, "lr is a finite number of at least 0, got -0.1"),
        (optim.SGD, {"lr": float("nan")}, "lr is a finite number"),
        (optim.SGD, {"momentum": -1.0}, "momentum is a finite number"),
        (optim.SGD, {"momentum": 0.9, "dampening": float("nan")}, "dampening is a finite number"),
        (optim.SGD, {"nesterov": True}, "nesterov needs momentum"),
        (optim.SGD, {"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "no dampening"),
        (optim.Adam, {"betas": (0.9, 1.0)}, "betas are two numbers from 0 to below 1"),
        (optim.Adam, {"betas": (0.9,)}, "betas are two numbers"),
        (optim.Adam, {"eps": -1.0}, "eps is a finite number"),
        (optim.Adam, {"weight_decay": -1.0}, "weight_decay is a finite number"),
        (optim.AdamW, {"betas": (1.0, 0.9)}, "betas are two numbers from 0 to below 1"),
        (optim.RMSprop, {"alpha": 1.5}, "alpha is at most 1, got 1.5"),
        (optim.RMSprop, {"lr": float("inf")}, "lr is a finite number"),
        (optim.Adagrad, {"initial_accumulator_value": -1.0}, "initial_accumulator_value is a fin"),
        (optim.LBFGS, {"line_search_fn": "wolfe"}, "line_search_fn is 'strong_wolfe' or None"),
        (optim.LBFGS, {"history_size": 0}, "max_iter, max_eval and history_size are at least 1"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(
    kind: Any, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        kind(variables(), **settings)


@pytest.mark.parametrize("lr", ["0.1", None, [0.1], np.ones(2)])
def test_a_rate_that_is_no_number_is_refused(lr: Any) -> None:
    with pytest.raises(TypeError, match="lr is a number, got"):
        optim.SGD(variables(), lr=lr)


def test_an_optimizer_is_an_interface() -> None:
    with pytest.raises(TypeError, match="abstract"):
        optim.Optimizer(variables(), 0.1)  # type: ignore[abstract]


@every_optimizer
def test_its_state_follows_parameters_that_change_their_dtype(
    make: Callable[..., optim.Optimizer],
) -> None:
    late, early = (nn.Linear(2, 1, rng=0) for _ in range(2))
    first = make(early.parameters())
    early.astype("float64")
    late.astype("float64")
    second = make(late.parameters())
    x = np.random.default_rng(0).normal(size=(4, 2))
    for net, optimizer in ((early, first), (late, second)):

        def loss(net: nn.Module = net, optimizer: optim.Optimizer = optimizer) -> Variable:
            optimizer.zero_grad()
            value: Variable = npl.mean(net(x) ** 2)
            value.backward()
            return value

        for _ in range(3):
            step(optimizer, loss)
    for name, array in second.state_dict().items():
        np.testing.assert_array_equal(first.state_dict()[name], array, strict=True)
    np.testing.assert_array_equal(early.weight.value, late.weight.value, strict=True)
