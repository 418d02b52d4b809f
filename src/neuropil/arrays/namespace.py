"""Which library an array belongs to."""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from neuropil.arrays import on_numpy

if TYPE_CHECKING:
    from types import ModuleType

Array: TypeAlias = Any
"""An array of the standard, of any library, or a Variable that holds one.

Dynamically typed on purpose: one function serves NumPy arrays, JAX tracers and Variables.
Shapes and kinds stand beside it: ``Float[Array, "batch features"]``.
"""

_NUMPY_TYPES = frozenset(
    {np.ndarray, bool, int, float, complex, *np.sctypeDict.values()},
)


def namespace(*values: Array) -> Any:
    """The array API namespace of the first value that is not NumPy's, else NumPy.

    Python numbers belong to every namespace.

    Example:
        >>> namespace(1.0, np.zeros(3)).__name__
        'numpy'
    """
    for value in values:
        if type(value) not in _NUMPY_TYPES and hasattr(value, "__array_namespace__"):
            found = value.__array_namespace__()
            if found is not np:
                return found
    return np


def extras(*values: Array) -> ModuleType:
    """The file of this package that holds what the library of ``values`` lacks.

    Example:
        >>> extras(np.zeros(3)).__name__
        'neuropil.arrays.on_numpy'
    """
    library = namespace(*values)
    return on_numpy if library is np else _extras_of(library.__name__.partition(".")[0])


@cache
def _extras_of(library: str) -> ModuleType:
    return importlib.import_module(f"neuropil.arrays.on_{library}")


def is_array(value: object) -> bool:
    """Whether ``value`` is an array or array scalar of some library (not a list, not a number).

    Example:
        >>> is_array(np.zeros(3)), is_array(np.float32(1)), is_array([1.0])
        (True, True, False)
    """
    return isinstance(value, np.ndarray | np.generic) or hasattr(value, "__array_namespace__")
