"""What dtype comes out when numbers meet in a printed loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from neuropil.native.nodes import Node

BOOL = np.dtype(np.bool_)


def is_floating(dtype: np.dtype[Any]) -> bool:
    """Whether it is a floating dtype."""
    return dtype.kind == "f"


def common_dtype(*nodes: Node) -> np.dtype[Any]:
    """The dtype in which some numbers are computed with each other.

    Cells compute in the dtype of their variables: where float32 and float64 meet, what is of
    float64 (the time, a drawn number, a parameter) is rounded first. NumPy would go on in float64,
    in a loop of half the speed. Known numbers have no say where there are others.
    """
    floating = [node for node in nodes if is_floating(node.dtype)]
    if floating:
        known = [node for node in floating if not node.is_constant]
        return min((node.dtype for node in known or floating), key=lambda dtype: dtype.itemsize)
    strong = [node.dtype for node in nodes if not node.is_constant]
    return np.result_type(*(strong or [node.dtype for node in nodes]))
