"""Looking up the vectors of symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil import ops
from neuropil.graph import plain
from neuropil.nn.functional.indices import check_range, integers
from neuropil.nn.refusals import is_integer
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
        padding_idx: A symbol that stands for nothing: its row gets no gradient. Counted from the
            end if negative.

    Raises:
        DTypeError: ``indices`` are no integers.
        ValueError: There is no symbol ``padding_idx``.
        DataError: An index has no row. (A compiled step does not know them: the vector of one
            beyond the last is NaN, and those below 0 count from the end.)

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
    padding = padding_row(padding_idx, weight.shape[0])
    return ops.where((rows != padding)[..., None], vectors, plain(vectors))


def padding_row(padding_idx: int, count: int) -> int:
    """The row of a symbol that may be counted from the end.

    Raises:
        ValueError: There is none.
    """
    if not is_integer(padding_idx) or not -count <= padding_idx < count:
        raise ValueError(
            f"Embedding needs a padding_idx from {-count} to {count - 1}, or None, got "
            f"{padding_idx!r}"
        )
    return int(padding_idx) % count
