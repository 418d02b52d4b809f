"""Derivatives of a model's equations with respect to its own variables, from the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.graph import Variable, beneath, enable_grad, gradients, is_recording, plain
from neuropil.ops import ones_like

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neuropil.arrays import Array
    from neuropil.neurons.integrators.integrator import Derivatives, State


def linearised(
    derivatives: Derivatives, state: State, current: Array, pairs: Sequence[tuple[str, str]]
) -> tuple[State, list[Array | None]]:
    """f at a state, and ∂f_a/∂x_b for each of the ``pairs`` (a, b); None where f_a has no x_b.

    Cells are independent of one another, so that pulling back ones gives the derivative of every
    cell at once. The results are Variables where something that goes in is one (the state, or a
    parameter of the equations) and Operations are recorded.
    """
    recording = is_recording()
    with enable_grad():
        variables = {name: _as_variable(x) for name, x in state.items()}
        rates = derivatives(variables, current)
        graph = recording and _depends_on_others(rates, variables, state)
        partials = [_partial(rates[a], variables[b], create_graph=graph) for a, b in pairs]
    return rates if graph else {name: plain(rate) for name, rate in rates.items()}, partials


def _as_variable(x: Array) -> Variable:
    return x if isinstance(x, Variable) and x.requires_grad else Variable(plain(x))


def _depends_on_others(rates: State, variables: State, state: State) -> bool:
    """Whether the state, or anything in the equations, is a Variable that was not made here."""
    if any(variables[name] is x for name, x in state.items()):
        return True
    made = set(map(id, variables.values()))
    results = [rate for rate in rates.values() if isinstance(rate, Variable)]
    return any(
        variable.requires_grad and variable.creator is None and id(variable) not in made
        for variable in beneath(*results)
    )


def _partial(rate: Array, variable: Variable, *, create_graph: bool) -> Array | None:
    if not isinstance(rate, Variable) or not rate.requires_grad:
        return None
    return gradients(rate, [variable], ones_like(rate.value), create_graph=create_graph)[0]
