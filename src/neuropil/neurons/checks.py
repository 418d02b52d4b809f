"""What a parameter must be, and what it usually is."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from neuropil.graph import plain


def numbers(value: Any) -> np.ndarray[Any, Any]:
    """A setting as an array; none while a program is made, which learns them when it runs.

    Example:
        >>> numbers(2.0).item()
        2.0
    """
    value = plain(value)
    traced = hasattr(value, "shape") and not isinstance(value, np.ndarray | np.generic)
    return np.zeros(0) if traced else np.asarray(value)


def check_positive(model: object, *names: str) -> None:
    """Refuse capacitances and time constants that are not above 0.

    Raises:
        ValueError: One is not.
    """
    for name in names:
        values = numbers(getattr(model, name))
        if not np.all(values > 0.0):
            worst = values.min() if values.size else values
            raise ValueError(
                f"{type(model).__name__} needs {name} above 0, got {worst}: it divides by it"
            )


def check_not_negative(model: object, *names: str) -> None:
    """Refuse durations below 0.

    Raises:
        ValueError: One is.
    """
    for name in names:
        values = numbers(getattr(model, name))
        if not np.all(values >= 0.0):
            raise ValueError(
                f"{type(model).__name__} needs {name} of at least 0, got {values.min()}"
            )


def check_above(model: object, upper: str, lower: str) -> None:
    """Refuse a threshold that is not above the reset: a cell would spike without end.

    Raises:
        ValueError: It is not.
    """
    high, low = (numbers(getattr(model, name)) for name in (upper, lower))
    if high.size and low.size and not np.all(high > low):
        raise ValueError(
            f"{type(model).__name__} needs {upper} above {lower}, got {high} and {low}"
        )


def warn_outside(model: object, **usual: tuple[float, float, str]) -> None:
    """Warn of a value outside of any physiological range: ``name=(low, high, unit)``.

    Called from the ``__post_init__`` of a dataclass; the warning points at who made the object.
    """
    for name, (low, high, unit) in usual.items():
        values: Any = numbers(getattr(model, name))
        if np.isnan(values).any():
            raise ValueError(f"{type(model).__name__}: {name} is a number in {unit}, got nan")
        if values.size and not (np.all(values >= low) and np.all(values <= high)):
            odd = values[(values < low) | (values > high)].flat[0]
            warnings.warn(
                f"{type(model).__name__}: {name} = {odd:g} {unit} is outside of what is usual, "
                f"{low:g} to {high:g} {unit}: is the unit right?",
                stacklevel=4,
            )
