"""A step that a program takes many times before Python sees it again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from neuropil.errors import GraphError
from neuropil.graph import plain
from neuropil.xla.compiled import changed, holding
from neuropil.xla.failures import explained, is_lost
from neuropil.xla.held import Held, held
from neuropil.xla.jitted import jitted
from neuropil.xla.program_cache import keep_programs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from neuropil.arrays import Array
    from neuropil.graph import Variable


class Repeated:
    """A step taken again and again within one program, with its state on the device meanwhile.

    Between two calls the state is on the device only: the Variables hold what they held before
    the first, until `publish` gives them what has become of it.

    A step yields its results, the first of which is a number such as the loss, and then goes on to
    what it is taken for. If that number is not finite the step is not taken: nothing has changed,
    and the loop ends there.

    Args:
        step: ``step(*fixed, *xs)``, a generator that yields a tuple of arrays, once.
        state: What the step reads or changes besides, as for `neuropil.compile`.
        capacity: How many steps a call takes at most. The program has one size for all of them, so
            that every step is computed alike, however many go into a call.
        exchanged: Variables of the state that others use between two calls: what they hold goes
            to the device before each, and comes back after it.
    """

    def __init__(
        self,
        step: Callable[..., Any],
        state: Any,
        *,
        capacity: int,
        exchanged: Sequence[Variable] = (),
    ) -> None:
        self.step = step
        self.capacity = capacity
        self._exchanged = set(map(id, exchanged))
        self._state = state
        self._now: Held | None = None
        self._leaves: list[Any] = []
        self._changed: set[int] = set()
        self._programs: dict[tuple[Any, ...], Any] = {}
        keep_programs()

    def __call__(
        self, count: int, fixed: Sequence[Array], xs: Sequence[Array]
    ) -> tuple[int, list[np.ndarray[Any, Any]]]:
        """Take ``count`` steps, or those before the first whose first result is not finite.

        Args:
            count: At most the capacity.
            fixed: Arrays that every step is given.
            xs: Arrays with a row for each step, as many as the capacity.

        Returns:
            How many steps were taken, and the results of each, stacked; where the loop ended
            early, those of the step that was not taken follow. The rest is of no meaning.
        """
        with jax.enable_x64(True), explained(self.step, lambda: self._leaves):
            if self._now is None:
                self._now = held(self._state)
                self._leaves = [_on_device(v) for v in self._now.variables]
            for index in self._shared():
                self._leaves[index] = _on_device(self._now.variables[index])
            run = self._programs.get(self._now.key)
            if run is None:
                run = self._programs[self._now.key] = self._program(self._now)
            leaves, *found = run(self._leaves, np.uint32(count), list(fixed), list(xs))
            taken, results = jax.tree.map(np.array, found)  # if the program failed, it is here
            self._leaves = leaves
            for index in self._shared():
                self._now.variables[index].value = np.array(self._leaves[index])
            return int(taken), results

    def publish(self) -> None:
        """Let the Variables hold what the steps made of them, as arrays of NumPy.

        What a call that ran out of memory has overwritten is lost: they keep what they hold.
        """
        if self._now is None or any(map(is_lost, self._leaves)):
            self._now, self._leaves = None, []
            return
        for index in self._changed:
            self._now.variables[index].value = np.array(self._leaves[index])
        self._now, self._leaves = None, []

    def _shared(self) -> list[int]:
        now = self._now
        if now is None or not self._exchanged:
            return []
        return [i for i, v in enumerate(now.variables) if id(v) in self._exchanged]

    def _program(self, now: Held) -> Any:
        """The loop as a pure function of the state's arrays and its own, compiled at need."""

        def one(leaves: Sequence[Any], fixed: Sequence[Any], x: Sequence[Any]) -> Any:
            with holding(self._state, now, leaves) as watch:
                phases = self.step(*fixed, *x)
                results = tuple(map(plain, next(phases)))
                ok = jnp.isfinite(results[0])
                for index, new in changed(now, leaves).items():
                    now.variables[index].value = _if(ok, new, leaves[index])
                watch.choice = partial(_if, ok)
                for _ in phases:
                    pass
                news = changed(now, leaves)
            _check_kept(now, leaves, news)
            self._changed |= set(news)
            return ok, news, results

        def pure(leaves: list[Any], count: Any, fixed: list[Any], xs: list[Any]) -> Any:
            step = jax.jit(one)  # so that it is traced once, for its shapes and for the loop
            _, _, results = jax.eval_shape(step, leaves, fixed, [x[0] for x in xs])
            outputs = [jnp.zeros((self.capacity, *r.shape), r.dtype) for r in results]

            def body(loop: Any) -> Any:
                return _advanced(step, fixed, xs, *loop)

            taken, _, leaves, outputs = jax.lax.while_loop(
                lambda loop: (loop[0] < count) & loop[1],
                body,
                (jnp.uint32(0), jnp.bool_(True), leaves, outputs),
            )
            return leaves, taken, outputs

        return jitted(pure, donate=True)


def _on_device(variable: Variable) -> Any:
    """A copy, which the program may overwrite (`jax.numpy` would compile one for each array)."""
    return jax.device_put(np.array(variable.value))


def _advanced(
    step: Callable[..., Any],
    fixed: Sequence[Any],
    xs: Sequence[Any],
    taken: Any,
    _: Any,
    leaves: Sequence[Any],
    outputs: Sequence[Any],
) -> Any:
    """The loop one step further, unless that step is not taken."""
    x = [jax.lax.dynamic_index_in_dim(x, taken, keepdims=False) for x in xs]
    ok, news, results = step(leaves, fixed, x)
    kept = [news.get(index, leaf) for index, leaf in enumerate(leaves)]
    written = [o.at[taken].set(r) for o, r in zip(outputs, results, strict=True)]
    return taken + ok.astype(jnp.uint32), ok, kept, written


def _if(ok: Any, new: Any, old: Any) -> Any:
    """The new value where it is ok; of another kind than the old one it is refused afterwards.

    Chosen as soon as it is written, a value costs nothing more: what is computed from it, reads
    the choice. A branch around all of them would wait for the last gradient, and choosing at the
    end would have XLA compute intermediate values twice.
    """
    return new if new is old or _kind(new) != _kind(old) else jnp.where(ok, new, old)


def _kind(array: Any) -> tuple[Any, Any]:
    return array.shape, array.dtype


def _check_kept(now: Held, leaves: Sequence[Any], news: dict[int, Any]) -> None:
    """Refuse a step that changes the shape or dtype of its state, which a loop cannot carry."""
    for index, new in news.items():
        old = leaves[index]
        if _kind(new) != _kind(old):
            raise GraphError(
                f"the step makes {now.paths[index]}, {old.dtype}{list(old.shape)}, an array "
                f"{new.dtype}{list(new.shape)}: what a step changes keeps its shape and dtype"
            )
