"""What is encoded in spikes: numbers from 0 to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import DataError
from neuropil.graph import plain
from neuropil.nn import refusals

if TYPE_CHECKING:
    from neuropil.arrays import Array


def check_intensities(layer: str, x: Array) -> None:
    """Raise unless all elements lie in [0, 1], as far as numbers are known.

    Raises:
        DTypeError: It is no array of floating numbers.
        DataError: One lies outside.
    """
    refusals.shape_of(layer, x)
    if x.dtype.kind != "f":
        raise refusals.wrong_dtype(layer, x, np.dtype(np.float32))
    known: Any = plain(x)
    if isinstance(known, np.ndarray) and not ((known >= 0.0) & (known <= 1.0)).all():
        wrong = known[~((known >= 0.0) & (known <= 1.0))]
        raise DataError(
            f"{layer} encodes numbers from 0 to 1, a share of the highest rate, got {wrong[0]:g}: "
            "scale the inputs, such as (x - x.min()) / (x.max() - x.min())"
        )
