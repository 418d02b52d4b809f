"""Settings with one number for each of the two axes of an image."""

from __future__ import annotations

from typing import Any

from neuropil.nn.refusals import is_integer


def pair(name: str, value: Any, *, least: int = 1) -> tuple[int, int]:
    """``3`` for ``(3, 3)``.

    Raises:
        ValueError: Not one or two integers, or one is below ``least``.

    Example:
        >>> pair("stride", 2), pair("stride", (1, 2))
        ((2, 2), (1, 2))
    """
    both = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(both) != 2 or not all(is_integer(n) and n >= least for n in both):
        raise ValueError(
            f"{name} is an integer of at least {least}, or two of them (height, width), "
            f"got {value!r}"
        )
    return int(both[0]), int(both[1])
