"""Normalisation of activities over the batch or over the features (notes 8.1)."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from neuropil import ops
from neuropil.errors import ShapeError
from neuropil.graph import plain
from neuropil.ops.normalisation import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float

    from neuropil.arrays import Array
    from neuropil.graph import Variable


def batch_norm(
    x: Float[Array, "batch channels *places"],
    running_mean: Variable | None = None,
    running_var: Variable | None = None,
    weight: Float[Array, "channels"] | None = None,
    bias: Float[Array, "channels"] | None = None,
    *,
    training: bool = False,
    momentum: float | Float[Array, ""] = 0.1,
    eps: float = 1e-5,
) -> Float[Array, "batch channels *places"]:
    """γ (x − μ) / √(σ² + ε) + β, channel by channel (notes 8.1).

    In training μ and σ² are mean and variance over the batch and all places, and are
    differentiated as what they are, functions of x. The running ones move towards them, by
    ``momentum`` of the difference; σ² as n/(n − 1) of itself, which is right on average.

    Args:
        x: Channels on axis 1.
        running_mean: μ where not training.
        running_var: σ² where not training.
        weight: γ.
        bias: β.
        training: Whether to take μ and σ² from the batch; they are also if none are running.
        momentum: The share of the batch in the running statistics.
        eps: ε.

    Raises:
        ShapeError: There is a single number for each channel, whose variance is 0.

    Example:
        >>> import numpy as np
        >>> incomes = np.array([[31_000.0], [126_000.0], [10_000.0]])
        >>> batch_norm(incomes, training=True).round(3).tolist()
        [[-0.489], [1.394], [-0.905]]
    """
    shape = (1, x.shape[1], *(1,) * (len(x.shape) - 2))
    weight = None if weight is None else ops.reshape(weight, shape)
    bias = None if bias is None else ops.reshape(bias, shape)
    if running_mean is not None and running_var is not None and not training:
        scale = (plain(running_var).reshape(shape) + eps) ** -0.5
        scale = scale if weight is None else scale * weight
        shift = -plain(running_mean).reshape(shape) * scale
        return x * scale + (shift if bias is None else shift + bias)
    n = prod(x.shape) // x.shape[1]
    if n < 2:
        raise ShapeError(
            f"batch normalisation learns from two values or more of each channel, got "
            f"{tuple(x.shape)}: take larger batches, leave a last batch of one sample out "
            "(DataLoader(…, drop_last=True)), or call net.eval() where nothing is learned"
        )
    axes = (0, *range(2, len(x.shape)))
    y, mean, variance = normalise(x, weight, bias, axis=axes, eps=eps)
    if running_mean is not None:
        _approach(running_mean, plain(mean), momentum)
    if running_var is not None:
        _approach(running_var, plain(variance) * (n / (n - 1)), momentum)
    return y


def _approach(running: Variable, statistic: Array, momentum: Any) -> None:
    """Move a running statistic towards that of a batch."""
    before = running.value
    after = before + momentum * (statistic.reshape(before.shape) - before)
    running.value = after.astype(before.dtype)


def layer_norm(
    x: Float[Array, "..."],
    normalized_shape: Sequence[int],
    weight: Float[Array, "..."] | None = None,
    bias: Float[Array, "..."] | None = None,
    eps: float = 1e-5,
) -> Float[Array, "..."]:
    """γ (x − μ) / √(σ² + ε) + β with mean and variance over the last axes of each sample.

    Ba, Kiros and Hinton 2016, "Layer normalization".

    Args:
        x: Any array whose last axes are ``normalized_shape``.
        normalized_shape: The lengths of the axes to normalise over.
        weight: γ, of that shape.
        bias: β, of that shape.
        eps: ε.

    Raises:
        ShapeError: The last axes of x are others.

    Example:
        >>> import numpy as np
        >>> layer_norm(np.array([[1.0, 2.0, 3.0], [2.0, 2.0, 2.0]]), (3,)).round(3).tolist()
        [[-1.225, 0.0, 1.225], [0.0, 0.0, 0.0]]
    """
    shape = tuple(normalized_shape)
    if not shape or tuple(x.shape[-len(shape) :]) != shape:
        expected = ", ".join(["...", *map(str, shape)])
        raise ShapeError(
            f"LayerNorm expects ({expected}), got {tuple(x.shape)}: build it for the last axes of "
            "its input"
        )
    y = normalise(x, axis=tuple(range(-len(shape), 0)), eps=eps).y
    y = y if weight is None else y * weight
    return y if bias is None else y + bias
