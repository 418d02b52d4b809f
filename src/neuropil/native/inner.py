"""Functions that are called by compiled functions only."""

from __future__ import annotations

from typing import Any

from numba import njit

FAST = {"contract", "arcp", "nsz", "reassoc", "afn"}
"""What may be done with sums and products besides computing them in their order: anything that
leaves infinities and NaN what they are."""

EXACT = {"contract", "nsz"}
"""What may be done where the order of rounding is what makes a result exact."""


def inner(function: Any = None, *, fastmath: Any = False) -> Any:
    """Compile a function for compiled functions: without what Python would need to call it."""
    without: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    compiled: Any = njit(fastmath=fastmath, error_model="numpy", **without)
    return compiled if function is None else compiled(function)
