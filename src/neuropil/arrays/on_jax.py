"""What ``jax.numpy`` lacks, or spells differently: the functions of `on_numpy`, for tracers too."""

from __future__ import annotations

from contextlib import nullcontext
from itertools import product
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from neuropil.arrays.on_numpy import window_places

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from jaxtyping import Bool, Float, Integer, Shaped

Jax = jax.Array


def silent_overflow() -> AbstractContextManager[None]:
    """A context in which a result too large becomes infinite: with JAX, any."""
    return nullcontext()


def scatter_add(values: Jax, shape: tuple[int, ...], index: Any, *, unique: bool) -> Jax:
    """Zeros of ``shape`` with ``values`` added at ``index``, which JAX would read with ``[]``.

    ``unique`` promises that no element is addressed twice.
    """
    places = jnp.zeros(shape, values.dtype).at[index]
    return places.set(values, unique_indices=True) if unique else places.add(values)


def add_rows(
    values: Float[Jax, "*places features"], count: int, rows: Integer[Jax, "*places"]
) -> Float[Jax, "count features"]:
    """Zeros of ``count`` rows with each row of ``values`` added to its own."""
    return scatter_add(values, (count, values.shape[-1]), rows, unique=False)


def masked(x: Float[Jax, "..."], keep: Bool[Jax, "..."]) -> Float[Jax, "..."]:
    """x where ``keep`` holds and 0 elsewhere."""
    return jnp.where(keep, x, jnp.zeros((), x.dtype))


def windows(
    x: Shaped[Jax, "batch *space channels"],
    size: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> Shaped[Jax, "batch *places *size channels"]:
    """Sliding windows, put together from one strided slice per place in the window."""
    space = x.shape[1:-1]
    places = window_places(space, size, stride, dilation)
    slices = [
        x[(slice(None), *map(slice, start, stop, stride))]
        for start, stop in _extents(size, places, stride, dilation)
    ]
    return jnp.stack(slices, axis=-2).reshape(x.shape[0], *places, *size, x.shape[-1])


def unwindows(
    patches: Float[Jax, "batch *places *size channels"],
    space: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> Float[Jax, "batch *space channels"]:
    """The transpose of `windows`: a sum of slices spread out and padded, not a scatter.

    XLA fuses the padding into the sum.
    """
    n = len(space)
    places, size = patches.shape[1 : 1 + n], patches.shape[1 + n : 1 + 2 * n]
    slices = patches.reshape(patches.shape[0], *places, -1, patches.shape[-1])
    result = jnp.zeros((patches.shape[0], *space, patches.shape[-1]), patches.dtype)
    for i, (start, stop) in enumerate(_extents(size, places, stride, dilation)):
        padding = [
            (low, length - high, step - 1)
            for low, high, length, step in zip(start, stop, space, stride, strict=True)
        ]
        zero = jnp.zeros((), patches.dtype)
        result += jax.lax.pad(slices[..., i, :], zero, [(0, 0, 0), *padding, (0, 0, 0)])
    return result


def _extents(
    size: tuple[int, ...],
    places: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """For each place in the window, where its elements begin and end along each axis."""
    extents = []
    for offset in product(*map(range, size)):
        start = tuple(o * d for o, d in zip(offset, dilation, strict=True))
        stop = tuple(o + (p - 1) * s + 1 for o, p, s in zip(start, places, stride, strict=True))
        extents.append((start, stop))
    return extents


def erf(x: Float[Jax, "..."]) -> Float[Jax, "..."]:
    """The error function."""
    return jax.scipy.special.erf(x)


def abstractly(function: Callable[..., Any], *args: Any) -> Any:
    """The shapes and dtypes of what a function returns, without computing it."""
    return jax.eval_shape(function, *args)


_UNROLLED = 4
"""Steps of a loop that stand one after another in the program, which XLA then fuses better."""

_SMALL = 200
"""Operations of a step that is unrolled: of larger ones compiling takes longer than it saves."""


def loop(
    body: Callable[[Any, Any], tuple[Any, Any]],
    carry: Sequence[Jax],
    xs: Sequence[Jax],
    length: int,
    reverse: bool,
) -> tuple[Sequence[Jax], list[Jax]]:
    """``carry, y = body(carry, x)`` for each x along the first axis; the ys, stacked."""
    first = [jax.ShapeDtypeStruct(x.shape[1:], x.dtype) for x in xs]  # type: ignore[no-untyped-call]
    operations = len(jax.make_jaxpr(body)(list(carry), first).eqns)
    unroll = _UNROLLED if operations <= _SMALL else 1
    return jax.lax.scan(body, list(carry), list(xs), length, reverse, unroll=unroll)
