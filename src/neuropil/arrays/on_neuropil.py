"""What the array API standard lacks, for the symbols that steps of cells are traced with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.arrays.namespace import namespace

if TYPE_CHECKING:
    from neuropil.arrays.namespace import Array


def logistic(x: Array) -> Array:
    """1/(1 + e⁻ˣ)."""
    return namespace(x).logistic(x)


def masked(x: Array, keep: Array) -> Array:
    """x where ``keep`` holds, 0 elsewhere."""
    return namespace(x, keep).where(keep, x, 0.0)


def once(values: Array) -> Array:
    """Values that are computed before they are used, and read then."""
    return namespace(values).once(values)


def erf(x: Array) -> Array:
    """The error function."""
    return namespace(x).erf(x)
