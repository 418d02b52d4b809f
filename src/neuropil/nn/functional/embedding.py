"""Looking up the vectors of symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.graph import plain
from neuropil.nn.functional.indices import check_range, integers
from neuropil.ops.embedding import look_up

if TYPE_CHECKING:
    from jaxtyping import Float, Integer

    from neuropil.arrays import Array


def embedding(
    indices: Integer[Array, "*places"],
    weight: Float[Array, "symbols features"],
    padding_idx: int | None = None,
) -> Float[Array, "*places features"]:
    """``weight[indices]``: the vector of each symbol, as one-hot(index) @ weight would give it.

    Args:
        indices: The numbers of symbols, from 0.
        weight: A row for each symbol.
        padding_idx: A symbol that stands for nothing: its row gets no gradient.

    Raises:
        DTypeError: ``indices`` are no integers.
        DataError: An index has no row. (Within a compiled step they are unknown: none is refused.)

    Example:
        >>> import numpy as np
        >>> embedding(np.array([2, 0]), np.array([[0.0, 0.5], [1.0, 1.5], [2.0, 2.5]])).tolist()
        [[2.0, 2.5], [0.0, 0.5]]
    """
    rows = integers("Embedding", indices)
    advice = "give it a row for each symbol (num_embeddings), or correct the indices"
    check_range("Embedding", rows, weight.shape[0], advice)
    vectors = look_up(weight, rows)
    if padding_idx is None:
        return vectors
    return ops.where((rows != padding_idx)[..., None], vectors, plain(vectors))
