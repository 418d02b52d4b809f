"""Adam whose weight decay is not scaled with the gradient."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from neuropil.arrays import Array
from neuropil.graph import Variable
from neuropil.optim.moments import Moments
from neuropil.optim.optimizer import narrowed


@final
class AdamW(Moments):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019).

    Before the step of `Adam` every parameter shrinks by itself, θ ← (1 − λκ) θ: what a weight loses
    does not depend on how large its gradients were.

    Args:
        params: The Variables to update, such as ``net.parameters()``.
        lr: λ, about the distance of one step.
        betas: β₁ and β₂.
        eps: ε.
        weight_decay: κ.

    Raises:
        ValueError: A negative setting, or a β that is not below 1.

    Example:
        >>> import neuropil as npl
        >>> x = npl.Variable([1.0, -2.0])
        >>> optimizer = AdamW([x], lr=0.25, weight_decay=0.4)
        >>> npl.sum(x**2).backward()
        >>> optimizer.step(); x.value.round(4).tolist()
        [0.65, -1.55]
    """

    def __init__(
        self,
        params: Iterable[Variable],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay)

    def _decay(self, parameter: Variable, g: Array) -> Array:
        parameter.value *= narrowed(1.0 - self.lr.value * self.weight_decay, parameter.dtype)
        return g
