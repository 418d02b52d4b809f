"""When a cell spikes for the first time, with the exact derivative of that time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.differentiate import jvp
from neuropil.errors import EngineError, ShapeError
from neuropil.graph import no_grad, plain
from neuropil.neurons.located import Located
from neuropil.neurons.simulation import simulate
from neuropil.neurons.stepping import REFRACTORY, initial_state
from neuropil.ops import expand_dims, scan, where

if TYPE_CHECKING:
    from collections.abc import Callable

    from jaxtyping import Float

    from neuropil.arrays import Array
    from neuropil.neurons.integrators import Integrator
    from neuropil.neurons.model import Model, State

    Numpy = np.ndarray[Any, Any]


_NEWTON_STEPS = 2
"""A step of Newton's doubles the order up to which a root is right: two leave the fourth wrong."""


def spike_time(
    model: Model,
    current: Array,
    *,
    duration: float,
    dt: float = 0.05,
    integrator: Integrator | None = None,
    initial: State | None = None,
) -> Float[Array, " cells"]:
    """When each cell spikes first (ms), at a constant current; ∞ where it does not.

    The time is where the threshold is crossed, not the end of a step. Its derivative with respect
    to what is a Variable among currents, parameters and initial values is exact, without a
    surrogate: of excess(state(t; θ), θ) = 0 follows dt/dθ = −(∂excess/∂θ)/(d excess/dt), the
    implicit function theorem. With `Exact` integration, the default of leaky integrate-and-fire
    cells, nothing depends on the time step. With others it is the derivative of the integrator's
    own time, for which a steep rise (`AdaptiveExponential`) needs small steps. A cell
    that does not spike has the derivative 0, and so has one that is above threshold from the
    beginning and spikes at 0 ms; so does the fact that it spikes at all.

    Derivatives up to the third, and no program of XLA: the number of steps depends on the values.

    Args:
        model: Any model with a threshold.
        current: A number, or an array with one for each cell.
        duration: For how long it is waited (ms).
        dt: The time step (ms).
        integrator: By default the model's own.
        initial: Where variables begin, if not where the model says. No cell is refractory.

    Raises:
        ValueError: The model never spikes, a time that cannot be, or a cell begins refractory.
        ShapeError: Currents are no number and no list of numbers.
        EngineError: Within a program of XLA.

    References:
        S. M. Bohte, J. N. Kok and H. La Poutré, Error-backpropagation in temporally encoded
        networks of spiking neurons, 2002.

    Example:
        >>> import neuropil as npl
        >>> from neuropil import neurons
        >>> cell = neurons.NormalizedLeakyIntegrateAndFire(tau=20.0)
        >>> current = npl.Variable(np.array([0.5, 2.0]))
        >>> times = spike_time(cell, current, duration=100.0)  # τ ln(v_in/(v_in − 1))
        >>> print(times.value.round(4), npl.gradients(times[1], [current])[0].round(4))
        [    inf 13.8629] [  0. -10.]
    """
    if model.excess is None:
        raise ValueError(f"{type(model).__name__} never spikes, it has no excess(state)")
    if np.any(np.asarray(plain((initial or {}).get(REFRACTORY, 0))) > 0):
        raise ValueError(
            "spike_time begins with cells that can spike, got some that are refractory: leave out "
            f"{REFRACTORY!r} of the initial state, and add the time it says"
        )
    current = np.asarray(current, float) if isinstance(current, list | tuple) else current
    strength = plain(current)
    if not isinstance(strength, np.ndarray | np.generic | float | int):
        raise EngineError("spike_time looks for crossings with NumPy: call it outside npl.compile")
    if np.ndim(strength) > 1:
        raise ShapeError(f"expected a current, or one for each cell, got {np.shape(strength)}")
    if np.ndim(strength) == 0:
        current = expand_dims(np.asarray(current) if current is strength else current, axis=0)
    integrator = integrator or model.integrator
    cells = len(plain(current))
    crossed = _crossings(model, plain(current), duration, dt, integrator, initial, cells)
    spikes = np.isfinite(crossed)
    until = np.where(spikes, crossed, 0.0)
    at_end = _ends(until, model, current, dt, integrator, initial, cells)
    at_once = spikes & (until <= 0.0)
    moves, later = spikes & ~at_once, np.zeros(cells)
    for _ in range(_NEWTON_STEPS):  # from where the time is: it stays, and gets its derivatives
        excess, slope = jvp(at_end, (later,), (np.ones(cells),))
        moves = moves & (plain(slope) > 0.0)
        later = later - where(moves, excess / where(moves, slope, 1.0), 0.0)
    return where(moves | at_once, until + (later - plain(later)), np.inf)


def _crossings(
    model: Model,
    current: Numpy,
    duration: float,
    dt: float,
    integrator: Integrator,
    initial: State | None,
    cells: int,
) -> Numpy:
    """When each cell crosses its threshold first, as a number."""
    with no_grad():
        run = simulate(
            model,
            current,
            duration=duration,
            dt=dt,
            cells=cells,
            integrator=integrator,
            timing=Located(),
            initial=initial,
            record=(),
            progress=False,
        )
    times, numbers = run.spikes
    found = np.full(cells, np.inf)
    np.minimum.at(found, numbers, times)
    return found


def _ends(
    times: Numpy,
    model: Model,
    current: Array,
    dt: float,
    integrator: Integrator,
    initial: State | None,
    cells: int,
) -> Callable[[Any], Any]:
    """How far each cell is above threshold, as a function of how much later than its time.

    Its derivative is that of the integrator, which in a steep rise is not that of the equations.
    """
    start = initial_state(model, cells, initial)
    start.pop(REFRACTORY)
    whole = np.floor(times / dt)
    step = integrator.step(model.derivatives, start, dt)

    def one(state: Any, k: Any) -> tuple[Any, None]:
        moved = step(state, lambda _: current)
        return {name: where(k < whole, x, state[name]) for name, x in moved.items()}, None

    state, _ = scan(one, start, np.arange(whole.max(initial=0.0)))
    excess: Any = model.excess

    def at_end(later: Any) -> Any:
        part = integrator.step(model.derivatives, start, times - whole * dt + later)
        return excess(part(state, lambda _: current))

    return at_end
