"""Zero mean and unit variance over some axes (notes 8.1)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neuropil.arrays import Array
from neuropil.errors import ShapeError
from neuropil.graph import pick, primitive
from neuropil.ops.dtypes import astype
from neuropil.ops.einsum import einsum
from neuropil.ops.shape import normalised, reshape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Normalised(NamedTuple):
    """What `normalise` returns."""

    y: Float[Array, "*shape"]
    mean: Float[Array, "..."]
    variance: Float[Array, "..."]


def _normalise_vjp(
    s: dict[int, Array],
    y: Array,
    args: Sequence[Array],
    wanted: Sequence[bool],
    axes: tuple[int, ...],
    eps: float,
) -> list[Array | None]:
    """Along the axes the cotangent of x is an affine function of s and of x − μ.

    s/σ less its mean and less its projection onto x − μ: a change of x along either changes
    nothing. Its coefficients are constant along the axes, so that few passes go over all of x.
    """
    x, weight, _ = args
    share = 1.0 / math.prod(x.shape[axis] for axis in axes)
    centred = x - pick(y, 1)
    along_one: Array = s.get(1, 0.0)
    along_centred: Array = 2.0 * s[2] if 2 in s else 0.0
    if 0 not in s:
        return [share * (along_one + along_centred * centred), None, None]
    s_y = s[0]
    inverse = (pick(y, 2) + eps) ** -0.5
    average = _mean_of_product(axes, s_y)
    projected = _mean_of_product(axes, s_y, centred) * inverse
    scale = inverse if weight is None else inverse * weight
    along_one = share * along_one - scale * average
    along_centred = share * along_centred - scale * projected * inverse
    part = scale * s_y + along_centred * centred + along_one if wanted[0] else None
    return [part, projected / share, average / share]


@primitive(joint=_normalise_vjp)
def _normalise(
    x: Array, weight: Array, bias: Array, /, axes: tuple[int, ...], eps: float
) -> tuple[Array, Array, Array]:
    mu = _mean_of_product(axes, x)
    mu = mu + _mean_of_product(axes, x - mu)  # what a long sum in float32 has lost
    y = x - mu
    variance = _mean_of_product(axes, y, y)
    inverse = (variance + eps) ** -0.5
    y *= inverse if weight is None else inverse * weight
    if bias is not None:
        y += bias
    return y, mu, variance


def _mean_of_product(axes: tuple[int, ...], *factors: Array) -> Array:
    """Along axes, which stay with length 1; no product as large as a factor is written down."""
    shape = factors[0].shape
    letters = _LETTERS[: len(shape)]
    kept = "".join(letter for place, letter in enumerate(letters) if place not in axes)
    total = einsum(f"{','.join([letters] * len(factors))}->{kept}", *factors)
    count = math.prod(shape[axis] for axis in axes)
    return reshape(total, tuple(1 if i in axes else n for i, n in enumerate(shape))) / count


def normalise(
    x: Float[Array, "*shape"],
    weight: Float[Array, "..."] | None = None,
    bias: Float[Array, "..."] | None = None,
    /,
    *,
    axis: int | tuple[int, ...],
    eps: float = 1e-5,
) -> Normalised:
    """γ (x − μ) / √(σ² + ε) + β with mean μ and variance σ² over ``axis``, and both of them.

    All three can be differentiated; that of the first knows that μ and σ² depend on x.

    Args:
        x: Any array.
        weight: γ, of the same number of axes as x, of length 1 along ``axis``; None for 1.
        bias: β, likewise; None for 0.
        axis: The axes over which mean and variance are taken. They stay, of length 1.
        eps: ε, which keeps the result finite where all of x is equal.

    Returns:
        The normalised array, μ, and σ² (the sum of squares divided by their number), these two in
        float32 where x is float16, whose squares soon overflow.

    Raises:
        ShapeError: ``weight`` or ``bias`` changes along ``axis`` or does not fit x.

    Example:
        >>> import numpy as np
        >>> y, mean, variance = normalise(np.array([1.0, 2.0, 3.0]), axis=0, eps=0.0)
        >>> y.round(4).tolist(), mean.tolist(), variance.round(4).tolist()
        ([-1.2247, 0.0, 1.2247], [2.0], [0.6667])
    """
    axes = normalised(axis, len(x.shape))
    kept = tuple(1 if place in axes else n for place, n in enumerate(x.shape))
    for name, factor in (("weight", weight), ("bias", bias)):
        if factor is not None and tuple(factor.shape) != kept:
            raise ShapeError(
                f"normalise over the axes {axes} of {tuple(x.shape)} expects a {name} {kept}, got "
                f"{tuple(factor.shape)}: reshape it, or multiply with it afterwards"
            )
    half = x.dtype.itemsize == 2  # float16 ends at 65504
    outputs = _normalise(astype(x, np.float32) if half else x, weight, bias, axes=axes, eps=eps)
    y, mu, variance = (pick(outputs, i) for i in range(3))
    return Normalised(astype(y, x.dtype) if half else y, mu, variance)
