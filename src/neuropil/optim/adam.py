"""Adam: a step size for every number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from neuropil.arrays import Array
from neuropil.graph import Variable
from neuropil.optim.moments import Moments


@final
class Adam(Moments):
    """Steps scaled by running means of the gradient and of its square (Kingma and Ba 2015).

    With weight decay κ, g is the gradient plus κθ, and at the t-th step

        m ← β₁ m + (1 − β₁) g,    v ← β₂ v + (1 − β₂) g²,
        θ ← θ − λ m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε).

    Args:
        params: The Variables to update, such as ``net.parameters()``.
        lr: λ, about the distance of one step.
        betas: β₁ and β₂.
        eps: ε.
        weight_decay: κ, an L2 penalty ½κ‖θ‖² in the loss. `AdamW` decays the weights themselves.

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
        super().__init__(params, lr, betas, eps, weight_decay)

    def _decay(self, parameter: Variable, g: Array) -> Array:
        return g + self.weight_decay * parameter.value
