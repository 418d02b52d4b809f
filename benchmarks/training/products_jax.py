"""The matrix products of a training step of a dense net, and nothing else, in a loop of XLA's.

Or with Adam's update of the weights, which no step can do without.
"""

from __future__ import annotations

import sys
import time
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
from jax import lax

from benchmarks.harness.contestant import serve
from benchmarks.training.cases import CASES, Case, data, parameters

if TYPE_CHECKING:
    from collections.abc import Callable

    Product = Callable[[jax.Array, jax.Array], jax.Array]
    Triple = tuple[jax.Array, jax.Array, jax.Array]
    Update = Callable[..., Triple]

apart: Any = lax.optimization_barrier
done: Any = jax.block_until_ready

WAYS: dict[str, Product] = {
    "within": lambda d, x: d.T @ x,
    "before": lambda d, x: apart(d.T) @ x,
}
"""How a weight's gradient is made: dᵀ taken by the product, or laid out in memory before it."""


def products(gradient: Product, x: jax.Array, weights: list[jax.Array]) -> list[jax.Array]:
    """Forward x Wᵀ; backward dᵀ x for each weight, the last layer's first, and d W between.

    In a step a derivative of the activation function lies between two products of the way back,
    so that the transposition of one does not turn round the one before it; nor does it here.
    """
    inputs = [x]
    for weight in weights:
        inputs.append(inputs[-1] @ weight.T)
    d = inputs.pop()
    gradients = []
    while inputs:
        gradients.append(gradient(d, inputs.pop()))
        if inputs:
            d = apart(d @ weights[len(inputs)])
    return gradients


def flops(case: Case) -> int:
    """Of the products of a step: three for each weight, but two for the first."""
    weights = [n * units for n, units in zip(case.sizes, case.sizes[1:], strict=False)]
    return 2 * case.batch * (3 * sum(weights) - weights[0])


@cache
def program(way: str, steps: int) -> Any:
    """The products again and again.

    Each turn writes what is handed on, so that none is left out, and changes one pixel of the
    batch, on which all of them depend, so that none is taken out of the loop.
    """

    @jax.jit
    def repeated(x: jax.Array, weights: list[jax.Array]) -> Any:
        def turn(i: Any, handed_on: Any) -> Any:
            x = handed_on[0].at[0, 0].set(1.0 / (1.0 + i))
            return x, products(WAYS[way], x, weights)

        return lax.fori_loop(0, steps, turn, (x, [jnp.zeros_like(w) for w in reversed(weights)]))

    return repeated


def adam(
    lr: float, t: jax.Array, weight: jax.Array, m: jax.Array, v: jax.Array, gradient: jax.Array
) -> Triple:
    """The update of a weight and its moments, with as few operations as are known."""
    rate, scale = lr / (1.0 - 0.9**t), (1.0 - 0.999**t) ** -0.5
    m = m + 0.1 * (gradient - m)
    v = 0.999 * v + 0.001 * (gradient * gradient)
    return weight - rate * m / (jnp.sqrt(v) * scale + 1e-8), m, v


def adam_in_one_pass(
    lr: float, t: jax.Array, weight: jax.Array, m: jax.Array, v: jax.Array, gradient: jax.Array
) -> Triple:
    """The same, for an XLA that makes one loop of what reads the same operands.

    The weight is made of moments written in another way than those handed on: XLA would otherwise
    take them from there, and what depends on a loop's result is not joined to it.
    """
    rate, scale = lr / (1.0 - 0.9**t), (1.0 - 0.999**t) ** -0.5
    step = rate * (m - 0.1 * (m - gradient))
    spread = jnp.sqrt(v - 0.001 * (v - gradient * gradient)) * scale + 1e-8
    m = m + 0.1 * (gradient - m)
    v = 0.999 * v + (0.001 * gradient) * gradient
    return weight - step / spread, m, v


UPDATES: dict[str, Update] = {"three passes": adam, "one pass": adam_in_one_pass}


@cache
def updating(way: str, update: str, name: str) -> Any:
    """The products, and what Adam makes of the weights with them, again and again."""
    case = CASES[name]
    adam = partial(UPDATES[update], case.lr)

    @jax.jit
    def repeated(x: jax.Array, weights: list[jax.Array]) -> Any:
        def turn(i: Any, handed_on: Any) -> Any:
            x, *state = handed_on
            x = x.at[0, 0].set(1.0 / (1.0 + i))
            gradients = products(WAYS[way], x, state[0])[::-1]
            t = (i + 1).astype(jnp.float32)
            news = [adam(t, *each) for each in zip(*state, gradients, strict=True)]
            return x, *map(list, zip(*news, strict=True))

        zeros = [jnp.zeros_like(w) for w in weights]
        return lax.fori_loop(0, case.steps, turn, (x, weights, zeros, zeros))

    return repeated


@cache
def operands(name: str) -> tuple[jax.Array, list[jax.Array]]:
    """A batch and the weights."""
    case = CASES[name]
    weights = [value for key, value in parameters(case).items() if key.endswith("weight")]
    return jnp.asarray(data(case)[0][: case.batch]), [jnp.asarray(weight) for weight in weights]


def work(request: dict[str, Any]) -> dict[str, float]:
    """The products of as many steps as are timed elsewhere."""
    case = CASES[request["case"]]
    x, weights = operands(request["case"])
    way, update = request["way"], request.get("update")
    run = updating(way, update, request["case"]) if update else program(way, case.steps)
    start = time.perf_counter()
    done(run(x, weights))
    return {"seconds": time.perf_counter() - start, "flops": case.steps * flops(case)}


if __name__ == "__main__":
    serve({"jax": jax.__version__, "python": sys.version.partition(" ")[0]}, work)
