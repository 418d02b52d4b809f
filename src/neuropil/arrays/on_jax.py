"""What ``jax.numpy`` lacks, or spells differently: the functions of `on_numpy`, for tracers too."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from neuropil.arrays.on_numpy import window_places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jaxtyping import Bool, Float, Integer, Shaped

Jax = jax.Array


def logistic(x: Jax) -> Jax:
    """1/(1 + e⁻ˣ)."""
    return 1.0 / (1.0 + jnp.exp(-x))


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
    """Sliding windows, axis by axis: along each a slice for each place in the window, stacked.

    So fewer and longer pieces are copied than if each place of the whole window had its slice.
    """
    batch, *space, channels = x.shape
    places = window_places(tuple(space), size, stride, dilation)
    for axis in reversed(range(len(size))):
        x = jnp.stack(
            [
                jax.lax.slice_in_dim(x, start, stop, step, axis=1 + axis)
                for start, stop, step in _extents(
                    size[axis], places[axis], stride[axis], dilation[axis]
                )
            ],
            axis=-2,
        )
        x = x.reshape(*x.shape[:-2], -1)
    return x.reshape(batch, *places, *size, channels)


def unwindows(
    patches: Float[Jax, "batch *places *size channels"],
    space: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> Float[Jax, "batch *space channels"]:
    """The transpose of `windows`, axis by axis: a sum of slices, not a scatter."""
    n = len(space)
    batch, channels = patches.shape[0], patches.shape[-1]
    places, size = patches.shape[1 : 1 + n], patches.shape[1 + n : 1 + 2 * n]
    x = patches.reshape(batch, *places, -1)
    for axis in range(n):
        slices = jnp.moveaxis(x.reshape(*x.shape[:-1], size[axis], -1), -2, 0)
        extents = _extents(size[axis], places[axis], stride[axis], dilation[axis])
        x = _summed(slices, extents, 1 + axis, space[axis])
    return x.reshape(batch, *space, channels)


def _summed(slices: Jax, extents: Sequence[tuple[int, int, int]], axis: int, length: int) -> Jax:
    """Slices added up where each of them lies along an axis of this length."""
    shape = list(slices[0].shape)
    shape[axis] = length
    result = jnp.zeros(shape, slices[0].dtype)
    for part, (start, stop, step) in zip(list(slices), extents, strict=True):
        if step == 1:
            where = (*(slice(None),) * axis, slice(start, stop))
            result = result.at[where].add(part)
        else:  # of scattered elements XLA adds a padded whole faster
            padding = [(0, 0, 0)] * len(shape)
            padding[axis] = (start, length - stop, step - 1)
            result += jax.lax.pad(part, jnp.zeros((), part.dtype), padding)
    return result


def _extents(size: int, places: int, stride: int, dilation: int) -> list[tuple[int, int, int]]:
    """For each place in a window, the slice along an axis of what all windows have there."""
    last = (places - 1) * stride + 1
    return [(k * dilation, k * dilation + last, stride) for k in range(size)]


def at_winners(
    s: Float[Jax, "batch *places channels"],
    hits: Iterable[Bool[Jax, "batch *places channels"]],
    space: tuple[int, ...],
    size: tuple[int, ...],
    stride: tuple[int, ...],
) -> Float[Jax, "batch *space channels"]:
    """Each window's ``s`` added at the place in the window that is a hit."""
    batch, *places, channels = s.shape
    if size != stride:
        patches = jnp.stack([masked(s, hit) for hit in hits], axis=-2)
        unit = (1,) * len(size)
        return unwindows(patches.reshape(batch, *places, *size, channels), space, stride, unit)
    # Windows side by side: every element asks whether it is the winner of the window it is in.
    winner = jnp.zeros(s.shape, np.int32)
    for place, hit in enumerate(hits):
        winner += np.int32(place) * hit
    s, winner = once((s, winner))
    within = np.arange(prod(size), dtype=np.int32).reshape(*(n for k in size for n in (1, k)), 1)
    spread = [n for count in places for n in (count, 1)]
    chosen = winner.reshape(batch, *spread, channels) == within
    images = masked(s.reshape(batch, *spread, channels), chosen)
    images = images.reshape(batch, *(n * k for n, k in zip(places, size, strict=True)), channels)
    margins = [(0, n - m) for n, m in zip(space, images.shape[1:-1], strict=True)]
    return jnp.pad(images, [(0, 0), *margins, (0, 0)]) if any(map(any, margins)) else images


