"""Class numbers as rows with a one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuropil.arrays import namespace
from neuropil.errors import DataError
from neuropil.nn.functional.indices import check_range, integers

if TYPE_CHECKING:
    from jaxtyping import Int64, Integer

    from neuropil.arrays import Array


def one_hot(
    classes: Integer[Array, "*places"], num_classes: int = -1
) -> Int64[Array, "*places classes"]:
    """Each class as a row of zeros with a 1 at its place, int64 as in PyTorch.

    `hardmax` makes such rows of scores.

    Args:
        classes: Integers from 0.
        num_classes: The length of the rows; −1 for one more than the largest number.

    Raises:
        DTypeError: ``classes`` are no integers.
        DataError: One of them is negative or too large; there are none to count the classes by.

    Example:
        >>> one_hot(np.array([2, 0])).tolist()
        [[0, 0, 1], [1, 0, 0]]
    """
    numbers = integers("one_hot", classes)
    if num_classes == -1:
        if not numbers.size:
            raise DataError("one_hot cannot count the classes of no numbers: give num_classes")
        num_classes = int(numbers.max()) + 1
    check_range("one_hot", numbers, num_classes, "correct the numbers, or give more num_classes")
    rows = numbers[..., None] == namespace(numbers).arange(num_classes)
    return rows.astype(np.int64)
