"""Numbers and arrays as a reader wants them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

MOST = 12
"""How many numbers of an array are written out."""


def legible(value: Any) -> str:
    """A number, an array or anything else: four digits, small arrays whole, None not at all.

    Example:
        >>> legible(0.123456), legible([1.0, 2.0]), legible(True), legible("falls"), legible(None)
        ('0.1235', '1, 2', 'yes', 'falls', '')
    """
    match value:
        case None:
            return ""
        case bool() | np.bool_():
            return "yes" if value else "no"
        case int() | np.integer():
            return str(value)
        case float() | np.floating():
            return f"{value:.4g}"
        case str():
            return value
        case Sequence() | np.ndarray():
            items = np.asarray(value, dtype=object).ravel().tolist()
            shown = ", ".join(legible(item) or "none" for item in items[:MOST])
            return shown if len(items) <= MOST else f"{shown}, … ({len(items)} values)"
    return str(value)
