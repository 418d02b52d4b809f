"""Rows of a table looked up by their numbers, and the transpose of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays import Array, extras, namespace
from neuropil.graph import primitive

if TYPE_CHECKING:
    from jaxtyping import Float, Integer


@primitive(
    vjps=(
        lambda s, y, table, rows: _added_to_rows(s, rows, count=table.shape[0]),
        None,
    )
)
def look_up(
    table: Float[Array, "count features"], rows: Integer[Array, "*places"], /
) -> Float[Array, "*places features"]:
    """``table[rows]``; the derivative of a row read often is the sum of all its cotangents.

    Example:
        >>> import numpy as np
        >>> look_up(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1, 1, 0])).tolist()
        [[3.0, 4.0], [3.0, 4.0], [1.0, 2.0]]
    """
    return namespace(table, rows).take(table, rows, axis=0)


@primitive(vjps=(lambda t, y, s, rows, count: look_up(t, rows), None))
def _added_to_rows(
    s: Float[Array, "*places features"], rows: Integer[Array, "*places"], /, count: int
) -> Float[Array, "count features"]:
    """Zeros of ``count`` rows with each row of ``s`` added to its own."""
    return extras(s, rows).add_rows(s, count, rows)
