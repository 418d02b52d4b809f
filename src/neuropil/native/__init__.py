"""Spiking networks as machine code: steps printed as scalar loops and compiled by Numba.

A step of cells is called once with symbols in the place of arrays, which tells what each cell
computes. Derivatives that an integrator asks for come from neuropil's graph meanwhile.
"""

from __future__ import annotations

from importlib.util import find_spec

__all__ = ["available"]


def available() -> bool:
    """Whether Numba is installed.

    Example:
        >>> available() == (find_spec("numba") is not None)
        True
    """
    return find_spec("numba") is not None
