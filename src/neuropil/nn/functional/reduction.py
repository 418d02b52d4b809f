"""From one loss per sample to one number."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from neuropil import ops

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array

Reduction = Literal["mean", "sum", "none"]

_REDUCTIONS: dict[str, Callable[..., Array]] = {
    "mean": ops.mean,
    "sum": ops.sum,
    "none": lambda losses: losses,
}


def reduce(losses: Float[Array, "*shape"], reduction: Reduction) -> Float[Array, "..."]:
    """The mean of all losses, their sum, or the losses as they are.

    Example:
        >>> import numpy as np
        >>> print(reduce(np.array([1.0, 2.0]), "sum"))
        3.0
    """
    return _REDUCTIONS[check_reduction(reduction)](losses)


def weighted(
    losses: Float[Array, "*shape"], weight: Float[Array, "..."] | None
) -> Float[Array, "*shape"]:
    """Each loss times its weight, of which None stands for 1; the dtype stays.

    Example:
        >>> import numpy as np
        >>> weighted(np.ones(2, np.float32), np.array([0.5, 2.0]))
        array([0.5, 2. ], dtype=float32)
    """
    return losses if weight is None else losses * ops.astype(weight, losses.dtype, copy=False)


def check_reduction(reduction: Reduction) -> Reduction:
    """The reduction, if there is one of that name."""
    if reduction not in _REDUCTIONS:
        raise ValueError(f"reduction is 'mean', 'sum' or 'none', got {reduction!r}")
    return reduction
