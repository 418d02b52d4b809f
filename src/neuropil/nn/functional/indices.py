"""Integers that point at one of so many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil.errors import DataError, DTypeError
from neuropil.graph import plain
from neuropil.nn.refusals import shape_of

if TYPE_CHECKING:
    from jaxtyping import Integer

    from neuropil.arrays import Array


def integers(what: str, x: Integer[Array, "*places"]) -> Integer[Array, "*places"]:
    """``x`` as a plain array.

    Raises:
        DTypeError: It does not hold integers.
    """
    shape_of(what, x)
    values = plain(x)
    if values.dtype.kind not in "iu":
        raise DTypeError(
            f"{what} expects integers, got {values.dtype}: convert them with x.astype(np.int64)"
        )
    return values


def check_range(what: str, indices: Integer[Array, "*places"], count: int, advice: str) -> None:
    """Raise unless each index lies from 0 to ``count`` − 1, as far as they are known.

    Raises:
        DataError: One of them does not.
    """
    if not isinstance(indices, np.ndarray | np.generic):
        return  # of a compiled step the numbers are unknown
    numbers = np.asarray(indices)
    if numbers.size and not 0 <= numbers.min() <= numbers.max() < count:
        wrong = numbers[(numbers < 0) | (numbers >= count)][0]
        raise DataError(f"{what} takes the indices 0 to {count - 1}, got {wrong}: {advice}")
