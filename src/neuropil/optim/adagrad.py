"""Adagrad: rates that fall with what a parameter has been through."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

import numpy as np

from neuropil.arrays import namespace
from neuropil.graph import Variable, plain
from neuropil.optim.optimizer import Optimizer, check_not_negative, narrowed


@final
class Adagrad(Optimizer):
    """Steps scaled by the sum of all squared gradients so far (Duchi, Hazan and Singer 2011).

    With weight decay κ, g is the gradient plus κθ, and at the t-th step

        s ← s + g²,    θ ← θ − λ / (1 + (t − 1) η) · g / (√s + ε).

    Args:
        params: The Variables to update, such as ``net.parameters()``.
        lr: λ, the distance of the first step.
        lr_decay: η.
        weight_decay: κ, an L2 penalty ½κ‖θ‖² in the loss.
        initial_accumulator_value: What s begins with.
        eps: ε.

    Raises:
        ValueError: A negative setting.

    Example:
        >>> import neuropil as npl
        >>> x = npl.Variable([1.0, -2.0])
        >>> optimizer = Adagrad([x], lr=0.25)
        >>> npl.sum(x**2).backward()
        >>> optimizer.step(); x.value.round(4).tolist()
        [0.75, -1.75]
    """

    def __init__(
        self,
        params: Iterable[Variable],
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
    ) -> None:
        super().__init__(params, lr)
        check_not_negative(
            lr_decay=lr_decay,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            eps=eps,
        )
        self.lr_decay = lr_decay
        self.weight_decay = weight_decay
        self.initial_accumulator_value = initial_accumulator_value
        self.eps = eps
        self.square_sum = self._zeros_like_each("square_sum")
        for accumulator in self.square_sum:
            accumulator.value += initial_accumulator_value
        self.steps = self._step_counts()

    def step(self) -> None:
        """Move every parameter that has a gradient."""
        self._match_dtypes(self.square_sum)
        gradients = [plain(parameter.grad) for parameter in self.params]
        rates = self.lr.value / (1.0 + self.steps.value * self.lr_decay)
        self.steps.value += np.array([g is not None for g in gradients])
        for i, parameter in enumerate(self.params):
            g = gradients[i]
            if g is None:
                continue
            if self.weight_decay:
                g = g + self.weight_decay * parameter.value
            square_sum = self.square_sum[i]
            square_sum.value += g * g
            spread = namespace(g).sqrt(square_sum.value) + self.eps
            parameter.value -= narrowed(rates[i], g.dtype) * g / spread

    def state(self) -> list[Variable]:
        """The rate, the sums of squares, and how many steps each parameter has made."""
        self._match_dtypes(self.square_sum)
        return [self.lr, *self.square_sum, self.steps]
