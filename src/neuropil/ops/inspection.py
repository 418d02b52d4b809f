"""What the array API standard asks a namespace to say about itself."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

__array_api_version__ = "2024.12"

_VERSIONS = ("2021.12", "2022.12", "2023.12", "2024.12")


def __array_namespace_info__() -> Any:
    """Capabilities, devices and dtypes: NumPy's, whose arrays Variables hold by default.

    Example:
        >>> __array_namespace_info__().default_device()
        'cpu'
    """
    return np.__array_namespace_info__()


def namespace_of_variables(api_version: str | None = None) -> Any:
    """The package itself, for ``Variable.__array_namespace__()``.

    Raises:
        ValueError: A version of the standard that neuropil does not follow.
    """
    if api_version not in (None, *_VERSIONS):
        raise ValueError(
            f"neuropil follows the array API standard {__array_api_version__}, "
            f"not {api_version!r}: leave api_version out"
        )
    return sys.modules["neuropil"]
