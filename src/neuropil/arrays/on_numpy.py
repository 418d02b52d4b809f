"""What NumPy lacks: scattering, masks, sliding windows, erf (random bits: a file of their own)."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.arrays import error_function

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from jaxtyping import Bool, Float, Integer, Shaped

    Numpy = np.ndarray[Any, Any]


def logistic(x: Float[Numpy, "..."]) -> Float[Numpy, "..."]:
    """1/(1 + e⁻ˣ); where e⁻ˣ is too large it is infinite, and its inverse rightly 0."""
    with np.errstate(over="ignore"):
        return 1.0 / (1.0 + np.exp(-x))


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


def add_rows(
    values: Float[Numpy, "*places features"], count: int, rows: Integer[Numpy, "*places"]
) -> Float[Numpy, "count features"]:
    """Zeros of ``count`` rows with each row of ``values`` added to its own.

    Number by number: ``np.add.at`` is many times faster along a single axis.
    """
    features = values.shape[-1]
    result = np.zeros(count * features, values.dtype)
    places = rows.astype(np.intp)[..., np.newaxis] * features + np.arange(features)
    np.add.at(result, places.reshape(-1), values.reshape(-1))
    return result.reshape(count, features)


def masked(x: Float[Numpy, "..."], keep: Bool[Numpy, "..."]) -> Float[Numpy, "..."]:
    """x where ``keep`` holds and 0 elsewhere, also where x is infinite or NaN.

    The bits of x as integers, times 0 or 1: ``np.where`` branches at every element, which a
    processor cannot foresee, and is many times slower.
    """
    bits = _INTEGERS.get(x.dtype)
    if bits is None:
        return np.where(keep, x, np.zeros((), x.dtype))
    kept: Numpy = np.multiply(x.view(bits), keep, dtype=bits).view(x.dtype)
    return kept


_INTEGERS: dict[Any, Any] = {
    np.dtype(np.float16): np.dtype(np.int16),
    np.dtype(np.float32): np.dtype(np.int32),
    np.dtype(np.float64): np.dtype(np.int64),
}


def windows(
    x: Shaped[Numpy, "batch *space channels"],
    size: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> Shaped[Numpy, "batch *places *size channels"]:
    """Sliding windows as a view: no element is copied."""
    return _sliding(x, size, stride, dilation, writeable=False)


def unwindows(
    patches: Float[Numpy, "batch *places *size channels"],
    space: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> Float[Numpy, "batch *space channels"]:
    """The transpose of `windows`: each element is added back to the place it was read from.

    Windows that do not overlap are added at once: of every row of the windows, each so many
    places apart along the last axis that no two of them meet.
    """
    n = len(space)
    places, size = patches.shape[1 : 1 + n], patches.shape[1 + n : 1 + 2 * n]
    result = np.zeros((patches.shape[0], *space, patches.shape[-1]), dtype=patches.dtype)
    targets = _sliding(result, size, stride, dilation, writeable=True)
    apart = (dilation[-1] * (size[-1] - 1)) // stride[-1] + 1
    for first, *row in product(range(min(apart, places[-1])), *map(range, size[:-1])):
        some: Any = (..., slice(first, None, apart), *row, slice(None), slice(None))
        targets[some] += patches[some]
    return result


def at_winners(
    s: Float[Numpy, "batch *places channels"],
    hits: Iterable[Bool[Numpy, "batch *places channels"]],
    space: tuple[int, ...],
    size: tuple[int, ...],
    stride: tuple[int, ...],
) -> Float[Numpy, "batch *space channels"]:
    """Each window's ``s`` added at the place in the window that is a hit."""
    patches = np.stack([masked(s, hit) for hit in hits], axis=-2)
    patches = patches.reshape(*s.shape[:-1], *size, s.shape[-1])
    return unwindows(patches, space, stride, (1,) * len(size))


def once(values: Any) -> Any:
    """The values, computed before what is made of them: with NumPy, any."""
    return values


def after(value: Any, other: Any) -> Any:  # noqa: ARG001 (XLA's concern)
    """The value."""
    return value


def transposed_times(
    a: Float[Numpy, "samples m"],
    b: Float[Numpy, "samples n"],
    *,
    summed: bool = False,  # noqa: ARG001 (XLA's concern)
) -> Float[Numpy, "m n"]:
    """aᵀ b."""
    return a.T @ b


def rows_times(x: Float[Numpy, "*rows k"], weight: Float[Numpy, "n k"]) -> Float[Numpy, "*rows n"]:
    """x Wᵀ."""
    return x @ weight.T


def _sliding(
    x: Shaped[Numpy, "batch *space channels"],
    size: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
    *,
    writeable: bool,
) -> Shaped[Numpy, "batch *places *size channels"]:
    """All windows of an array, as a view in which an element stands more than once."""
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
        writeable=writeable,
    )


def erf(x: Float[Numpy, "..."]) -> Float[Numpy, "..."]:
    """The error function; but for float32 by the C library's: a call an element, within an ulp.

    An approximation of that accuracy would take some forty passes over the array.
    """
    x = np.asarray(x)
    if x.dtype == np.float32:
        return error_function.erf(x)
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


def abstractly(function: Callable[..., Any], *args: Any) -> Any:
    """What a function returns, as far as shapes and dtypes go: NumPy has to compute it."""
    return function(*args)


def loop(
    body: Callable[[Any, Any], tuple[Any, Any]],
    carry: Sequence[Any],
    xs: Sequence[Any],
    length: int,
    reverse: bool,
) -> tuple[Sequence[Any], list[Any]]:
    """``carry, y = body(carry, x)`` for each x along the first axis; the ys, stacked."""
    ys: list[Any] = []
    for t in reversed(range(length)) if reverse else range(length):
        carry, y = body(carry, [x[t] for x in xs])
        if not ys:
            ys = [np.empty((length, *np.shape(part)), part.dtype) for part in y]
        for stacked, part in zip(ys, y, strict=True):
            stacked[t] = part
    return carry, ys
