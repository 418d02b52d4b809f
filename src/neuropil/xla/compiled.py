"""A step and its programs."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from neuropil.errors import EngineError
from neuropil.graph import plain, watching
from neuropil.xla.failures import check_constants, check_state, explained
from neuropil.xla.held import Held, held
from neuropil.xla.jitted import jitted
from neuropil.xla.program_cache import keep_programs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from neuropil.graph import Watch

_ready: Any = jax.block_until_ready  # which JAX does not annotate

TOLD_FROM = 3
"""Programs of one step that differ in their shapes: the third and every further one is told of."""


class Compiled:
    """A step that runs as one program; `neuropil.compile` makes it.

    Attributes:
        step: What was compiled.
        programs: How many programs were made of it so far: one for each set of shapes, dtypes
            and constants.
    """

    def __init__(
        self, step: Callable[..., Any], state: Any, *, donate: bool, device: str | None
    ) -> None:
        self.step = step
        self.programs = 0
        self._state = state
        self._donate = donate
        self._device = None if device is None else _device(device)
        self._jitted: dict[tuple[Any, ...], Any] = {}
        keep_programs()

    def __call__(self, *args: Any) -> Any:
        """Run the step: its results, and what it changed in the state, as plain arrays."""
        now = held(self._state)
        run = self._jitted.get(now.key)
        if run is None:
            run = self._jitted[now.key] = self._program(now)
        leaves = [variable.value for variable in now.variables]
        if self._donate:
            leaves = _unshared(leaves)
        with (
            jax.enable_x64(True),
            jax.default_device(self._device),
            explained(self.step, lambda: leaves),
        ):
            news, results = run(leaves, jax.tree.map(plain, args))
            _ready((news, results))  # if the program fails, it is here
        for index, value in news.items():
            now.variables[index].value = _kept(value)
        return jax.tree.map(_kept, results)

    def _program(self, now: Held) -> Any:
        """The step as a pure function of the state's arrays and its own, compiled at need."""
        traced_before = 0

        def pure(leaves: Sequence[Any], args: Any) -> Any:
            nonlocal traced_before
            traced_before += 1
            self.programs += 1
            if traced_before >= TOLD_FROM:
                _tell_of_another(self.step, traced_before, args)
            return traced(self.step, self._state, now, leaves, args)

        platform = None if self._device is None else self._device.platform
        return jitted(pure, self._donate, platform)


def traced(
    step: Callable[..., Any], state: Any, now: Held, leaves: Sequence[Any], args: Any
) -> tuple[dict[int, Any], Any]:
    """Run the step on tracers: what it changed, and its results. Nothing of them stays behind."""
    with holding(state, now, leaves):
        results = jax.tree.map(plain, step(*args))
        return changed(now, leaves), results


@contextmanager
def holding(state: Any, now: Held, leaves: Sequence[Any]) -> Iterator[Watch]:
    """Let the state consist of these leaves, for a while, under a watch.

    Raises:
        GraphError: The block has changed what is not of the state.
    """
    with watching() as watch:
        try:
            for variable, leaf in zip(now.variables, leaves, strict=True):
                variable.value, variable.grad = leaf, None
            yield watch
        finally:
            watch.restore()
    check_state(watch, now)
    check_constants(now, held(state))


def changed(now: Held, leaves: Sequence[Any]) -> dict[int, Any]:
    """What the Variables of the state hold instead of these leaves."""
    return {
        index: variable.value
        for index, (variable, leaf) in enumerate(zip(now.variables, leaves, strict=True))
        if variable.value is not leaf
    }


def _kept(value: Any) -> Any:
    """An array as it may leave the program.

    Outside, JAX would narrow what is computed from 64 bits to 32: such arrays leave as NumPy's.
    """
    return np.array(value) if value.dtype.itemsize == 8 else value


def _unshared(leaves: Sequence[Any]) -> list[Any]:
    """The arrays, each once: one that two Variables share is copied before it is given away."""
    seen: set[int] = set()
    found = []
    for leaf in leaves:
        found.append(leaf.copy() if id(leaf) in seen else leaf)
        seen.add(id(leaf))
    return found


def _device(kind: str) -> Any:
    try:
        return jax.devices(kind)[0]
    except RuntimeError:
        there = sorted({device.platform for device in jax.devices()})
        raise EngineError(
            f"JAX has no device of the kind {kind!r} here, only {', '.join(there)}: leave device "
            "out, or install the JAX that drives it"
        ) from None


def _tell_of_another(step: Callable[..., Any], count: int, args: Any) -> None:
    shapes = ", ".join(f"{x.dtype}{list(x.shape)}" for x in jax.tree.leaves(args))
    name = getattr(step, "__name__", type(step).__name__)
    ordinal = {3: "3rd"}.get(count, f"{count}th")
    warnings.warn(
        f"{name} is compiled for the {ordinal} time, now for arguments {shapes}: every new shape "
        "makes another program; pad the arrays to one shape, or drop the last, smaller batch",
        stacklevel=2,
    )
