"""Derivatives of one Variable with respect to others, without touching their ``grad``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuropil.graph.ownership import own
from neuropil.graph.pullback import pull_back
from neuropil.graph.traversal import beneath

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neuropil.arrays import Array
    from neuropil.graph.variable import Variable


def gradients(
    output: Variable | Sequence[Variable],
    inputs: Sequence[Variable],
    seed: Array | Sequence[Array] = None,
    *,
    create_graph: bool = False,
) -> list[Array | None]:
    """The derivatives of ``output`` with respect to each of ``inputs``, leaving grads alone.

    Args:
        output: A scalar, or an array together with its cotangent ``seed``; or several of them,
            whose derivatives are added.
        inputs: Leaves or inner Variables. Only paths that lead to them are computed.
        seed: The cotangent of ``output``; 1 for a scalar. Of several outputs, one each.
        create_graph: Return Variables that can be differentiated again, not plain arrays.

    Returns:
        One gradient per input, an array that nothing else holds; None where ``output`` does not
        depend on it, or it requires none.

    Raises:
        GraphError: ``output`` needs a seed.
        ShapeError: ``seed`` is not of ``output``'s shape.

    Example:
        >>> import neuropil as npl
        >>> x = npl.Variable(3.0)
        >>> (slope,) = npl.gradients(x**2, [x], create_graph=True)
        >>> print(slope.item(), npl.gradients(slope, [x])[0])
        6.0 2.0
    """
    several = isinstance(output, list | tuple)
    outputs: Any = output if several else [output]
    seeds: Any = seed if several and seed is not None else [seed] * len(outputs)
    wanted = {id(variable) for variable in inputs}
    reached = _leads_to(wanted, outputs)
    found = {
        id(variable): cotangent
        for variable, cotangent in pull_back(outputs, seeds, create_graph, wanted, reached)
    }
    parts = [found.get(id(variable)) for variable in inputs]
    if create_graph:
        return parts
    given = {id(getattr(seed, "value", seed)) for seed in seeds}  # the caller's
    return [None if part is None else own(part, given) for part in parts]


def _leads_to(wanted: set[int], outputs: Sequence[Variable]) -> set[int]:
    """The ids of the Variables beneath ``outputs`` through which ``wanted`` are reached."""
    reached = set(wanted)
    for variable in beneath(*outputs):
        creator = variable.creator
        if creator is not None and any(id(parent) in reached for _, parent in creator.parents):
            reached.add(id(variable))
    return reached
