"""The tuning curve of a layer's cells, and the straight line it is nearly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neuropil.graph import no_grad, plain

if TYPE_CHECKING:
    from jaxtyping import Float

    from neuropil.neurons.layers.spiking_layer import SpikingLayer

    Numpy = np.ndarray[Any, Any]

_CURRENTS = 400
_DOUBLINGS = 40


class TuningLine(NamedTuple):
    """rate = gain · (current − rheobase), in spikes a step."""

    gain: float
    rheobase: float


def rates(cells: SpikingLayer, currents: Float[Numpy, " n"], steps: int) -> Float[Numpy, " n"]:
    """The rate of a cell at each constant current, in spikes a step: its tuning curve (notes 1.4).

    Example:
        >>> from neuropil.neurons import layers
        >>> rates(layers.Leaky(beta=1.0), np.array([0.0, 0.25, 0.5]), steps=100).tolist()
        [0.0, 0.25, 0.5]
    """
    if cells.recurrent is not None:
        raise ValueError(
            f"{type(cells).__name__} has recurrent connections, and so no tuning curve of one cell"
        )
    with no_grad():
        spikes = cells(np.broadcast_to(currents, (steps, 1, len(currents))))
    found: Numpy = np.asarray(plain(spikes)).mean(axis=(0, 1))
    return found


def tuning_line(cells: SpikingLayer, steps: int, highest: float) -> TuningLine:
    """The line through a tuning curve from where it leaves 0 to the rate ``highest``.

    Raises:
        ValueError: The cells do not reach that rate, or it is not more than a spike.

    Example:
        >>> from neuropil.neurons import layers
        >>> line = tuning_line(layers.Leaky(beta=0.9), steps=200, highest=0.5)
        >>> print(f"{line.gain:.1f} ({line.rheobase:.2f})")
        1.0 (0.05)
    """
    end = _current_of(cells, steps, highest)
    currents = np.linspace(0.0, end, _CURRENTS)
    curve = rates(cells, currents, steps)
    fires = curve > 0.0
    if fires.sum() < 2:
        raise ValueError(
            f"a rate of {highest:g} spikes a step in {steps} steps is one spike, too few for a "
            "tuning curve: give more steps, or a higher rate"
        )
    gain, offset = np.polyfit(currents[fires], curve[fires], 1)
    return TuningLine(float(gain), float(-offset / gain))


def _current_of(cells: SpikingLayer, steps: int, highest: float) -> float:
    """The least current, of those tried, with this rate: doubled until there, then narrowed."""
    tried = 2.0 ** np.arange(-_DOUBLINGS // 4, _DOUBLINGS * 3 // 4)
    found = rates(cells, tried, steps)
    reached = np.flatnonzero(found >= highest)
    if not reached.size:
        raise ValueError(
            f"{type(cells).__name__} reaches {found.max():.3g} spikes a step, not {highest:g}: ask "
            "for a lower rate"
        )
    last = reached[0]
    between = np.linspace(0.0 if last == 0 else tried[last - 1], tried[last], _CURRENTS)
    curve = rates(cells, between, steps)
    return float(between[np.argmax(curve >= highest)])
