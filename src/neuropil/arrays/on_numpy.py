"""What NumPy lacks: scattering, sliding windows, erf (random bits have a file of their own)."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Shaped

    Numpy = np.ndarray[Any, Any]


def silent_overflow() -> np.errstate:
    """A context in which a result too large becomes infinite without a warning."""
    return np.errstate(over="ignore")


def scatter_add(values: Numpy, shape: tuple[int, ...], index: Any, *, unique: bool) -> Numpy:
    """Zeros of ``shape`` with ``values`` added at ``index``, which NumPy would read with ``[]``.

    ``unique`` promises that no element is addressed twice, so that a plain assignment serves.
    """
    result = np.zeros(shape, dtype=values.dtype)
    if unique:
        result[index] = values
    else:
        np.add.at(result, index, values)
    return result


def windows(
    x: Shaped[Numpy, "batch *space channels"],
    size: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> Shaped[Numpy, "batch *places *size channels"]:
    """Sliding windows as a view: no element is copied."""
    space, steps = x.shape[1:-1], x.strides[1:-1]
    places = window_places(space, size, stride, dilation)
    return np.lib.stride_tricks.as_strided(
        x,
        shape=(x.shape[0], *places, *size, x.shape[-1]),
        strides=(
            x.strides[0],
            *(step * s for step, s in zip(steps, stride, strict=True)),
            *(step * d for step, d in zip(steps, dilation, strict=True)),
            x.strides[-1],
        ),
        writeable=False,
    )


def unwindows(
    patches: Float[Numpy, "batch *places *size channels"],
    space: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> Float[Numpy, "batch *space channels"]:
    """The transpose of `windows`: each element is added back to the place it was read from."""
    n = len(space)
    places, size = patches.shape[1 : 1 + n], patches.shape[1 + n : 1 + 2 * n]
    result = np.zeros((patches.shape[0], *space, patches.shape[-1]), dtype=patches.dtype)
    everything = slice(None)
    for offset in product(*map(range, size)):
        target = tuple(
            slice(o * d, o * d + (p - 1) * s + 1, s)
            for o, d, p, s in zip(offset, dilation, places, stride, strict=True)
        )
        result[(everything, *target)] += patches[(everything,) * (1 + n) + offset]
    return result


def erf(x: Float[Numpy, "..."]) -> Float[Numpy, "..."]:
    """The error function, by the C library's: a call an element, exact to about one ulp.

    An approximation of that accuracy would take some forty passes over the array.
    """
    x = np.asarray(x)
    values = map(math.erf, x.ravel().tolist())
    return np.fromiter(values, np.result_type(x, np.float16), x.size).reshape(x.shape)


def window_places(
    space: tuple[int, ...],
    size: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> tuple[int, ...]:
    """How many windows fit along each axis: ⌊(space − dilation·(size − 1) − 1) / stride⌋ + 1."""
    return tuple(
        (length - d * (k - 1) - 1) // s + 1
        for length, k, s, d in zip(space, size, stride, dilation, strict=True)
    )
