"""Adam: a step size for every number."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from neuropil.arrays import namespace
from neuropil.graph import Variable, plain
from neuropil.optim.optimizer import Optimizer, check_not_negative, narrowed


class Adam(Optimizer):
    """Steps scaled by running means of the gradient and of its square (Kingma and Ba 2015).

    With weight decay κ, g is the gradient plus κθ, and at the t-th step

        m ← β₁ m + (1 − β₁) g,    v ← β₂ v + (1 − β₂) g²,
        θ ← θ − λ m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε).

    Args:
        params: The Variables to update, such as ``net.parameters()``.
        lr: λ, about the distance of one step.
        betas: β₁ and β₂.
        eps: ε.
        weight_decay: κ, an L2 penalty ½κ‖θ‖² in the loss.

    Raises:
        ValueError: A negative setting, or a β that is not below 1.

    Example:
        >>> import neuropil as npl
        >>> x = npl.Variable([1.0, -2.0])
        >>> optimizer = Adam([x], lr=0.25)
        >>> npl.sum(x**2).backward()
        >>> optimizer.step(); x.value.round(4).tolist()
        [0.75, -1.75]
    """

    def __init__(
        self,
        params: Iterable[Variable],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
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
                g = g + self.weight_decay * parameter.value
            m, v = self.first_moment[i], self.second_moment[i]
            m.value += (1.0 - beta1) * (g - m.value)
            v.value *= beta2
            v.value += (1.0 - beta2) * (g * g)
            spread = namespace(g).sqrt(v.value)
            spread *= narrowed(scales[i], g.dtype)
            spread += self.eps
            parameter.value -= narrowed(rates[i], g.dtype) * m.value / spread

    def state(self) -> list[Variable]:
        """The rate, both moments, and how many steps each parameter has made."""
        self._match_dtypes(self.first_moment, self.second_moment)
        return [self.lr, *self.first_moment, *self.second_moment, self.steps]
