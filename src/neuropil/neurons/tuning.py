"""How cells answer to constant input: rates, the least current that fires them, their gates.

Analytic curves, where there are any, are methods of the models: `LeakyIntegrateAndFire.rate`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from neuropil.neurons.located import Located
from neuropil.neurons.simulation import simulate
from neuropil.neurons.timing import OnGrid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Float

    from neuropil.arrays import Array
    from neuropil.neurons.integrators import Integrator
    from neuropil.neurons.model import Model, State
    from neuropil.neurons.models.channels import Gate
    from neuropil.neurons.timing import Timing

_AT_ONCE = 15  # currents that are tried side by side: a search takes 16 times fewer rounds than one


def rates(
    model: Model,
    currents: Float[Array, " n"],
    *,
    duration: float = 1000.0,
    after: float = 200.0,
    dt: float = 0.05,
    integrator: Integrator | None = None,
    timing: Timing | None = None,
    initial: State | None = None,
) -> Float[np.ndarray, " n"]:
    """The rate (Hz) at each current: the inverse of the mean interval between spikes.

    All currents are simulated at once, a cell for each. A cell with less than two spikes after the
    beginning has the rate 0.

    Args:
        model: Any model, your own too. Parameters are numbers, or arrays of as many elements as
            there are currents.
        currents: Constant inputs, in the unit of the model.
        duration: How long each is simulated (ms).
        after: What is left out at the beginning (ms), until the cell has settled.
        dt: The time step (ms).
        integrator: By default the model's own.
        timing: Where spikes are. By default `precise`, so that rates do not depend on the grid.
        initial: Where variables begin, if not where the model says.

    Raises:
        ValueError: Currents are no list of numbers, or nothing is left after the beginning.

    References:
        Notes 1.4, where this is called a tuning curve.

    Example:
        >>> from neuropil import neurons
        >>> cell, v_in = neurons.NormalizedLeakyIntegrateAndFire(), np.array([0.9, 1.5, 4.0])
        >>> rates(cell, v_in, dt=1.0).round(2).tolist()
        [0.0, 41.7, 128.98]
        >>> cell.rate(v_in).round(2).tolist()
        [0.0, 41.7, 128.98]
    """
    inputs = np.asarray(currents, dtype=np.float64)
    if inputs.ndim != 1 or not np.isfinite(inputs).all():
        raise ValueError(f"currents are a list of finite numbers, got {currents!r}")
    if not 0.0 <= after < duration:
        raise ValueError(
            f"nothing of {duration} ms is left after the first {after} ms: simulate for longer"
        )
    run = simulate(
        model,
        inputs,
        duration=duration,
        dt=dt,
        cells=len(inputs),
        integrator=integrator,
        timing=timing or precise(model),
        initial=initial,
        record=(),
        progress=False,
    )
    return run.rate(after)


def precise(model: Model) -> Timing:
    """Where spikes have to be for the mean interval not to depend on the time step.

    A reset that is late delays every spike that follows: crossings are located then. A model
    without one does not know when it spiked: only the first and the last spike are off, by a step.
    """
    return OnGrid() if model.reset is None else Located()


def rheobase(
    model: Model,
    low: float,
    high: float,
    *,
    relative: float = 1e-3,
    duration: float = 1000.0,
    after: float = 200.0,
    dt: float = 0.05,
    integrator: Integrator | None = None,
    initial: State | None = None,
) -> float:
    """The least constant current that makes the cell fire, by bisection.

    To fire is to spike again and again: at least two times after the beginning. A cell at its
    rheobase fires slowly; what fires only after the ``duration`` is taken for silent.

    Args:
        model: Any model.
        low: A current at which it is silent.
        high: A current at which it fires.
        relative: How narrow the interval has to become, as a part of ``high − low``.
        duration: How long each current is tried (ms).
        after: What is left out at the beginning (ms).
        dt: The time step (ms).
        integrator: By default the model's own.
        initial: Where variables begin, if not where the model says.

    Returns:
        The least current that was seen to fire the cell.

    Raises:
        ValueError: It fires at ``low``, or is silent at ``high``.

    Example:
        >>> from neuropil import neurons
        >>> cell = neurons.LeakyIntegrateAndFire()  # (V_th − E_L) C/τ = 375 pA
        >>> round(rheobase(cell, 0.0, 1000.0, dt=1.0))
        375
    """
    if not low < high:
        raise ValueError(f"expected low < high, got {low} and {high}")
    resolution, ends = relative * (high - low), True
    while ends or high - low > resolution:
        tried = np.linspace(low, high, _AT_ONCE + 2)
        fires = rates(
            model,
            tried,
            duration=duration,
            after=after,
            dt=dt,
            integrator=integrator,
            initial=initial,
        )
        if ends and fires[0] > 0.0:
            raise ValueError(f"the cell fires at {low:g} already: begin the search lower")
        if ends and fires[-1] == 0.0:
            raise ValueError(
                f"the cell is silent at {high:g}: end the search higher, or try longer (duration)"
            )
        first = max(int(np.argmax(fires > 0.0)), 1)
        narrower = float(tried[first - 1]), float(tried[first])
        if math.isclose(*narrower, rel_tol=1e-15):
            break
        (low, high), ends = narrower, False
    return high


class HasGates(Protocol):
    """A channel, or a membrane with channels."""

    @property
    def gates(self) -> Mapping[str, Gate]:
        """The gates by name."""


class GatingCurve(NamedTuple):
    """A gate at clamped voltages.

    Attributes:
        steady: Where it settles, from 0 to 1.
        time_constant: How fast (ms).
    """

    steady: Float[Array, " n"]
    time_constant: Float[Array, " n"]


def gating_curves(of: HasGates, voltages: Float[Array, " n"]) -> dict[str, GatingCurve]:
    """Where each gate settles at a voltage, α/(α + β), and its time constant 1/(α + β).

    Args:
        of: A channel, or a membrane with channels.
        voltages: In mV.

    Example:
        >>> from neuropil import neurons
        >>> curves = gating_curves(neurons.HodgkinHuxley(), np.array([-65.0, 0.0]))
        >>> {name: curve.steady.round(3).tolist() for name, curve in curves.items()}
        {'m': [0.053, 0.974], 'h': [0.596, 0.003], 'n': [0.318, 0.909]}
    """
    return {
        name: GatingCurve(gate.steady(voltages), gate.time_constant(voltages))
        for name, gate in of.gates.items()
    }
