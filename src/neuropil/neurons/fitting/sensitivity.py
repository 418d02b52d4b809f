"""How a simulated state depends on parameters, carried along with it (forward mode)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, final

import numpy as np

from neuropil.graph import Variable, enable_grad, gradients, plain
from neuropil.neurons.inputs import during
from neuropil.neurons.stepping import REFRACTORY, initial_state, stepper
from neuropil.ops import broadcast_to, stack, zeros_like

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jaxtyping import Float

    from neuropil.arrays import Array
    from neuropil.neurons.inputs import Input
    from neuropil.neurons.integrators import Integrator
    from neuropil.neurons.model import Model, State

Build: TypeAlias = "Callable[..., Model]"
"""A model as a function of its parameters by name."""

Moment: TypeAlias = "tuple[State, Float[Array, 'variables parameters cells']]"
"""A state, and the slopes dx/dp of its variables in the order of their names."""


@final
@dataclass(frozen=True, eq=False)
class Sensitive:
    """Cells whose state x is followed together with its slopes dx/dp in their parameters p.

    For a step x ← F(x, p) the slopes obey dx/dp ← ∂F/∂x dx/dp + ∂F/∂p: the memory does not grow
    with time, as it does going backwards. Both matrices come from one backward pass through the
    step: cells do not depend on one another, so it is taken with a copy of them for each variable,
    and in copy i variable i is pulled back.

    Attributes:
        build: The model.
        names: The parameters p.
        source: What is injected.
        dt: The time step (ms).
        integrator: If not the model's own.
        initial: Where variables begin, if not where the model says.
    """

    build: Build
    names: tuple[str, ...]
    source: Input
    dt: float
    integrator: Integrator | None = None
    initial: State | None = None

    def begin(self, points: Float[Array, "parameters cells"]) -> Moment:
        """The first moment: a cell may begin at a value that is fitted."""
        with enable_grad():
            parameters = [Variable(row) for row in points]
            start = initial_state(self._model(parameters), points.shape[1], self.initial)
            slopes = [_pulled({name: start[name]}, parameters) for name in variables(start)]
        return {name: plain(x) for name, x in start.items()}, stack(
            [stack(rows, axis=0) for rows in slopes], axis=0
        )

    def step(self, points: Float[Array, "parameters cells"], moment: Moment, k: Array) -> Moment:
        """What step k leads to."""
        state, slopes = moment
        names = variables(state)
        shape = (len(names), points.shape[1])
        with enable_grad():
            parameters = [Variable(broadcast_to(row, shape)) for row in points]
            copies = {name: Variable(broadcast_to(state[name], shape)) for name in names}
            before = {**copies, REFRACTORY: state[REFRACTORY]}
            model = self._model(parameters)
            advance = stepper(model, self.integrator or model.integrator, before, self.dt)
            after = advance(before, during(self.source, k * self.dt, self.dt)).state
            found = _pulled({name: after[name] for name in names}, [*copies.values(), *parameters])
        of_state, of_parameters = found[: len(names)], found[len(names) :]
        carried = sum(part[:, None, :] * slopes[j] for j, part in enumerate(of_state))
        moved = {name: broadcast_to(plain(after[name]), shape)[0] for name in (*names, REFRACTORY)}
        return moved, carried + stack(of_parameters, axis=1)

    def _model(self, parameters: Sequence[Variable]) -> Model:
        return self.build(**dict(zip(self.names, parameters, strict=True)))


def variables(state: State) -> list[str]:
    """The names of what moves, in one order (a loop sorts its dictionaries)."""
    return sorted(name for name in state if name != REFRACTORY)


def _pulled(values: State, sources: Sequence[Variable]) -> list[Array]:
    """For each source the derivative in it: of the first value in the first copy, and so on.

    One value alone has no copies.
    """
    pairs = []
    for i, value in enumerate(values.values()):
        if isinstance(value, Variable) and value.requires_grad:
            one = zeros_like(value.value) + 1.0
            seed = one if len(values) == 1 else one * np.eye(len(values))[i][:, None]
            pairs.append((value, seed))
    found: Sequence[Any] = [None] * len(sources)
    if pairs:
        found = gradients([value for value, _ in pairs], sources, [seed for _, seed in pairs])
    return [
        zeros_like(source.value) if derivative is None else plain(derivative)
        for source, derivative in zip(sources, found, strict=True)
    ]
