"""Functions of arrays, compiled as this package wants them to be."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

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
    """Programs with their barriers, or without, where XLA has no code for them (small loops).

    That is decided for each kind of arguments, so that the bits of one do not depend on others.
    """

    def __init__(self, program: Any, without: Callable[[], Any]) -> None:
        self._program = program
        self._without = without()
        self._unable: set[Any] = set()

    def __call__(self, *args: Any) -> Any:
        if self._unable and _kinds(args) in self._unable:
            return self._without(*args)
        try:
            return self._program(*args)
        except jax.errors.JaxRuntimeError as error:
            if "opt-barrier" not in str(error):
                raise
        self._unable.add(_kinds(args))
        return self._without(*args)


def _kinds(args: Any) -> tuple[Any, ...]:
    """The shape and dtype of each array."""
    return tuple((np.shape(x), str(x.dtype)) for x in jax.tree.leaves(args))
