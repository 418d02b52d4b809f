"""Exact propagation of linear equations."""

from __future__ import annotations

from functools import partial, reduce
from operator import add
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from neuropil.graph import plain
from neuropil.neurons.integrators.integrator import Integrator
from neuropil.neurons.integrators.partials import linearised
from neuropil.ops import linalg, stack, zeros_like

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neuropil.arrays import Array
    from neuropil.neurons.integrators.integrator import Derivatives, Input, State, Step, Stepper


@final
class Exact(Integrator):
    """x(t + dt) = x + dt φ₁(A dt) f(x) for dx/dt = f(x) = A x + b with b constant in the step.

    A is the Jacobian of the equations, from the graph, and dt φ₁(A dt) = ∫₀^dt e^(A s) ds is
    computed once, not in each step. It stays exact where time constants coincide, where closed
    forms divide by 0. Written as what is added to x, a cell at rest stays there, however short
    the step.

    An input that changes within a step counts with its value midway: then the order is 2.

    Raises:
        ValueError: (when a step is made) The equations are not linear in the state; names the
            variables.

    References:
        S. Rotter and M. Diesmann, Exact digital simulation of time-invariant linear systems with
        applications to neuronal modeling, 1999.

    Example:
        >>> step = Exact().step(lambda x, i: {"v": (i - x["v"]) / 10.0}, {"v": np.zeros(1)}, 10.0)
        >>> step({"v": np.zeros(1)}, lambda fraction: 1.0)["v"].round(4).tolist()  # 1 − 1/e
        [0.6321]
    """

    order: ClassVar[float] = np.inf
    stable: ClassVar[float] = np.inf

    def prepare(self, derivatives: Derivatives, like: State) -> Stepper:
        """The Jacobian is computed now; its exponential once for each length."""
        origin = _origin(derivatives, like)
        jacobian = _jacobian(derivatives, origin)
        _check_linear(derivatives, origin, jacobian)

        def exact(propagator: Entries, state: State, at: Input) -> State:
            rates = derivatives(state, at(0.5))
            moved = dict(state)
            for (a, b), factor in propagator.items():
                moved[a] = moved[a] + factor * rates[b]
            return moved

        def stepper(dt: Array) -> Step:
            return partial(exact, _propagator(jacobian, list(like), dt))

        return stepper


Entries = dict[tuple[str, str], "Array"]
"""The entries of a matrix whose rows and columns are variables; others are 0."""


def _origin(derivatives: Derivatives, like: State) -> State:
    """All variables 0: one cell for all of them, unless cells differ in their parameters."""
    origin = {name: np.zeros(()) for name in like}
    if all(np.shape(plain(rate)) == () for rate in derivatives(origin, 0.0).values()):
        return origin
    return {name: zeros_like(x) for name, x in like.items()}


def _jacobian(derivatives: Derivatives, state: State) -> Entries:
    pairs = [(a, b) for a in state for b in state]
    _, partials = linearised(derivatives, state, 0.0, pairs)
    return {
        pair: partial for pair, partial in zip(pairs, partials, strict=True) if partial is not None
    }


def _check_linear(derivatives: Derivatives, origin: State, jacobian: Entries) -> None:
    """Refuse equations whose Jacobian is another one elsewhere.

    Raises:
        ValueError: They are not linear.
    """
    elsewhere = {name: zero + 1.0 + 0.3 * i for i, (name, zero) in enumerate(origin.items())}
    for (a, b), there in _jacobian(derivatives, elsewhere).items():
        here, away = plain(jacobian.get((a, b), np.zeros(()))), plain(there)
        known = all(isinstance(x, np.ndarray | np.generic) for x in (here, away))
        if known and not np.allclose(here, away, rtol=1e-9, atol=1e-12):
            raise ValueError(
                f"exact propagation is for linear equations, and how d{a}/dt depends on {b} is "
                "not: use ExponentialEuler() or RK4()"
            )


def _propagator(jacobian: Entries, names: Sequence[str], dt: Array) -> Entries:
    """The entries of ∫₀^dt e^(A s) ds: the upper right block of e^(((A, I), (0, 0)) dt)."""
    n = len(names)
    zero = 0.0 * reduce(add, (*jacobian.values(), dt), np.zeros(()))

    def entry(row: int, column: int) -> Array:
        if column >= n:
            return zero + dt if row == column - n else zero
        pair = names[min(row, n - 1)], names[column]
        return zero + jacobian[pair] * dt if row < n and pair in jacobian else zero

    rows = [stack([entry(i, j) for j in range(2 * n)], axis=-1) for i in range(2 * n)]
    exponential = linalg.expm(stack(rows, axis=-2))
    return {
        (a, b): exponential[..., names.index(a), n + names.index(b)]
        for a, b in _reachable(jacobian, names)
    }


def _reachable(jacobian: Entries, names: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs (a, b) where b moves a, directly or through others: elsewhere e^(A dt) is 0."""
    reached = {(a, a) for a in names} | set(jacobian)
    for via in names:  # Warshall's algorithm
        reached |= {(a, b) for a in names for b in names if {(a, via), (via, b)} <= reached}
    return sorted(reached, key=lambda pair: (names.index(pair[0]), names.index(pair[1])))
