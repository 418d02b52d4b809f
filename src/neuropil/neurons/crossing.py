"""Where a function passes 0, for many cells at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Bool, Float

    Cells = Float[np.ndarray, " cells"]

_ITERATIONS = 100
_RESOLUTION = 1e-14  # of the interval: no crossing is found more finely than that


def crossing(
    excess: Callable[[Any], Any],
    low: Cells,
    high: Cells,
    at_low: Cells,
    at_high: Cells,
    wanted: Bool[np.ndarray, " cells"],
) -> Cells:
    """For each cell that is wanted a place where ``excess`` is not below 0, just after it was.

    Chandrupatla's method: it brackets the crossing and is as sure as bisection, and where the
    function is smooth about as fast as inverse quadratic interpolation.

    Args:
        excess: A continuous function of such places, for each cell its own.
        low: Where the interval of each cell begins.
        high: Where it ends.
        at_low: The function at the beginning, below 0.
        at_high: At the end, not below 0.
        wanted: For which cells. The others stay at ``low``.

    References:
        T. R. Chandrupatla, A new hybrid quadratic/bisection algorithm for finding the zero of a
        nonlinear function without using derivatives, 1997.

    Example:
        >>> zero, one = np.zeros(2), np.ones(2)
        >>> cubes = np.array([0.125, 0.5])
        >>> roots = crossing(lambda t: t**3 - cubes, zero, one, -cubes, 1 - cubes, one > 0)
        >>> roots.round(6).tolist()
        [0.5, 0.793701]
    """
    least = _RESOLUTION * np.maximum(high - low, np.finfo(np.float64).tiny)
    a, b, c = high, low, high  # the newest end, the other, and the one before
    fa, fb, fc = at_high, at_low, at_high
    fraction = np.full_like(low, 0.5)
    open_ = wanted & (fa != 0.0)
    for _ in range(_ITERATIONS):
        if not open_.any():
            break
        t = np.where(open_, a + fraction * (b - a), a)
        ft = np.where(open_, excess(np.where(wanted, t, low)), fa)
        same = (ft >= 0.0) == (fa >= 0.0)
        c, fc = _where(open_, (np.where(same, a, b), np.where(same, fa, fb)), (c, fc))
        b, fb = _where(open_ & ~same, (a, fa), (b, fb))
        a, fa = t, ft
        width = np.abs(b - a)
        open_ = open_ & (fa != 0.0) & (width > 2.0 * least)
        fraction = _next(a, b, c, fa, fb, fc, np.minimum(least / np.maximum(width, least), 0.5))
    found: Cells = np.where(wanted, np.where(fa >= 0.0, a, b), low)
    return found


def _next(a: Cells, b: Cells, c: Cells, fa: Cells, fb: Cells, fc: Cells, edge: Cells) -> Cells:
    """How far from a to b to look next: where a parabola through all three points is 0, or halfway.

    The parabola is taken where it is monotonous between a and b.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
        quadratic = fa / (fb - fa) * (fc / (fb - fc)) + (c - a) / (b - a) * (fa / (fc - fa)) * (
            fb / (fc - fb)
        )
        trusted = (phi * phi < xi) & ((1.0 - phi) ** 2 < 1.0 - xi) & np.isfinite(quadratic)
    fraction: Cells = np.where(trusted, quadratic, 0.5)
    within: Cells = np.clip(fraction, edge, 1.0 - edge)
    return within


def _where(chosen: Any, these: tuple[Cells, Cells], others: tuple[Cells, Cells]) -> Any:
    return tuple(np.where(chosen, x, y) for x, y in zip(these, others, strict=True))
