"""Normal distributions of codes, drawn from and compared with the standard one (notes 9.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.nn.functional.targets import check_same_shape
from neuropil.ops.loss_reduction import Reduction, reduced
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array


def kl_standard_normal(
    mean: Float[Array, "*samples k"],
    log_variance: Float[Array, "*samples k"],
    *,
    reduction: Reduction = "mean",
) -> Float[Array, "..."]:
    """KL(N(μ, σ²) ‖ N(0, I)) = Σ ½(σ² + μ² − ln σ² − 1) of each sample, in nats (notes 9.1).

    Args:
        mean: μ.
        log_variance: ln σ².
        reduction: ``"mean"`` over the samples, ``"sum"``, or ``"none"``.

    Raises:
        ShapeError: The shapes differ.

    Example:
        >>> import numpy as np
        >>> print(kl_standard_normal(np.array([[0.0, 2.0]]), np.zeros((1, 2))))  # ½ 2²
        2.0
    """
    check_same_shape("kl_standard_normal", mean, log_variance)
    terms = mean * mean + (ops.expm1(log_variance) - log_variance)
    return reduced(0.5 * ops.sum(terms, axis=-1), reduction)


def reparametrize(
    mean: Float[Array, "*shape"],
    log_variance: Float[Array, "*shape"],
    *,
    rng: int | Generator | None = None,
) -> Float[Array, "*shape"]:
    """z = μ + εσ with ε ~ N(0, I): numbers of N(μ, σ²) through which μ and σ learn (notes 9.1).

    Args:
        mean: μ.
        log_variance: ln σ².
        rng: What ε is drawn from.

    Raises:
        ShapeError: The shapes differ.

    References:
        D. P. Kingma and M. Welling, Auto-encoding variational Bayes, 2014.

    Example:
        >>> import numpy as np
        >>> z = reparametrize(np.full(10_000, 3.0), np.log(np.full(10_000, 0.25)), rng=0)
        >>> print(z.mean().round(2), z.std().round(2))
        3.0 0.5
    """
    check_same_shape("reparametrize", mean, log_variance)
    noise = as_generator(rng).normal(tuple(mean.shape), dtype=mean.dtype)
    return mean + noise * ops.exp(0.5 * log_variance)
