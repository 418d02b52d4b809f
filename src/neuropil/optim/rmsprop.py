"""RMSprop: gradients divided by their running size."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from neuropil.arrays import Array, namespace
from neuropil.graph import Variable, plain
from neuropil.optim.optimizer import Optimizer, check_not_negative, narrowed


@final
class RMSprop(Optimizer):
    """Steps scaled by a running mean of the squared gradient (Tieleman and Hinton 2012).

    With weight decay κ, g is the gradient plus κθ, and

        v ← α v + (1 − α) g²,    u = g / (√v + ε),    θ ← θ − λ u.

    With ``centered``, √v is √(v − m²), where m ← α m + (1 − α) g: the standard deviation of the
    gradient. With momentum μ, b ← μ b + u and θ ← θ − λ b.

    Args:
        params: The Variables to update, such as ``net.parameters()``.
        lr: λ.
        alpha: α, how slowly the mean forgets.
        eps: ε.
        weight_decay: κ, an L2 penalty ½κ‖θ‖² in the loss.
        momentum: μ.
        centered: Whether to divide by the standard deviation.

    Raises:
        ValueError: A negative setting, or an α above 1.

    Example:
        >>> import neuropil as npl
        >>> x = npl.Variable([1.0, -2.0])
        >>> optimizer = RMSprop([x], lr=0.1, alpha=0.75)
        >>> npl.sum(x**2).backward()
        >>> optimizer.step(); x.value.round(4).tolist()
        [0.8, -1.8]
    """

    def __init__(
        self,
        params: Iterable[Variable],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
    ) -> None:
        super().__init__(params, lr)
        check_not_negative(alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum)
        if alpha > 1.0:
            raise ValueError(f"alpha is at most 1, got {alpha}")
        self.alpha = alpha
        self.eps = eps
        self.weight_decay = weight_decay
        self.momentum = momentum
        self.centered = centered
        self.mean_square = self._zeros_like_each("mean_square")
        self.mean = self._zeros_like_each("mean") if centered else []
        self.velocity = self._zeros_like_each("velocity") if momentum else []

    def step(self) -> None:
        """Move every parameter that has a gradient."""
        self._match_dtypes(*self._states())
        for i, parameter in enumerate(self.params):
            g = plain(parameter.grad)
            if g is None:
                continue
            if self.weight_decay:
                g = g + self.weight_decay * parameter.value
            step = g / (self._spread(i, g) + self.eps)
            if self.momentum:
                velocity = self.velocity[i]
                velocity.value *= self.momentum
                velocity.value += step
                step = velocity.value
            parameter.value -= narrowed(self.lr.value, g.dtype) * step

    def state(self) -> list[Variable]:
        """The rate, the running means, and with momentum the velocities."""
        self._match_dtypes(*self._states())
        return [self.lr, *self.mean_square, *self.mean, *self.velocity]

    def _spread(self, i: int, g: Array) -> Array:
        """Update the running means with the gradient; the size that it is divided by."""
        square, xp = self.mean_square[i], namespace(g)
        square.value *= self.alpha
        square.value += (1.0 - self.alpha) * (g * g)
        if not self.centered:
            return xp.sqrt(square.value)
        mean = self.mean[i]
        mean.value += (1.0 - self.alpha) * (g - mean.value)
        # The difference of two roundings may fall below 0 where a gradient does not change.
        return xp.sqrt(xp.maximum(square.value - mean.value**2, 0.0))

    def _states(self) -> list[list[Variable]]:
        return [part for part in (self.mean_square, self.mean, self.velocity) if part]
