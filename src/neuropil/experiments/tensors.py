"""Notes 5.1.1: the session with PyTorch's tensors, with Variables."""

from __future__ import annotations

from typing import Any

import numpy as np

import neuropil as npl
from neuropil.errors import GraphError
from neuropil.experiments.harness import Claim, Findings, close, equal, experiment, true


@experiment("Tensors that differentiate themselves", section="5.1.1")
def tensors(seed: int, quick: bool) -> Findings:
    """Functions and gradients, no_grad, memory shared with NumPy, detach, gradients that add up.

    A Variable of floating numbers asks for gradients unless ``requires_grad=False`` says not to,
    and shares the memory of the array it is made from. Backward may always be called again.
    """
    x = npl.Variable([[1.0, 2.0], [3.0, 4.0]])
    z = npl.Variable([1.0, 2.0])
    y = npl.prod(z)
    y.backward()
    logarithms = [[0.0, 0.6931], [1.0986, 1.3863]]
    claims = [
        close("log [[1, 2], [3, 4]]", npl.log(x), logarithms, tolerance=5e-5),
        equal("prod [1, 2]", y, 2.0),
        equal("its gradient", z.grad, [2.0, 1.0]),
        equal("without requires_grad, backward", _refusal(_without_gradient), "GraphError"),
        *_suspended(),
        *_memory(),
        *_adding_up(),
    ]
    f = npl.prod(z) + npl.sum(z)
    f.zero_grad()
    f.backward()
    return claims, {"prod(z) + sum(z) and its gradient": npl.draw(f)}


def _without_gradient() -> None:
    npl.prod(npl.Variable([1.0, 2.0], requires_grad=False)).backward()


def _suspended() -> list[Claim]:
    """What is computed under no_grad is a constant."""
    z = npl.Variable([1.0, 2.0])
    first = npl.prod(z)
    with npl.no_grad():
        second = npl.sum(z)
    (first + second).backward()
    suspended = z.grad
    z.grad = None
    (npl.prod(z) + npl.sum(z)).backward()
    return [
        equal("gradient of prod(z) + sum(z), the sum under no_grad", suspended, [2.0, 1.0]),
        equal("the same without no_grad", z.grad, [3.0, 2.0]),
    ]


def _memory() -> list[Claim]:
    """Arrays and Variables share memory; a graph is left by detach only."""
    array = np.array([1.0, 2.0])
    plain = npl.Variable(array, requires_grad=False)
    seen = plain.numpy()
    seen[0] = -1000.0
    recorded = npl.Variable([1.0, 2.0])
    return [
        equal("v after v.numpy()[0] = −1000", plain, [-1000.0, 2.0]),
        equal("the array v was made from", array, [-1000.0, 2.0]),
        equal("v.numpy() of a Variable with gradient", _refusal(recorded.numpy), "GraphError"),
        equal("np.asarray(v) of one", _refusal(lambda: np.asarray(recorded)), "GraphError"),
        equal("v.detach() of one", recorded.detach(), [1.0, 2.0]),
        true("which shares its memory", np.shares_memory(recorded.detach(), recorded.value)),
    ]


def _adding_up() -> list[Claim]:
    """A second backward adds to the gradients of the first."""
    z = npl.Variable([1.0, 2.0])
    npl.prod(z).backward()
    first = z.grad.copy()
    npl.sum(z).backward()
    return [
        equal("gradient after backward from prod(z)", first, [2.0, 1.0]),
        equal("and then from sum(z)", z.grad, [3.0, 2.0]),
    ]


def _refusal(call: Any) -> str:
    """The name of the error that a call ends in."""
    try:
        call()
    except GraphError as error:
        return type(error).__name__
    return "no error"
