"""Engines by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.errors import EngineError
from neuropil.kernels.eager import Eager
from neuropil.xla import available

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from neuropil.kernels import Engine, Kernel


def _xla(kernel: Kernel) -> Engine:
    if not available():
        raise EngineError(
            "engine='xla' needs JAX, which is not installed: pip install 'neuropil[fast]', or use "
            "engine='eager'"
        )
    from neuropil.xla.simulation import Program

    return Program(kernel)


ENGINES: Mapping[str, Callable[[Any], Engine]] = {"auto": Eager, "eager": Eager, "xla": _xla}
"""What makes each engine; ``auto`` is the one that runs every network."""


def check_engine(name: str) -> None:
    """Refuse a name that is none.

    Raises:
        ValueError: Lists the names there are.
    """
    if name not in ENGINES:
        raise ValueError(f"an engine is one of {', '.join(ENGINES)}, got {name!r}")
