"""Dtypes in printed loops."""

from __future__ import annotations

from typing import Any

import numpy as np

BOOL = np.dtype(np.bool_)


def is_floating(dtype: np.dtype[Any]) -> bool:
    """Whether it is a floating dtype."""
    return dtype.kind == "f"
