"""Whole steps as one program, compiled by XLA through JAX.

JAX is used as a compiler of arrays. Derivatives come from neuropil's own graph, whose Operations
a step records while it is traced.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from neuropil.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from neuropil.xla.compiled import Compiled

__all__ = ["available", "compile"]


def available() -> bool:
    """Whether JAX is installed.

    Example:
        >>> available() == (find_spec("jax") is not None)
        True
    """
    return find_spec("jax") is not None


def compile(
    step: Callable[..., Any], *, state: Any = (), donate: bool = False, device: str | None = None
) -> Compiled:
    """One program of a whole step: forward, backward, and the update of what it changes.

    The step is an ordinary function of arrays. What it reads or changes besides its arguments
    are the Variables held by the objects in ``state``: parameters, running means, velocities,
    counters of generators, the learning rate. They are handed to the program and written back
    after each call. Everything else is a constant of the program: attributes such as the mode
    (train or eval), whose change makes another program, and what the step closes over.

    Arrays of 64 bits stay what they are; the user's settings of JAX are not touched.

    Args:
        step: ``step(*arrays)``, giving an array, or a tuple, list or dict of them.
        state: A network, an optimizer, a Generator, … or a tuple of them.
        donate: Let the program reuse the memory of the state's arrays, which halves it. Whoever
            else holds one of these arrays finds it deleted.
        device: Where to run: ``"cpu"``, ``"gpu"``, …; by default where JAX runs.

    Returns:
        A function like ``step`` whose results are plain arrays.

    Raises:
        EngineError: JAX is not installed, or has no such device.
        GraphError: (at the first call) The step uses a Variable that is not in ``state``, or
            changes an attribute, or needs to know a value that is only known later.

    Example:
        >>> import numpy as np
        >>> import neuropil as npl
        >>> net = npl.nn.Linear(2, 1, rng=0)
        >>> optimizer = npl.optim.SGD(net.parameters(), lr=0.1)
        >>> def step(x, t):
        ...     optimizer.zero_grad()
        ...     loss = npl.mean((net(x) - t) ** 2)
        ...     loss.backward()
        ...     optimizer.step()
        ...     return loss
        >>> fast_step = npl.compile(step, state=(net, optimizer))
        >>> x, t = np.eye(2, dtype=np.float32), np.ones((2, 1), np.float32)
        >>> losses = [float(fast_step(x, t)) for _ in range(3)]
        >>> losses[0] > losses[1] > losses[2]
        True
    """
    if not available():
        raise EngineError(
            "npl.compile needs JAX, which is not installed: pip install 'neuropil[fast]', or call "
            "the step as it is"
        )
    from neuropil.xla.compiled import Compiled

    return Compiled(step, state, donate=donate, device=device)
