"""A layer of a recipe may leave a size to the data: ``out_features = "classes"``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CLASSES = "classes"
"""What stands for the number of classes of the data set."""


def with_classes(table: Mapping[str, Any], count: int) -> dict[str, Any]:
    """The table of a layer, and those in it, with a number for ``"classes"``.

    Example:
        >>> with_classes({"type": "Linear", "in_features": 8, "out_features": "classes"}, 10)
        {'type': 'Linear', 'in_features': 8, 'out_features': 10}
    """
    return {name: _filled(value, count) for name, value in table.items()}


def _filled(value: Any, count: int) -> Any:
    match value:
        case str():
            return count if value == CLASSES else value
        case Mapping():
            return with_classes(value, count)
        case list():
            return [_filled(part, count) for part in value]
    return value
