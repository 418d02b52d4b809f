"""Which derivative is taken where there is none, or more than one: PyTorch's choice.

The committed numbers are PyTorch's (2.13), and are compared with it wherever it is installed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import neuropil as npl

INF, NAN = math.inf, math.nan
WEIGHTS = [1.0, 2.0, 3.0]
Numbers = float | list[Any]


@dataclass(frozen=True)
class Kink:
    """A function of arrays, written for both libraries, and its gradients at a kink.

    ``torch`` stands in where PyTorch has another name, ``theirs`` where it gives other gradients.
    """

    name: str
    function: Callable[..., Any]
    args: tuple[Numbers, ...]
    gradients: tuple[Numbers, ...]
    torch: Callable[..., Any] | None = None
    theirs: tuple[Numbers, ...] | None = None


def weigh(values: Any) -> Any:
    """Tell the elements of a result apart."""
    return sum(values[i] * weight for i, weight in enumerate(WEIGHTS))


KINKS = [
    Kink("abs", lambda xp, x: xp.abs(x), ([-1.0, 0.0, 2.0],), ([-1.0, 0.0, 1.0],)),
    Kink("sign", lambda xp, x: xp.sign(x), ([-1.0, 0.0, 2.0],), ([0.0, 0.0, 0.0],)),
    Kink("floor", lambda xp, x: xp.floor(x), ([1.0, 0.5],), ([0.0, 0.0],)),
    Kink("ceil", lambda xp, x: xp.ceil(x), ([1.0, 0.5],), ([0.0, 0.0],)),
    Kink("round", lambda xp, x: xp.round(x), ([0.5, 1.0],), ([0.0, 0.0],)),
    Kink("trunc", lambda xp, x: xp.trunc(x), ([1.0, 0.0],), ([0.0, 0.0],)),
    Kink("relu", lambda xp, x: xp.relu(x), ([-1.0, 0.0, 1.0],), ([0.0, 0.0, 1.0],)),
    Kink(
        "relu under a root",
        lambda xp, x: xp.sqrt(xp.relu(x)),
        ([-1.0, 0.0, 4.0],),
        ([0.0, 0.0, 0.25],),
    ),
    Kink("floor under a logarithm", lambda xp, x: xp.log(xp.floor(x)), ([0.5],), ([0.0],)),
    Kink(
        "maximum",
        lambda xp, a, b: xp.maximum(a, b),
        ([1.0, 2.0, 3.0], [2.0, 2.0, 2.0]),
        ([0.0, 0.5, 1.0], [1.0, 0.5, 0.0]),
    ),
    Kink(
        "minimum",
        lambda xp, a, b: xp.minimum(a, b),
        ([1.0, 2.0, 3.0], [2.0, 2.0, 2.0]),
        ([1.0, 0.5, 0.0], [0.0, 0.5, 1.0]),
    ),
    Kink(
        "clip between numbers",
        lambda xp, x: xp.clip(x, 0.0, 1.0),
        ([-1.0, 0.0, 0.5, 1.0, 2.0],),
        ([0.0, 1.0, 1.0, 1.0, 0.0],),
    ),
    Kink(
        "clip between arrays",
        lambda xp, x, low, high: xp.clip(x, low, high),
        ([-1.0, 0.0, 1.0, 2.0], [0.0] * 4, [1.0] * 4),
        ([0.0, 1.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]),
    ),
    Kink(
        "clip between bounds in the wrong order",
        lambda xp, x, low, high: xp.clip(x, low, high),
        ([-1.0, 0.5, 2.0], [1.0] * 3, [0.0] * 3),
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]),
    ),
    Kink(
        "max",
        lambda xp, x: xp.max(x),
        ([1.0, 3.0, 3.0],),
        ([0.0, 0.5, 0.5],),
        torch=lambda torch, x: torch.amax(x, 0),
    ),
    Kink(
        "min",
        lambda xp, x: xp.min(x),
        ([1.0, 1.0, 3.0],),
        ([0.5, 0.5, 0.0],),
        torch=lambda torch, x: torch.amin(x, 0),
    ),
    Kink("sqrt", lambda xp, x: xp.sqrt(x), ([0.0],), ([INF],)),
    Kink(
        "pow",
        lambda xp, a, b: xp.pow(a, b),
        ([0.0, 0.0, 0.0, 0.0, 0.0, 2.0, -1.0], [0.0, 1.0, 2.0, 0.5, -1.0, 0.0, 2.0]),
        ([0.0, 1.0, 0.0, INF, -INF, 0.0, -2.0], [0.0, 0.0, 0.0, 0.0, -INF, math.log(2.0), NAN]),
    ),
    Kink(
        "where",
        lambda xp, a, b: xp.where(a < b, a, b),
        ([1.0, 2.0, 3.0], [2.0, 2.0, 2.0]),
        ([1.0, 0.0, 0.0], [0.0, 1.0, 1.0]),
    ),
    Kink("prod, one zero", lambda xp, x: xp.prod(x), ([0.0, 2.0, 3.0],), ([6.0, 0.0, 0.0],)),
    Kink("prod, two zeros", lambda xp, x: xp.prod(x), ([0.0, 0.0, 3.0],), ([0.0, 0.0, 0.0],)),
    Kink(
        "cumulative_prod",
        lambda xp, x: xp.cumulative_prod(x),
        ([2.0, 0.0, 3.0, 4.0],),
        ([1.0, 32.0, 0.0, 0.0],),
        torch=lambda torch, x: torch.cumprod(x, 0),
    ),
    Kink(
        "sort",
        lambda xp, x: weigh(xp.sort(x)),
        ([2.0, 1.0, 1.0],),
        ([3.0, 1.0, 2.0],),
        torch=lambda torch, x: weigh(torch.sort(x, stable=True).values),
    ),
    Kink(
        "sort descending",
        lambda xp, x: weigh(xp.sort(x, descending=True)),
        ([1.0, 2.0, 1.0],),
        ([2.0, 1.0, 3.0],),
        torch=lambda torch, x: weigh(torch.sort(x, stable=True, descending=True).values),
    ),
    Kink("atan2", lambda xp, a, b: xp.atan2(a, b), ([0.0], [0.0]), ([0.0], [0.0])),
    Kink(
        "hypot",
        lambda xp, a, b: xp.hypot(a, b),
        ([0.0, 3.0], [0.0, 4.0]),
        ([0.0, 0.6], [0.0, 0.8]),
        theirs=([NAN, 0.6], [NAN, 0.8]),
    ),
    Kink(
        "copysign",
        lambda xp, a, b: xp.copysign(a, b),
        ([1.0, 0.0, -2.0], [-1.0, 1.0, 0.0]),
        ([-1.0, 0.0, -1.0], [0.0, 0.0, 0.0]),
    ),
    Kink(
        "remainder",  # 0.1 is a little more than a tenth
        lambda xp, a, b: xp.remainder(a, b),
        ([4.0, 1.0], [2.0, 0.1]),
        ([1.0, 1.0], [-2.0, -9.0]),
    ),
    Kink(
        "logsumexp",
        lambda xp, x: xp.logsumexp(x, 0),
        ([0.0, -INF],),
        ([1.0, 0.0],),
    ),
    Kink(
        "std of equal elements",
        lambda xp, x: xp.std(x, correction=0),
        ([1.0, 1.0],),
        ([0.0, 0.0],),
    ),
    *(
        Kink(
            f"vector_norm {order} of zeros",
            lambda xp, x, order=order: xp.linalg.vector_norm(x, ord=order),
            ([0.0, 0.0],),
            ([0.0, 0.0],),
        )
        for order in (1, 2, 3, INF)
    ),
    Kink(
        "vector_norm of an element that is 0",
        lambda xp, x: xp.linalg.vector_norm(x, ord=0.5),
        ([0.0, 1.0],),
        ([0.0, 1.0],),
    ),
    Kink(
        "vector_norm inf of equal magnitudes",
        lambda xp, x: xp.linalg.vector_norm(x, ord=INF),
        ([2.0, -2.0, 1.0],),
        ([0.5, -0.5, 0.0],),
    ),
    Kink(
        "matrix_norm of zeros",
        lambda xp, x: xp.linalg.matrix_norm(x),
        ([[0.0, 0.0], [0.0, 0.0]],),
        ([[0.0, 0.0], [0.0, 0.0]],),
    ),
    Kink(
        "spectral norm with equal singular values",
        lambda xp, x: xp.linalg.matrix_norm(x, ord=2),
        ([[1.0, 0.0], [0.0, 1.0]],),
        ([[0.5, 0.0], [0.0, 0.5]],),
    ),
    Kink(
        "det of a singular matrix",
        lambda xp, x: xp.linalg.det(x),
        ([[1.0, 2.0], [2.0, 4.0]],),
        ([[4.0, -2.0], [-2.0, 1.0]],),  # the cofactors
        theirs=([[0.0, 0.0], [0.0, 0.0]],),
    ),
]

SECOND = [
    Kink("abs", lambda xp, x: xp.abs(x), ([0.0],), ([0.0],)),
    Kink("relu", lambda xp, x: xp.relu(x), ([0.0],), ([0.0],)),
    Kink("pow 1", lambda xp, x: x**1.0, ([0.0],), ([0.0],)),
    Kink("pow 2", lambda xp, x: x**2.0, ([0.0],), ([2.0],)),
    Kink("pow 3", lambda xp, x: x**3.0, ([0.0],), ([0.0],)),
    Kink("prod, two zeros", lambda xp, x: xp.prod(x), ([0.0, 0.0, 3.0],), ([6.0, 3.0, 0.0],)),
    Kink(
        "cumulative_prod",
        lambda xp, x: xp.cumulative_prod(x),
        ([0.0, 0.0, 3.0],),
        ([8.0, 4.0, 0.0],),
        torch=lambda torch, x: torch.cumprod(x, 0),
    ),
    Kink(
        "vector_norm 3",
        lambda xp, x: xp.linalg.vector_norm(x, ord=3),
        ([0.0, 1.0],),
        ([0.0, 0.0],),
    ),
    Kink(
        "vector_norm of zeros",
        lambda xp, x: xp.linalg.vector_norm(x),
        ([0.0, 0.0],),
        ([0.0, 0.0],),
        theirs=([NAN, NAN],),
    ),
]


def kinks(table: list[Kink]) -> Any:
    return pytest.mark.parametrize("kink", table, ids=[kink.name for kink in table])


def gradients(kink: Kink) -> list[Any]:
    variables = [npl.Variable(arg) for arg in kink.args]
    with np.errstate(all="ignore"):
        npl.sum(kink.function(npl, *variables)).backward()
    return [variable.grad for variable in variables]


def gradients_of_pytorch(kink: Kink) -> list[Any]:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    tensors = [torch.tensor(arg, dtype=torch.float64, requires_grad=True) for arg in kink.args]
    (kink.torch or kink.function)(torch, *tensors).sum().backward()
    return [tensor.grad.numpy() for tensor in tensors]


def second_derivative(kink: Kink) -> list[Any]:
    """Of the gradient weighted 1, 2, 3, …, with respect to the only argument."""
    x = npl.Variable(*kink.args)
    slope: Any = npl.gradients(npl.sum(kink.function(npl, x)), [x], create_graph=True)[0]
    weighted = npl.sum(slope * np.arange(1.0, 1.0 + x.size))
    (second,) = npl.gradients(weighted, [x])
    return [np.zeros(x.shape) if second is None else second]


def second_derivative_of_pytorch(kink: Kink) -> list[Any]:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    x = torch.tensor(*kink.args, dtype=torch.float64, requires_grad=True)
    result = (kink.torch or kink.function)(torch, x).sum()
    (slope,) = torch.autograd.grad(result, x, create_graph=True)
    weights = torch.arange(1.0, 1.0 + x.numel(), dtype=torch.float64)
    (second,) = torch.autograd.grad(torch.sum(slope * weights), x)
    return [second.numpy(force=True)]


def assert_equal(found: list[Any], expected: tuple[Numbers, ...]) -> None:
    for gradient, numbers in zip(found, expected, strict=True):
        np.testing.assert_allclose(gradient, numbers, rtol=1e-12, atol=1e-15)


@kinks(KINKS)
def test_first_derivative(kink: Kink) -> None:
    assert_equal(gradients(kink), kink.gradients)


@kinks(SECOND)
def test_second_derivative(kink: Kink) -> None:
    assert_equal(second_derivative(kink), kink.gradients)


@pytest.mark.peer
@kinks(KINKS)
def test_pytorch_takes_the_same(kink: Kink) -> None:
    assert_equal(gradients_of_pytorch(kink), kink.theirs or kink.gradients)


@pytest.mark.peer
@kinks(SECOND)
def test_pytorch_takes_the_same_second_derivative(kink: Kink) -> None:
    assert_equal(second_derivative_of_pytorch(kink), kink.theirs or kink.gradients)
