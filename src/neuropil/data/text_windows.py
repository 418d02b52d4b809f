"""A text as samples: windows of symbols, each with the symbols that follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.data.array_dataset import ArrayDataset
from neuropil.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Int

    Numpy = np.ndarray[Any, Any]

IGNORED = -100
"""The target that `neuropil.nn.CrossEntropyLoss` leaves out."""


def text_windows(
    symbols: Int[Numpy, " n"],
    start: int,
    stop: int,
    *,
    length: int,
    stride: int | None = None,
    context: int = 0,
    classes: Sequence[str] | None = None,
) -> ArrayDataset:
    """Windows over a part of a text: inputs and targets int64 (windows, length).

    The target of a symbol is the one that follows. The first ``context`` symbols of a window are
    there to be read only: their targets, and those outside of the part, are -100 and count for
    nothing. So with the stride ``length - context`` every symbol of the part is the target of one
    window, and is predicted from at least ``context`` symbols, across the beginning of the part.
    After the end of the part a window is filled with 0.

    Args:
        symbols: The whole text.
        start: Where the part begins. The first symbol of the text is nobody's target.
        stop: Where it ends.
        length: Symbols in a window.
        stride: How far apart windows begin; by default ``length - context``.
        context: How many symbols of a window are there to be read only.
        classes: What the symbols stand for.

    Raises:
        DataError: There is nothing to predict, or not as much text before the part as ``context``.

    Example:
        >>> windows = text_windows(np.arange(9), 4, 9, length=3, context=1)
        >>> windows.inputs.tolist(), windows.targets.tolist()
        ([[2, 3, 4], [4, 5, 6], [6, 7, 0]], [[-100, 4, 5], [-100, 6, 7], [-100, 8, -100]])
    """
    step = length - context if stride is None else stride
    first = max(start, 1)
    if not 0 <= context < length or step < 1:
        raise DataError(
            "a text has windows of context < length, a stride apart that is at least 1, got length "
            f"{length}, context {context} and stride {step}"
        )
    if not first < stop <= len(symbols) or first - 1 < context:
        raise DataError(
            f"no symbol can be predicted from {start} to {stop} of {len(symbols)}, after a context "
            f"of {context}: give more text, or less context"
        )
    begins = np.arange(first - 1 - context, stop - 1 - context, step)
    places = begins[:, np.newaxis] + np.arange(length)
    following = places + 1
    counted = (np.arange(length) >= context) & (following < stop)
    inputs = np.where(places < stop - 1, symbols[places.clip(max=stop - 1)], 0)
    targets = np.where(counted, symbols[following.clip(max=stop - 1)], IGNORED)
    return ArrayDataset(inputs, targets, classes=classes)
