"""What spiking layers have in common: currents over time become spikes over time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from neuropil import ops
from neuropil.errors import ShapeError
from neuropil.graph import plain
from neuropil.nn import Module, refusals
from neuropil.ops.surrogates import Surrogate

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from jaxtyping import Float

    from neuropil.arrays import Array
    from neuropil.ops.scan import CheckpointEvery

    Step: TypeAlias = Callable[[dict[str, Array], Array], tuple[dict[str, Array], Array]]
    """``(state, currents) -> (state, spikes)``."""

SPIKES = "spikes"
"""The name of what a recurrent layer's cells sent in the step before, among its variables."""


class SpikingRun(NamedTuple):
    """What the cells of a layer did.

    Attributes:
        spikes: 1 where a cell spiked, else 0.
        state: The variables after the last step, to go on from.
        variables: Those that were asked for, after each step.
    """

    spikes: Float[Array, "time *cells"]
    state: dict[str, Array]
    variables: dict[str, Array]


class SpikingLayer(Module, ABC):
    """Base of `Leaky` and `Spiking`: currents (T, N, …) become spikes (T, N, …), 0 or 1.

    Time is the first axis, as in snnTorch and Norse, the batch the second; further axes are those
    of the cells, one after `nn.Linear`, three after a convolution within `EachStep`. There is a
    cell for each element of a step, so that the layer does not need to know how many there are.

    Attributes:
        surrogate: What stands for the derivative of a spike.
        recurrent: From a step's spikes to currents that are added in the next; None where cells do
            not see one another.
        detach_reset: Whether no derivative passes through what a spike does to its own cell.
        checkpoint_every: As in `scan`.
    """

    surrogate: Surrogate
    recurrent: Module | None
    detach_reset: bool
    checkpoint_every: CheckpointEvery

    @abstractmethod
    def initial(self, like: Float[Array, "*cells"]) -> dict[str, Array]:
        """The variables before the first step, for currents like these."""

    @abstractmethod
    def stepper(self, like: Mapping[str, Array]) -> Step:
        """One step in time, for variables like these."""

    def forward(self, currents: Float[Array, "time *cells"]) -> Float[Array, "time *cells"]:
        return self.run(currents).spikes

    def run(
        self,
        currents: Float[Array, "time *cells"],
        state: Mapping[str, Array] | None = None,
        *,
        record: Collection[str] = (),
    ) -> SpikingRun:
        """Spikes, and what else is wanted.

        Args:
            currents: By time, batch and cell.
            state: Where to begin: the state another run ended in. By default at rest.
            record: The variables to return for each step.

        Raises:
            ShapeError: There is no step, or the state is one of other cells.
            DTypeError: Currents are no array of real floating numbers.
            KeyError: Something is to be recorded, or is in the state, that is no variable.
        """
        self._check(currents)
        start = self._start(currents[0], state)
        unknown = sorted(set(record) - set(start))
        if unknown:
            raise KeyError(f"{type(self).__name__} has {', '.join(start)}, got {unknown[0]!r}")
        step = self._connected(start)

        def at_one_time(state: Any, current: Any) -> tuple[Any, Any]:
            state, spikes = step(state, current)
            return state, (spikes, {name: state[name] for name in record})

        last, (spikes, variables) = ops.scan(
            at_one_time, start, currents, checkpoint_every=self.checkpoint_every
        )
        return SpikingRun(spikes, last, variables)

    def _connected(self, start: dict[str, Array]) -> Step:
        """A step in which the cells see what they sent in the step before, if they do."""
        recurrent = self.recurrent
        if recurrent is None:
            return self.stepper(start)
        alone = self.stepper({name: x for name, x in start.items() if name != SPIKES})

        def step(state: dict[str, Array], current: Array) -> tuple[dict[str, Array], Array]:
            own = {name: x for name, x in state.items() if name != SPIKES}
            own, spikes = alone(own, current + recurrent(state[SPIKES]))
            return own | {SPIKES: spikes}, spikes

        return step

    def _start(self, like: Array, given: Mapping[str, Array] | None) -> dict[str, Array]:
        start = self.initial(like)
        if self.recurrent is not None:
            start[SPIKES] = ops.zeros_like(like)
        kind = type(self).__name__
        for name, value in (given or {}).items():
            if name not in start:
                raise KeyError(f"{kind} has {', '.join(start)}, got {name!r}")
            if tuple(value.shape) != tuple(start[name].shape):
                expected = f"{name} of shape {tuple(start[name].shape)}"
                raise refusals.wrong_shape(kind, expected, value, "the batch is another one")
            start[name] = value
        return start

    def _check(self, currents: Any) -> None:
        kind = type(self).__name__
        shape = refusals.shape_of(kind, currents)
        if len(shape) < 2 or shape[0] == 0:
            raise ShapeError(
                f"{kind} expects currents (T, N, …) of at least one step, got {shape}: time is the "
                "first axis; currents that do not change are repeated by layers.Repeat(steps)"
            )
        if currents.dtype.kind != "f":
            raise refusals.wrong_dtype(kind, currents, ops.float32)


def reset_signal(spikes: Array, detach: bool) -> Array:
    """The spikes as far as they reset their own cell."""
    signal: Array = plain(spikes) if detach else spikes
    return signal


def check_parts(layer: str, surrogate: object, recurrent: object) -> None:
    """Raise unless these are a surrogate, and a module or None.

    Raises:
        TypeError: One is not.
    """
    if not isinstance(surrogate, Surrogate):
        raise TypeError(
            f"{layer} takes a surrogate such as FastSigmoid(slope=25.0), got {surrogate!r}"
        )
    if recurrent is not None and not isinstance(recurrent, Module):
        raise TypeError(
            f"{layer} takes recurrent connections such as nn.Linear(128, 128), got {recurrent!r}"
        )
