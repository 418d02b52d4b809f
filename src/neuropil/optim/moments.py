"""The running means that Adam and AdamW share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable

import numpy as np

from neuropil.arrays import Array, namespace
from neuropil.graph import Variable, plain
from neuropil.optim.optimizer import Optimizer, check_not_negative, narrowed


class Moments(Optimizer):
    """Steps scaled by running means of the gradient and of its square. Abstract.

    At the t-th step, with g what `_decay` makes of the gradient,

        m ← β₁ m + (1 − β₁) g,    v ← β₂ v + (1 − β₂) g²,
        θ ← θ − λ m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε).

    Raises:
        ValueError: A negative setting, or a β that is not below 1.
    """

    def __init__(
        self,
        params: Iterable[Variable],
        lr: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
    ) -> None:
        super().__init__(params, lr)
        check_not_negative(eps=eps, weight_decay=weight_decay)
        if [0.0 <= beta < 1.0 for beta in betas] != [True, True]:
            raise ValueError(f"betas are two numbers from 0 to below 1, got {betas}")
        self.betas = tuple(betas)
        self.eps = eps
        self.weight_decay = weight_decay
        self.first_moment = self._zeros_like_each("first_moment")
        self.second_moment = self._zeros_like_each("second_moment")
        self.steps = self._step_counts()

    def step(self) -> None:
        """Move every parameter that has a gradient."""
        self._match_dtypes(self.first_moment, self.second_moment)
        beta1, beta2 = self.betas
        gradients = [plain(parameter.grad) for parameter in self.params]
        self.steps.value += np.array([g is not None for g in gradients])
        t = namespace(self.steps.value).maximum(self.steps.value, 1.0)  # those of 0 are not used
        rates = self.lr.value / (1.0 - beta1**t)
        scales = (1.0 - beta2**t) ** -0.5
        for i, parameter in enumerate(self.params):
            g = gradients[i]
            if g is None:
                continue
            if self.weight_decay:
                g = self._decay(parameter, g)
            m, v = self.first_moment[i], self.second_moment[i]
            m.value += (1.0 - beta1) * (g - m.value)
            v.value *= beta2
            v.value += (1.0 - beta2) * (g * g)
            spread = namespace(g).sqrt(v.value)
            spread *= narrowed(scales[i], g.dtype)
            spread += self.eps
            parameter.value -= narrowed(rates[i], g.dtype) * m.value / spread

    @abstractmethod
    def _decay(self, parameter: Variable, g: Array) -> Array:
        """Let the weight decay act, on the parameter or on the gradient, and return the latter."""

    def state(self) -> list[Variable]:
        """The rate, both moments, and how many steps each parameter has made."""
        self._match_dtypes(self.first_moment, self.second_moment)
        return [self.lr, *self.first_moment, *self.second_moment, self.steps]
