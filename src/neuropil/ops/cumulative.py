"""Running sums and products, and differences of neighbours.

The derivative of a running product is a linear recurrence, whose derivatives are linear
recurrences again: nothing is divided, so all of them are right where factors are 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.arrays import Array, namespace
from neuropil.errors import ShapeError
from neuropil.graph import primitive
from neuropil.ops.creation import full
from neuropil.ops.dtypes import astype
from neuropil.ops.shape import concat, flip, moveaxis, normalised

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Num


def _from_the_end(s: Array) -> Array:
    """Σ_{k ≥ j} s_k along the last axis: the transpose of a running sum."""
    return flip(_running_sum(flip(s, axis=-1)), axis=-1)


@primitive(vjps=(lambda s, y, x: _from_the_end(s),))
def _running_sum(x: Array, /) -> Array:
    return namespace(x).cumulative_sum(x, axis=-1)


def _running_product_vjp(s: Array, y: Array, x: Array) -> Array:
    """(Π_{i<j} x_i) · R_j with R_j = Σ_{k≥j} s_k Π_{j<i≤k} x_i = s_j + x_{j+1} R_{j+1}."""
    return excluded(y, 1.0) * _recurrence_back(x, s)


@primitive(vjps=(_running_product_vjp,))
def _running_product(x: Array, /) -> Array:
    return namespace(x).cumulative_prod(x, axis=-1)


@primitive(
    vjps=(
        lambda s, y, a, b: _recurrence_back(a, s) * excluded(y, 0.0),
        lambda s, y, a, b: _recurrence_back(a, s),
    )
)
def _linear_recurrence(a: Array, b: Array, /) -> Array:
    """r_t = a_t r_{t−1} + b_t along the last axis, from r = 0.

    Two neighbouring steps of the recurrence are one step with (a₂a₁, a₂b₁ + b₂): each pass
    doubles how many steps back the pair at t reaches, so that log₂ n passes do.
    """
    xp = namespace(a, b)
    reach = 1
    while reach < b.shape[-1]:
        b = xp.concat([b[..., :reach], b[..., reach:] + a[..., reach:] * b[..., :-reach]], axis=-1)
        a = xp.concat([a[..., :reach], a[..., reach:] * a[..., :-reach]], axis=-1)
        reach *= 2
    return b


def _recurrence_back(a: Array, s: Array) -> Array:
    """R_t = s_t + a_{t+1} R_{t+1} along the last axis: a recurrence from the end."""
    a, s = flip(a, axis=-1), flip(s, axis=-1)
    return flip(_linear_recurrence(excluded(a, 0.0), s), axis=-1)


def excluded(running: Array, initial: float) -> Array:
    """At each place along the last axis the running value before it, at the first ``initial``."""
    return _preceded(running[..., :-1], initial)[..., : running.shape[-1]]


def product_of_others(x: Array) -> Array:
    """Π_{i≠j} x_i at each place j along the last axis: those before times those after."""
    before = excluded(_running_product(x), 1.0)
    after = flip(excluded(_running_product(flip(x, axis=-1)), 1.0), axis=-1)
    return before * after


def _preceded(x: Array, initial: float) -> Array:
    return concat([full((*x.shape[:-1], 1), initial, dtype=x.dtype), x], axis=-1)


def cumulative_sum(
    x: Num[Array, "..."],
    /,
    *,
    axis: int | None = None,
    dtype: Any = None,
    include_initial: bool = False,
) -> Num[Array, "..."]:
    """The sums x₀, x₀ + x₁, … along ``axis``, which a vector may leave out.

    With ``include_initial`` they begin with 0, one place longer than x.

    Example:
        >>> import numpy as np
        >>> cumulative_sum(np.array([1.0, 2.0, 3.0]), include_initial=True).tolist()
        [0.0, 1.0, 3.0, 6.0]
    """
    return _along(_running_sum, x, axis, dtype, 0.0 if include_initial else None)


def cumulative_prod(
    x: Num[Array, "..."],
    /,
    *,
    axis: int | None = None,
    dtype: Any = None,
    include_initial: bool = False,
) -> Num[Array, "..."]:
    """The products x₀, x₀·x₁, … along ``axis``, which a vector may leave out.

    With ``include_initial`` they begin with 1, one place longer than x.

    Example:
        >>> import numpy as np
        >>> cumulative_prod(np.array([2.0, 3.0, 4.0])).tolist()
        [2.0, 6.0, 24.0]
    """
    return _along(_running_product, x, axis, dtype, 1.0 if include_initial else None)


def _along(
    running: Callable[[Array], Array], x: Array, axis: int | None, dtype: Any, initial: float | None
) -> Array:
    """A function of the last axis applied to another, its result begun with ``initial``."""
    if axis is None and len(x.shape) != 1:
        raise ShapeError(
            f"a running sum or product of shape {tuple(x.shape)} needs an axis: pass axis="
        )
    (place,) = normalised(axis, len(x.shape))
    result = running(moveaxis(x if dtype is None else astype(x, dtype), place, -1))
    return moveaxis(result if initial is None else _preceded(result, initial), -1, place)


def diff(
    x: Num[Array, "..."],
    /,
    *,
    axis: int = -1,
    n: int = 1,
    prepend: Num[Array, "..."] | None = None,
    append: Num[Array, "..."] | None = None,
) -> Num[Array, "..."]:
    """The differences x₁ − x₀, x₂ − x₁, … along ``axis``, taken ``n`` times.

    ``prepend`` and ``append`` are joined to x along the axis first.

    Example:
        >>> import numpy as np
        >>> diff(np.array([1.0, 4.0, 9.0])).tolist()
        [3.0, 5.0]
    """
    ends = [part for part in (prepend, x, append) if part is not None]
    if len(ends) > 1:
        x = concat(ends, axis=axis)
    (place,) = normalised(axis, len(x.shape))
    before = (slice(None),) * place
    for _ in range(n):
        x = x[(*before, slice(1, None))] - x[(*before, slice(None, -1))]
    return x
