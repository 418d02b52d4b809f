"""What the settings of a transform must be."""

from __future__ import annotations

import math


def check_probability(p: float, owner: str) -> float:
    """Raise unless ``p`` is a probability.

    Raises:
        ValueError: It is outside [0, 1].
    """
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"{owner} expects a probability p in [0, 1], got {p}")
    return float(p)


def check_not_negative(value: float, name: str, owner: str) -> float:
    """Raise unless ``value`` is a finite number, at least 0.

    Raises:
        ValueError: It is something else.
    """
    if not 0.0 <= value < math.inf:
        raise ValueError(f"{owner} expects a finite {name} >= 0, got {value}")
    return float(value)
