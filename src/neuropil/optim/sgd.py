"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

import numpy as np

from neuropil.arrays import Array, namespace
from neuropil.graph import Variable, plain
from neuropil.optim.optimizer import Optimizer, check_not_negative, narrowed


@final
class SGD(Optimizer):
    """Gradient descent θ ← θ − λ g, with momentum (notes 3.1, 5.4).

    With momentum μ, dampening τ and weight decay κ, g is the gradient plus κθ, and

        v ← μ v + (1 − τ) g   (the first time v ← g),    θ ← θ − λ v,

    or, with ``nesterov``, θ ← θ − λ (g + μ v). These are PyTorch's formulas, where λ is outside
    of v: changing the rate acts at once.

    The other forms of notes 6.3.2 are settings of it: V ← βV + (1 − β)∇E, θ ← θ − κV is
    ``lr=κ * (1 - β), momentum=β`` (``dampening=β`` is not quite: the first time v is g and not
    (1 − β) g). The page "Optimizers" of the guide has them all.

    Args:
        params: The Variables to update, such as ``net.parameters()``.
        lr: λ.
        momentum: μ.
        dampening: τ.
        weight_decay: κ, an L2 penalty ½κ‖θ‖² in the loss.
        nesterov: Whether to look ahead (Sutskever et al. 2013).

    Raises:
        ValueError: A negative setting, or ``nesterov`` without momentum or with dampening.

    Example:
        >>> import neuropil as npl
        >>> x = npl.Variable([1.0, -2.0])
        >>> optimizer = SGD([x], lr=0.25)
        >>> npl.sum(x**2).backward()
        >>> optimizer.step(); x.value.tolist()
        [0.5, -1.0]
    """

    def __init__(
        self,
        params: Iterable[Variable],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(params, lr)
        check_not_negative(momentum=momentum, dampening=dampening, weight_decay=weight_decay)
        if nesterov and (momentum == 0.0 or dampening != 0.0):
            raise ValueError(
                "nesterov needs momentum above 0 and no dampening, got "
                f"momentum={momentum}, dampening={dampening}"
            )
        self.momentum = momentum
        self.dampening = dampening
        self.weight_decay = weight_decay
        self.nesterov = nesterov
        self.velocity = self._zeros_like_each("velocity") if momentum else []
        self.steps = self._step_counts() if momentum and dampening else None

    def step(self) -> None:
        """Move every parameter that has a gradient."""
        if self.momentum:
            self._match_dtypes(self.velocity)
        lr = self.lr.value
        shares = None if self.steps is None else self._fresh_shares(self.steps)
        for i, parameter in enumerate(self.params):
            g = plain(parameter.grad)
            if g is None:
                continue
            if self.weight_decay:
                g = g + self.weight_decay * parameter.value
            if self.momentum:
                fresh = g if shares is None else narrowed(shares[i], g.dtype) * g
                g = self._accelerated(self.velocity[i], g, fresh)
            parameter.value -= narrowed(lr, g.dtype) * g

    def state(self) -> list[Variable]:
        """The rate; with momentum the velocities; with dampening which have begun."""
        if self.momentum:
            self._match_dtypes(self.velocity)
        steps = [] if self.steps is None else [self.steps]
        return [self.lr, *self.velocity, *steps]

    def _accelerated(self, velocity: Variable, g: Array, fresh: Array) -> Array:
        velocity.value *= self.momentum
        velocity.value += fresh
        return g + self.momentum * velocity.value if self.nesterov else velocity.value

    def _fresh_shares(self, steps: Variable) -> Array:
        """For each parameter 1 − τ, and 1 the first time; counts the step."""
        shares = namespace(steps.value).where(steps.value == 0.0, 1.0, 1.0 - self.dampening)
        steps.value += np.array([parameter.grad is not None for parameter in self.params])
        return shares
