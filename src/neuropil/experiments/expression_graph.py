"""Notes 4.1: f = sin(x) + x·y as Variables and Operations."""

from __future__ import annotations

import numpy as np

import neuropil as npl
from neuropil.experiments.harness import Claim, Findings, agree, close, equal, experiment, true

ROUNDING = 1e-15


@experiment("An expression as a graph", section="4.1")
def expression_graph(seed: int, quick: bool) -> Findings:
    """The graph of f = sin(x) + x·y is drawn, evaluated, differentiated, and evaluated again.

    Each Variable refers to its creator, each Operation to its arguments: that is all there is.
    Going down, every Operation multiplies what comes from above by its own derivative (4.1.2
    prints ``s + ∂Op/∂x`` where s · ∂Op/∂x is meant).
    """
    x, y = npl.Variable(0.5, name="x"), npl.Variable(2.0, name="y")
    a, b = npl.sin(x), x * y
    f = a + b
    a.name, b.name, f.name = "a", "b", "f"
    before = npl.draw(f)
    claims = [
        close("f = sin(x) + x·y", f, np.sin(0.5) + 1.0, tolerance=ROUNDING),
        equal("the creators of f, a, b", _creators(f, a, b), ["add", "sin", "multiply"]),
        true("the arguments of f's creator are a and b", _arguments(f) == [id(a), id(b)]),
        true("the arguments of b's creator are x and y", _arguments(b) == [id(x), id(y)]),
        equal("x and y have no creator", [x.creator, y.creator], [None, None]),
        equal("Variables drawn", before.svg.count('class="variable'), 5),
        equal("Operations drawn", before.svg.count('class="operation"'), 3),
    ]
    f.backward()
    after = npl.draw(f)
    claims += [
        close("∂f/∂x = cos(x) + y", x.grad, np.cos(0.5) + 2.0, tolerance=ROUNDING),
        close("∂f/∂y = x", y.grad, 0.5, tolerance=ROUNDING),
    ]
    x.value = np.asarray(-1.0)
    f.evaluate()
    f.zero_grad()
    f.backward()
    claims += [
        close("f after x ← −1, evaluated again", f, np.sin(-1.0) - 2.0, tolerance=ROUNDING),
        close("∂f/∂x there", x.grad, np.cos(-1.0) + 2.0, tolerance=ROUNDING),
        close("∂f/∂y there", y.grad, -1.0, tolerance=ROUNDING),
        _chain_rule(seed),
    ]
    return claims, {"before backward": before, "after backward": after}


def _chain_rule(seed: int) -> Claim:
    """f = F(G(H(x))): each derivative on the way down is the product of those above it."""
    x = npl.Variable(npl.Generator(seed).uniform((20,), -1.0, 1.0, dtype=np.float64))
    h = x**2
    g = npl.sin(h)
    f = npl.sum(npl.exp(g))
    h.retain_grads = g.retain_grads = True
    f.backward()
    down = np.exp(g.value) * np.array([np.ones(20), np.cos(h.value), np.cos(h.value) * 2 * x.value])
    return agree(
        "∂f/∂g, ∂f/∂h, ∂f/∂x of F(G(H(x)))", [g.grad, h.grad, x.grad], down, tolerance=1e-15
    )


def _creators(*variables: npl.Variable) -> list[str]:
    return [v.creator.primitive.name for v in variables if v.creator is not None]


def _arguments(variable: npl.Variable) -> list[int]:
    return [] if variable.creator is None else [id(arg) for arg in variable.creator.args]
