"""Functions of arrays, compiled as this package wants them to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax

if TYPE_CHECKING:
    from collections.abc import Callable

_ON_CPU = {"xla_disable_hlo_passes": "cse_barrier_expander"}
"""XLA would drop optimization barriers before it decides what to fuse.

With them a value that many elements are made of is computed once (`neuropil.arrays.on_jax`).
"""


def jitted(function: Callable[..., Any], donate: bool, platform: str | None = None) -> Any:
    """The function, compiled for each kind of arguments.

    Args:
        function: Pure, of arrays.
        donate: Whether it may overwrite its first argument.
        platform: What it runs on; by default what JAX takes.
    """
    on_cpu = (platform or jax.default_backend()) == "cpu"
    return jax.jit(
        function,
        donate_argnums=0 if donate else (),
        compiler_options=_ON_CPU if on_cpu else None,
    )
