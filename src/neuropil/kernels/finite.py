"""Whether a state consists of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.errors import DivergenceError

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_numbers(states: Mapping[str, Mapping[str, Any]], time: float) -> None:
    """Refuse NaN, which spreads from where it arises. Infinities may be meant.

    Raises:
        DivergenceError: Names the variable, the cell and the time.

    Example:
        >>> check_numbers({"cells": {"v": np.array([0.0, np.nan])}}, 0.3)
        Traceback (most recent call last):
        neuropil.errors.DivergenceError: v of cell 1 of cells is not a number after 0.3 ms: ...
    """
    for cells, state in states.items():
        for name, values in state.items():
            # the sum of an array with a NaN is one, and is found faster than the NaN
            if values.dtype.kind == "f" and np.isnan(values.sum()) and np.isnan(values).any():
                cell = int(np.argmax(np.isnan(values)))
                raise DivergenceError(
                    f"{name} of cell {cell} of {cells} is not a number after {time:.10g} ms: take "
                    "a smaller dt or another integrator, and look at what was recorded until then"
                )
