"""Initial weights as arrays, by the names of the field.

Signals keep their size on the way through a layer if the variance of its weights is the inverse of
the number of connections: of those that come in (LeCun), of the mean of both directions (Glorot),
of half of those that come in where a ReLU takes half of the signal away (He).
"""

from __future__ import annotations

from math import prod, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.nn.init.fans import fans
from neuropil.random import Generator, as_generator

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.arrays import Array

Shape = tuple[int, ...]
Seed = int | Generator | None


def uniform(
    shape: Shape,
    low: float = 0.0,
    high: float = 1.0,
    *,
    rng: Seed = None,
    dtype: Any = np.float32,
) -> Float[Array, "*shape"]:
    """Uniform between ``low`` and ``high``."""
    drawn = as_generator(rng).uniform(shape, low, high, dtype=_drawable(dtype))
    return drawn.astype(dtype, copy=False)


def normal(
    shape: Shape,
    mean: float = 0.0,
    std: float = 1.0,
    *,
    rng: Seed = None,
    dtype: Any = np.float32,
) -> Float[Array, "*shape"]:
    """Normal with the given mean and standard deviation."""
    drawn = as_generator(rng).normal(shape, mean, std, dtype=_drawable(dtype))
    return drawn.astype(dtype, copy=False)


def glorot_uniform(
    shape: Shape, *, gain: float = 1.0, rng: Seed = None, dtype: Any = np.float32
) -> Float[Array, "out in *kernel"]:
    """Uniform with variance 2 gain² / (inputs + outputs).

    Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural
    networks".

    Example:
        >>> weight = glorot_uniform((200, 100), rng=0)
        >>> bool(abs(weight).max() <= (6 / 300) ** 0.5), weight.dtype
        (True, dtype('float32'))
    """
    return _uniform(shape, gain * sqrt(2.0 / sum(fans(shape))), rng, dtype)


def glorot_normal(
    shape: Shape, *, gain: float = 1.0, rng: Seed = None, dtype: Any = np.float32
) -> Float[Array, "out in *kernel"]:
    """Normal with variance 2 gain² / (inputs + outputs): see `glorot_uniform`."""
    return normal(shape, 0.0, gain * sqrt(2.0 / sum(fans(shape))), rng=rng, dtype=dtype)


def he_uniform(
    shape: Shape, *, rng: Seed = None, dtype: Any = np.float32
) -> Float[Array, "out in *kernel"]:
    """Uniform with variance 2 / inputs, for layers in front of a ReLU.

    He et al. 2015, "Delving deep into rectifiers".
    """
    return _uniform(shape, sqrt(2.0 / fans(shape).into), rng, dtype)


def he_normal(
    shape: Shape, *, rng: Seed = None, dtype: Any = np.float32
) -> Float[Array, "out in *kernel"]:
    """Normal with variance 2 / inputs: see `he_uniform`."""
    return normal(shape, 0.0, sqrt(2.0 / fans(shape).into), rng=rng, dtype=dtype)


def lecun_uniform(
    shape: Shape, *, rng: Seed = None, dtype: Any = np.float32
) -> Float[Array, "out in *kernel"]:
    """Uniform with variance 1 / inputs.

    LeCun, Bottou, Orr and Müller 1998, "Efficient backprop", section 4.6.
    """
    return _uniform(shape, sqrt(1.0 / fans(shape).into), rng, dtype)


def lecun_normal(
    shape: Shape, *, rng: Seed = None, dtype: Any = np.float32
) -> Float[Array, "out in *kernel"]:
    """Normal with variance 1 / inputs: see `lecun_uniform`."""
    return normal(shape, 0.0, sqrt(1.0 / fans(shape).into), rng=rng, dtype=dtype)


def orthogonal(
    shape: Shape, *, gain: float = 1.0, rng: Seed = None, dtype: Any = np.float32
) -> Float[Array, "out in *kernel"]:
    """Rows of length ``gain`` at right angles; of more rows than columns, such columns.

    A kernel counts as one row of numbers. Drawn evenly from all such matrices: the Q of a normal
    matrix whose R has a positive diagonal (Mezzadri 2007, "How to generate random matrices from
    the classical compact groups"). Saxe, McClelland and Ganguli 2014 begin deep networks so.

    Raises:
        ShapeError: The shape has less than two axes.

    Example:
        >>> weight = orthogonal((2, 5), rng=0, dtype=np.float64)
        >>> np.allclose(weight @ weight.T, np.eye(2))
        True
    """
    fans(shape)  # refuses what is no weight
    rows, columns = shape[0], prod(shape[1:])
    long, short = max(rows, columns), min(rows, columns)
    q, r = np.linalg.qr(normal((long, short), rng=rng, dtype=np.float64))
    q *= gain * np.where(np.diagonal(r) < 0.0, -1.0, 1.0)
    return (q if rows == long else q.T).reshape(shape).astype(dtype)


def _uniform(shape: Shape, std: float, rng: Seed, dtype: Any) -> Array:
    """Uniform around 0 with the given standard deviation, that of ±√3 std."""
    bound = sqrt(3.0) * std
    return uniform(shape, -bound, bound, rng=rng, dtype=dtype)


def _drawable(dtype: Any) -> np.dtype[Any]:
    """Generators draw float32 and float64; the others are rounded afterwards."""
    return np.dtype(np.float64 if np.dtype(dtype) == np.float64 else np.float32)
