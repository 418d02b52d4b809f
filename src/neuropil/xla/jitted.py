"""Functions of arrays, compiled as this package wants them to be."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import jax

if TYPE_CHECKING:
    from collections.abc import Callable

_ON_CPU = {"xla_disable_hlo_passes": "cse_barrier_expander"}
"""XLA would drop optimization barriers before it decides what to fuse.

With them a value that many elements are made of is computed once (`neuropil.arrays.on_jax`).
"""


def jitted(
    function: Callable[..., Any], donate: bool, platform: str | None = None
) -> Callable[..., Any]:
    """The function, compiled for each kind of arguments.

    Args:
        function: Pure, of arrays.
        donate: Whether it may overwrite its first argument.
        platform: What it runs on; by default what JAX takes.
    """
    compiled = partial(jax.jit, function, donate_argnums=0 if donate else ())
    if (platform or jax.default_backend()) != "cpu":
        return compiled()
    return _WithBarriers(compiled(compiler_options=_ON_CPU), compiled)


class _WithBarriers:
    """A program with its barriers, or without, where XLA has no code for them (small loops)."""

    def __init__(self, program: Any, without: Callable[[], Any]) -> None:
        self._program = program
        self._without: Callable[[], Any] | None = without

    def __call__(self, *args: Any) -> Any:
        try:
            return self._program(*args)
        except jax.errors.JaxRuntimeError as error:
            if self._without is None or "opt-barrier" not in str(error):
                raise
        self._program, self._without = self._without(), None
        return self._program(*args)
