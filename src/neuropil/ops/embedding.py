"""Rows of a table looked up by their numbers, and the transpose of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays import Array, extras, namespace
from neuropil.graph import primitive

if TYPE_CHECKING:
    from jaxtyping import Float, Integer


@primitive(
    vjps=(
        lambda s, y, table, rows, skip=None: _added_to_rows(
            s, rows, count=table.shape[0], skip=skip
        ),
        None,
    )
)
def look_up(
    table: Float[Array, "count features"],
    rows: Integer[Array, "*places"],
    /,
    skip: int | None = None,
) -> Float[Array, "*places features"]:
    """``table[rows]``; the derivative of a row read often is the sum of all its cotangents.

    Args:
        table: Rows of features.
        rows: The numbers of the rows, from 0; they have no derivative.
        skip: A row whose derivative is taken as 0.

    Example:
        >>> import numpy as np
        >>> look_up(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1, 1, 0])).tolist()
        [[3.0, 4.0], [3.0, 4.0], [1.0, 2.0]]
    """
    return namespace(table, rows).take(table, rows, axis=0)


def _read_again(t: Array, y: Array, s: Array, rows: Array, count: int, skip: int | None) -> Array:
    """What `_added_to_rows` transposes: a look-up that reads zeros in the row to be skipped."""
    read = look_up(t, rows, skip=skip)
    return read if skip is None else read * _is_other(rows, skip, read)


@primitive(vjps=(_read_again, None))
def _added_to_rows(s: Array, rows: Array, /, count: int, skip: int | None) -> Array:
    """Zeros of ``count`` rows with each row of ``s`` added to its own."""
    if skip is not None:
        s = s * _is_other(rows, skip, s)
    return extras(s, rows).scatter_add(s, (count, s.shape[-1]), rows, unique=False)


def _is_other(rows: Array, skip: int, like: Array) -> Array:
    return (rows != skip)[..., None].astype(like.dtype)
