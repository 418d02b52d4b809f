"""Arrays out of Variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.graph import Variable

if TYPE_CHECKING:
    from neuropil.arrays import Array


def plain(value: Any) -> Array:
    """The array of a Variable, or the array itself."""
    return value.value if isinstance(value, Variable) else value