def once(values: Any) -> Any:
    """The values, computed before what is made of them.

    XLA would compute a value again for each element it goes into, rather than store it. Each array
    has a barrier of its own: XLA for CPUs cannot emit one of several within a small loop.
    """
    return jax.tree.map(jax.lax.optimization_barrier, values)


def after(value: Float[Jax, "..."], other: Float[Jax, "..."]) -> Float[Jax, "..."]:
    """The value, computed after the other: 0 is added to it, which is made of the other's bits.

    What only the other is computed from can then be overwritten by what is made of the value.
    XLA, which does not know that order by itself, would copy it before each step of a loop.
    """
    if other.size == 0:
        return value
    number = other[(0,) * other.ndim]
    bits = jax.lax.bitcast_convert_type(number, f"uint{8 * number.dtype.itemsize}")
    nothing = (bits >> (8 * number.dtype.itemsize - 1)) >> 1  # which XLA does not see through
    return value + nothing.astype(value.dtype)


_STRIDE = 512
"""Columns of a matrix, or a multiple, whose rows fall upon each other in the cache."""

_MUCH = 2**16
"""Elements of such a matrix from which on laying out its transpose takes less than it saves."""

_FEW = range(16, 513)
"""Elements of a matrix that are transposed in no time, yet more than are best left in one loop."""


def transposed_times(
    a: Float[Jax, "samples m"], b: Float[Jax, "samples n"], *, summed: bool = False
) -> Float[Jax, "m n"]:
    """aᵀ b; where it pays, aᵀ is laid out before.

    Of products that a loop sums up, XLA computes bᵀ a faster, and the sum transposes it on the way.
    """
    if summed:
        return once(b.T @ a).T  # type: ignore[no-any-return]
    if (a.shape[1] % _STRIDE == 0 and a.size >= _MUCH) or a.size in _FEW:
        return once(a.T) @ b  # type: ignore[no-any-return]
    return a.T @ b


_NARROW = 64
"""Columns of a product below which XLA computes its transpose faster, if it has many rows."""


def rows_times(x: Float[Jax, "*rows k"], weight: Float[Jax, "n k"]) -> Float[Jax, "*rows n"]:
    """x Wᵀ, for tall x and few columns as the transpose of W xᵀ."""
    if len(x.shape) != 2 or len(weight) >= _NARROW or len(x) < 8 * _NARROW:
        return x @ weight.T
    y = once(weight @ x.T)  # else XLA would turn it into the product above
    return once(y.T)  # type: ignore[no-any-return]


def erf(x: Float[Jax, "..."]) -> Float[Jax, "..."]:
    """The error function."""
    return jax.scipy.special.erf(x)


def abstractly(function: Callable[..., Any], *args: Any) -> Any:
    """The shapes and dtypes of what a function returns, without computing it."""
    return jax.eval_shape(function, *args)


_UNROLLED = 4
"""Steps of a loop that stand one after another in the program, which XLA then fuses better.

Only of those with products of matrices. Steps that are elementwise altogether, such as those of
neurons, become one loop over the cells each; unrolled, they take two to four times as long, because
what a step computes is written out anew wherever the next ones use it.
"""

_SMALL = 200
"""Operations of a step that is unrolled: of larger ones compiling takes longer than it saves.

So it does of steps that are loops themselves, such as those between two checkpoints.
"""


def loop(
    body: Callable[[Any, Any], tuple[Any, Any]],
    carry: Sequence[Jax],
    xs: Sequence[Jax],
    length: int,
    reverse: bool,
) -> tuple[Sequence[Jax], list[Jax]]:
    """``carry, y = body(carry, x)`` for each x along the first axis; the ys, stacked."""
    first = [jax.ShapeDtypeStruct(x.shape[1:], x.dtype) for x in xs]  # type: ignore[no-untyped-call]
    program = jax.make_jaxpr(body)(list(carry), first).jaxpr
    used = set(_primitives(program))
    pays = "dot_general" in used and "scan" not in used and len(program.eqns) <= _SMALL
    return jax.lax.scan(
        body, list(carry), list(xs), length, reverse, unroll=_UNROLLED if pays else 1
    )


def _primitives(program: Any) -> Iterator[str]:
    """The names of what a program of JAX applies, also within the functions that it calls."""
    for operation in program.eqns:
        yield operation.primitive.name
        for setting in operation.params.values():
            inner = getattr(setting, "jaxpr", None)
            if inner is not None:
                yield from _primitives(inner)
