"""Claims: what was expected, what was measured, and whether the one is the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, SupportsFloat

import numpy as np

from neuropil.graph import plain

if TYPE_CHECKING:
    from jaxtyping import Shaped

    from neuropil.arrays import Array


@dataclass(frozen=True)
class Claim:
    """One checked statement.

    Attributes:
        name: What is claimed, in words.
        expected: What the notes, or the mathematics, say: a number, a list, or a bound in words.
        measured: What came out.
        tolerance: How far apart the two may be; None where that has no meaning.
        holds: Whether they agree.
    """

    name: str
    expected: Any
    measured: Any
    tolerance: float | None
    holds: bool


def close(
    name: str,
    measured: Shaped[Array, "..."],
    expected: Shaped[Array, "..."],
    *,
    tolerance: float,
) -> Claim:
    """Claim |measured − expected| ≤ tolerance, for every element of arrays of one shape.

    Example:
        >>> close("π", 3.14, np.pi, tolerance=0.01).holds
        True
    """
    found, wanted = np.asarray(plain(measured)), np.asarray(plain(expected))
    near = found.shape == wanted.shape and bool(np.all(np.abs(found - wanted) <= tolerance))
    return Claim(name, wanted.tolist(), found.tolist(), tolerance, near)


def agree(
    name: str,
    measured: Shaped[Array, "..."],
    expected: Shaped[Array, "..."],
    *,
    tolerance: float,
) -> Claim:
    """Claim that arrays are equal but for ``tolerance``, and show only how far they are apart.

    That is their largest difference, relative to the largest expected element.

    Example:
        >>> agree("sums", np.ones(1000) / 3 * 3, np.ones(1000), tolerance=1e-15).measured
        0.0
    """
    found, wanted = np.asarray(plain(measured)), np.asarray(plain(expected))
    if found.shape != wanted.shape:
        return Claim(name, f"shape {wanted.shape}", f"shape {found.shape}", tolerance, False)
    scale = float(np.max(np.abs(wanted), initial=0.0)) or 1.0
    apart = np.max(np.abs(found - wanted), initial=0.0) / scale
    return close(f"{name} (relative difference)", apart, 0.0, tolerance=tolerance)


def equal(name: str, measured: Any, expected: Any) -> Claim:
    """Claim that two values are the same: numbers, words, lists of them.

    Example:
        >>> equal("classes", ["A", "B"], ["A", "C"]).holds
        False
    """
    found, wanted = as_list(measured), as_list(expected)
    return Claim(name, wanted, found, None, bool(found == wanted))


def below(name: str, measured: SupportsFloat, bound: float) -> Claim:
    """Claim measured < bound.

    Example:
        >>> below("loss", 0.04, 0.05).expected
        'below 0.05'
    """
    return Claim(name, f"below {bound:g}", float(measured), None, float(measured) < bound)


def above(name: str, measured: SupportsFloat, bound: float) -> Claim:
    """Claim measured > bound.

    Example:
        >>> above("accuracy", 0.97, 0.98).holds
        False
    """
    return Claim(name, f"above {bound:g}", float(measured), None, float(measured) > bound)


def true(name: str, measured: Any) -> Claim:
    """Claim that a condition holds.

    Example:
        >>> true("the loss never rises", np.all(np.diff([3.0, 2.0, 2.0]) <= 0)).holds
        True
    """
    return equal(name, bool(measured), True)


def as_list(value: Any) -> Any:
    """Arrays and Variables as (nested) lists or numbers, as JSON has them."""
    value = plain(value)
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return [as_list(part) for part in value] if isinstance(value, list | tuple) else value
