"""Engines by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from neuropil import native
from neuropil.errors import EngineError
from neuropil.kernels import Engine
from neuropil.kernels.eager import Eager
from neuropil.xla import available

if TYPE_CHECKING:
    from collections.abc import Callable

    from neuropil.kernels import Kernel, Memory, Recorded


def _xla(kernel: Kernel) -> Engine:
    if not available():
        raise EngineError(
            "engine='xla' needs JAX, which is not installed: pip install 'neuropil[fast]', or use "
            "engine='eager'"
        )
    from neuropil.xla.simulation import Program

    return Program(kernel)


def _native(kernel: Kernel) -> Engine:
    if not native.available():
        raise EngineError(
            "engine='native' needs Numba, which is not installed: pip install 'neuropil[fast]', or "
            "use engine='eager'"
        )
    from neuropil.native.engine import Native

    return Native(kernel)


@final
class IfItCan(Engine):
    """The native engine where it is there and can run the network, else the eager one."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        try:
            self._engine = _native(kernel)
        except Exception:  # noqa: BLE001 (whatever it is, the eager engine says it better)
            self._engine = Eager(kernel)

    def run(self, memory: Memory, recorded: Recorded, steps: int) -> None:
        """Take some steps."""
        try:
            self._engine.run(memory, recorded, steps)
        except EngineError:  # Numba could not compile it, and nothing has happened yet
            self._engine = Eager(self._kernel)
            self._engine.run(memory, recorded, steps)


ENGINES: dict[str, Callable[[Any], Engine]] = {
    "auto": IfItCan,
    "eager": Eager,
    "native": _native,
    "xla": _xla,
}
"""What makes each engine."""


def check_engine(name: str) -> None:
    """Refuse a name that is none.

    Raises:
        ValueError: Lists the names there are.
    """
    if name not in ENGINES:
        raise ValueError(f"an engine is one of {', '.join(ENGINES)}, got {name!r}")
