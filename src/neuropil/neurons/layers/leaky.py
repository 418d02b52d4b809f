"""Leaky integrate-and-fire cells in steps of time, as machine learning has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from neuropil import ops
from neuropil.neurons.layers.resets import BySubtraction, Reset
from neuropil.neurons.layers.spiking_layer import SpikingLayer, check_parts, reset_signal
from neuropil.nn import Module
from neuropil.nn.description import describable
from neuropil.ops.surrogates import FastSigmoid, Surrogate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float

    from neuropil.arrays import Array
    from neuropil.neurons.layers.spiking_layer import Step
    from neuropil.ops.scan import CheckpointEvery

_FAST_SIGMOID, _BY_SUBTRACTION = FastSigmoid(), BySubtraction()


@final
@describable
class Leaky(SpikingLayer):
    """v_t = β v_{t−1} + I_t − reset, with a spike where v_t reaches the threshold.

    The cells are those of snnTorch's ``Leaky``: a spike resets its cell in the next step, with
    v_{t−1} − threshold or 0 in the place of v_{t−1} − where subtracted, the threshold is not
    weakened by β. But for this: there a spike needs v above the threshold, here it is enough that v
    reaches it; and snnTorch's default surrogate is `ArcTan`. At the beginning v is 0. Currents and
    spikes are (T, N, …).

    Args:
        beta: β = e^(−dt/τ), from 0 to 1: what is left of the potential after a step. At 1 nothing
            leaks.
        threshold: Above 0.
        surrogate: The derivative of a spike.
        reset: What a spike does: `BySubtraction` or `ToZero`.
        recurrent: A module from a step's spikes (N, …) to currents of the next, such as
            ``nn.Linear(128, 128)``.
        detach_reset: Whether no derivative passes through the reset. In snnTorch none does, in
            Norse it does.
        checkpoint_every: To need less memory for long sequences; see `scan`.

    Raises:
        ValueError: β or the threshold cannot be used.
        TypeError: A part is of the wrong kind.
        ShapeError: (when called) There is no step in time.

    References:
        J. K. Eshraghian et al., Training spiking neural networks using lessons from deep
        learning, 2023.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn
        >>> from neuropil.neurons import layers
        >>> cells = layers.Leaky(beta=0.5)
        >>> cells(np.full((6, 1), 0.75, np.float32))[:, 0].tolist()
        [0.0, 1.0, 0.0, 0.0, 1.0, 0.0]
        >>> net = nn.Sequential(nn.Linear(64, 128, rng=0), cells, nn.Linear(128, 10), cells)
        >>> net(np.ones((25, 5, 64), np.float32)).shape
        (25, 5, 10)
    """

    def __init__(
        self,
        beta: float = 0.9,
        threshold: float = 1.0,
        surrogate: Surrogate = _FAST_SIGMOID,
        reset: Reset = _BY_SUBTRACTION,
        recurrent: Module | None = None,
        *,
        detach_reset: bool = True,
        checkpoint_every: CheckpointEvery = None,
    ) -> None:
        if not 0.0 <= beta <= 1.0:
            raise ValueError(f"Leaky needs beta between 0 and 1, what a step leaves; got {beta!r}")
        if not threshold > 0.0:
            raise ValueError(f"Leaky needs a threshold above 0, where v begins; got {threshold!r}")
        check_parts("Leaky", surrogate, recurrent)
        if not isinstance(reset, Reset):
            raise TypeError(f"Leaky takes a reset, BySubtraction() or ToZero(), got {reset!r}")
        self.beta = beta
        self.threshold = threshold
        self.surrogate = surrogate
        self.reset = reset
        self.recurrent = recurrent
        self.detach_reset = detach_reset
        self.checkpoint_every = checkpoint_every

    def initial(self, like: Float[Array, "*cells"]) -> dict[str, Array]:
        """v = 0."""
        return {"v": ops.zeros_like(like)}

    def stepper(self, like: Mapping[str, Array]) -> Step:  # noqa: ARG002
        """Leak, reset what spiked in the step before, add the current."""

        def step(state: dict[str, Any], current: Any) -> tuple[dict[str, Any], Any]:
            before = state["v"]
            reset = reset_signal(self.surrogate.spike(before - self.threshold), self.detach_reset)
            v = self.reset(self.beta * before, reset, self.threshold) + current
            return {"v": v}, self.surrogate.spike(v - self.threshold)

        return step
