"""Any neuron model as a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil import ops
from neuropil.graph import plain
from neuropil.neurons.layers.spiking_layer import SpikingLayer, check_parts, reset_signal
from neuropil.neurons.model import Model
from neuropil.neurons.stepping import REFRACTORY, in_steps, spikes_when_rising
from neuropil.nn import Module, Parameter
from neuropil.nn.description import describable
from neuropil.ops.selection import masked
from neuropil.ops.surrogates import FastSigmoid, Surrogate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float

    from neuropil.arrays import Array
    from neuropil.neurons.integrators import Integrator
    from neuropil.neurons.layers.spiking_layer import Step
    from neuropil.ops.scan import CheckpointEvery

_FAST_SIGMOID = FastSigmoid()


@final
@describable
class Spiking(SpikingLayer):
    """Cells of a neuron model, each driven by a current: any `neurons.Model` as a layer.

    What a cell does between spikes, when it spikes, what a spike changes and for how long it waits
    then is the model's; spikes count at the end of their step, as in `neurons.simulate`. Currents
    and spikes are (T, N, …).

    Args:
        model: The equations. Those of its parameters that are an `nn.Parameter` are trained: they
            are attributes of the layer too.
        dt: The time step (ms).
        surrogate: The derivative of a spike, by how far a cell is above threshold in the model's
            unit: for potentials in mV less steep than for a threshold of 1.
        integrator: By default the model's own.
        recurrent: A module from a step's spikes (N, …) to currents of the next.
        detach_reset: Whether no derivative passes through the reset.
        checkpoint_every: To need less memory for long sequences; see `scan`.

    Raises:
        TypeError: A part is of the wrong kind.
        ValueError: The model never spikes, or dt is not above 0.
        ShapeError: (when called) There is no step in time.

    Example:
        >>> import numpy as np
        >>> from neuropil import neurons
        >>> from neuropil.neurons import layers
        >>> cells = layers.Spiking(neurons.LeakyIntegrateAndFire(), dt=1.0)
        >>> currents = np.full((100, 1, 2), [300.0, 600.0])  # pA, for 100 ms
        >>> cells(currents).sum(axis=0).tolist()
        [[0.0, 8.0]]
    """

    def __init__(
        self,
        model: Model,
        dt: float = 1.0,
        surrogate: Surrogate = _FAST_SIGMOID,
        integrator: Integrator | None = None,
        recurrent: Module | None = None,
        *,
        detach_reset: bool = True,
        checkpoint_every: CheckpointEvery = None,
    ) -> None:
        if not isinstance(model, Model):
            raise TypeError(
                f"Spiking takes a neuron model such as neurons.LeakyIntegrateAndFire(), got "
                f"{model!r}: for a layer of machine learning's cells see layers.Leaky"
            )
        if model.excess is None:
            raise ValueError(
                f"{type(model).__name__} never spikes, it has no excess(state): use another model"
            )
        if not dt > 0.0:
            raise ValueError(f"Spiking needs a time step dt above 0 (ms), got {dt!r}")
        check_parts("Spiking", surrogate, recurrent)
        self.model = model
        self.dt = dt
        self.surrogate = surrogate
        self.integrator = integrator
        self.recurrent = recurrent
        self.detach_reset = detach_reset
        self.checkpoint_every = checkpoint_every
        for name, value in vars(model).items():
            if isinstance(value, Parameter):
                setattr(self, name, value)

    def initial(self, like: Float[Array, "*cells"]) -> dict[str, Array]:
        """Where the model says."""
        zeros = ops.zeros_like(like)
        start = {name: zeros + value for name, value in self.model.initial().items()}
        waits = {REFRACTORY: ops.zeros_like(like, dtype=np.int32)} if self._waits() else {}
        return _like(start, dict.fromkeys(start, like)) | waits

    def stepper(self, like: Mapping[str, Array]) -> Step:
        """Integrate, threshold, reset."""
        model: Any = self.model
        variables = {name: x for name, x in like.items() if name != REFRACTORY}
        integrator = self.integrator or model.integrator
        advance = integrator.step(model.derivatives, variables, self.dt)
        pause, rising = in_steps(model.refractory, self.dt), spikes_when_rising(model)

        def step(state: dict[str, Any], current: Any) -> tuple[dict[str, Any], Any]:
            before = {name: state[name] for name in variables}
            moved = _like(advance(before, lambda _: current), before)
            waiting = plain(state[REFRACTORY]) if REFRACTORY in state else None
            if waiting is not None:
                held = {
                    name: ops.where(waiting <= 0, moved[name], before[name]) for name in model.held
                }
                moved |= held
            spikes = ops.astype(
                self.surrogate.spike(model.excess(moved)), current.dtype, copy=False
            )
            if waiting is not None:
                spikes = masked(spikes, waiting <= 0)
            if rising:
                spikes = masked(spikes, plain(model.excess(before)) < 0.0)
            if model.reset is not None:
                signal = reset_signal(spikes, self.detach_reset)
                changed = {
                    name: moved[name] + signal * (value - moved[name])
                    for name, value in model.reset(moved).items()
                }
                moved |= _like(changed, before)
            if waiting is not None:
                rest = waiting - (waiting > 0)
                moved[REFRACTORY] = ops.where(plain(spikes) > 0, pause, rest)
            return moved, spikes

        return step

    def _waits(self) -> bool:
        refractory = plain(self.model.refractory)
        return not isinstance(refractory, int | float | np.ndarray) or bool(np.any(refractory))


def _like(state: Mapping[str, Any], like: Mapping[str, Any]) -> dict[str, Any]:
    """In the dtype that the currents have: constants of a model are in double precision."""
    return {name: ops.astype(x, like[name].dtype, copy=False) for name, x in state.items()}
