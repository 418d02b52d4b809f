"""The table through which Variables reach the functions of the layer above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

functions: dict[str, Callable[..., Any]] = {}
"""Functions by their name in the array API standard. ``neuropil.ops`` fills it when imported.

The operators and methods of a Variable are declared where readers and type checkers look for
them, on the class; what they compute is defined in ``ops``, which stands on the graph.
"""
