"""Sequences of unlike lengths, and losses along them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil import ops
from neuropil.arrays import namespace
from neuropil.errors import DataError, ShapeError
from neuropil.nn.functional.indices import integers
from neuropil.nn.functional.targets import check_samples
from neuropil.nn.refusals import shape_of

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Integer

    from neuropil.arrays import Array


def sequence_mask(
    lengths: Integer[Array, "*batch"], maximum: int | None = None
) -> Bool[Array, "*batch time"]:
    """True in the first ``lengths`` places of each row: where padded sequences are real.

    Args:
        lengths: Of each sequence.
        maximum: Of the rows; the longest sequence by default. Within a compiled step it has to be
            given.

    Raises:
        DTypeError: ``lengths`` are no integers.
        DataError: A length is negative or larger than ``maximum``.

    Example:
        >>> sequence_mask(np.array([1, 3])).astype(int).tolist()
        [[1, 0, 0], [1, 1, 1]]
    """
    counts = integers("sequence_mask", lengths)
    if isinstance(counts, np.ndarray):
        longest = int(counts.max(initial=0)) if maximum is None else maximum
        if counts.size and not 0 <= counts.min() <= counts.max() <= longest:
            raise DataError(
                f"sequence_mask takes lengths from 0 to {longest}, got {counts.min()} to "
                f"{counts.max()}: pass a larger maximum"
            )
    elif maximum is None:
        raise DataError("sequence_mask does not know the lengths in a compiled step: pass maximum")
    else:
        longest = maximum
    mask: Array = namespace(counts).arange(longest) < counts[..., None]
    return mask


def over_time(
    losses: Float[Array, "batch time"], weights: Float[Array, "... time"]
) -> Float[Array, ""]:
    """Σᵢ αᵢ Lᵢ for each sequence, averaged over the sequences (notes 9.2.1).

    Args:
        losses: The loss Lᵢ of each step; what a loss with ``reduction="none"`` gives.
        weights: The weight αᵢ of each step; of each step of each sequence, where they differ. A
            mask, divided by the number of its steps, leaves padding out.

    Raises:
        ShapeError: There is not a weight for each step, or no sequence.

    Example:
        >>> print(over_time(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.0, 1.0])))
        3.0
    """
    shape, given = shape_of("over_time", losses), shape_of("over_time", weights)
    if len(shape) != 2 or given not in (shape, shape[1:]):
        raise ShapeError(
            f"over_time expects losses (N, T) and weights (T,) or (N, T), got {shape} and {given}: "
            "take the losses with reduction='none'"
        )
    check_samples("over_time", losses)
    return ops.sum(losses * weights) / shape[0]
