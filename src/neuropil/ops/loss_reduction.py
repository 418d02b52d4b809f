"""From one loss per element or sample to one number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from neuropil.ops.reduction import mean, sum

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Float

    from neuropil.arrays import Array

Reduction = Literal["mean", "sum", "none"]

_REDUCTIONS: dict[str, Callable[..., Array]] = {
    "mean": mean,
    "sum": sum,
    "none": lambda losses: losses,
}


class UnknownReductionError(ValueError):
    """There is no reduction of that name."""


def check_reduction(reduction: Reduction) -> Reduction:
    """The reduction, if there is one of that name.

    Raises:
        UnknownReductionError: There is none.
    """
    if reduction not in _REDUCTIONS:
        raise UnknownReductionError(f"reduction is 'mean', 'sum' or 'none', got {reduction!r}")
    return reduction


def reduced(losses: Float[Array, "*shape"], reduction: Reduction) -> Float[Array, "..."]:
    """The mean of all losses, their sum, or the losses as they are.

    Raises:
        UnknownReductionError: There is no such reduction.

    Example:
        >>> import numpy as np
        >>> print(reduced(np.array([1.0, 2.0]), "sum"))
        3.0
    """
    return _REDUCTIONS[check_reduction(reduction)](losses)
