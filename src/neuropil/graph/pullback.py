"""Reverse-mode differentiation (notes 4.1.2): cotangents carried from results to arguments."""

from __future__ import annotations

from contextlib import nullcontext
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from neuropil.arrays import Array, namespace
from neuropil.errors import GraphError, ShapeError
from neuropil.graph.functions import functions
from neuropil.graph.recording import enable_grad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neuropil.graph.operation import Node, Operation

Cotangents = dict[int, Any]

Queue = list[tuple[int, int, Any, Any]]
"""Variables and their Operations, the youngest first. Copies share one: their ids decide."""


def pull_back(
    outputs: Sequence[Node],
    seeds: Sequence[Array],
    create_graph: bool = False,
    wanted: set[int] | None = None,
    reached: set[int] | None = None,
) -> list[tuple[Node, Array]]:
    """The cotangents of ``wanted`` (default: leaves and Variables that retain their grads).

    Operations are undone from the youngest to the oldest: when one's turn comes, everything
    that uses its result has been undone, so its cotangent is complete, and is dropped once used.
    """
    cotangents: Cotangents = {}
    queue: Queue = []
    leaves: list[Node] = []
    results: list[tuple[Node, Array]] = []

    def add(variable: Node, cotangent: Array) -> None:
        key = id(variable)
        if key in cotangents:
            cotangents[key] = _sum(cotangents[key], cotangent)
        else:
            cotangents[key] = cotangent
            _enqueue(variable, queue, leaves)

    with enable_grad() if create_graph else nullcontext():
        for output, seed in zip(outputs, seeds, strict=True):
            add(output, _seed(output, seed, create_graph))
        while queue:
            _, _, variable, operation = heappop(queue)
            cotangent = cotangents.pop(id(variable))
            if variable.retain_grads if wanted is None else id(variable) in wanted:
                results.append((variable, cotangent))
            for parent, part in _parts(operation, variable, cotangent, create_graph, reached):
                add(parent, part)
    results.extend(
        (leaf, cotangents[id(leaf)]) for leaf in leaves if wanted is None or id(leaf) in wanted
    )
    return results


def _parts(
    operation: Operation,
    result: Node,
    cotangent: Array,
    create_graph: bool,
    reached: set[int] | None,
) -> list[tuple[Node, Array]]:
    """What one Operation passes on to each of its differentiable arguments."""
    primitive, settings = operation.primitive, operation.settings
    args: Any = operation.args if create_graph else operation.values()
    y = result if create_graph else result.value
    if primitive.joint is not None:
        return _joint_parts(operation, cotangent, y, args, reached)
    parts = []
    for position, parent in operation.parents:
        vjp = primitive.vjps[position]
        if vjp is not None and parent.requires_grad and (reached is None or id(parent) in reached):
            part, value = vjp(cotangent, y, *args, **settings), parent.value
            if part.shape != value.shape or part.dtype != value.dtype:
                part = conform(part, value)
            parts.append((parent, part))
    return parts


def _joint_parts(
    operation: Operation, cotangent: Array, y: Array, args: Any, reached: set[int] | None
) -> list[tuple[Node, Array]]:
    """The same for a primitive with one derivative for all of its arguments."""
    wanted = [False] * len(args)
    for position, parent in operation.parents:
        wanted[position] = parent.requires_grad and (reached is None or id(parent) in reached)
    joint: Any = operation.primitive.joint
    parts = joint(cotangent, y, args, wanted, **operation.settings)
    return [
        (parent, conform(parts[position], parent.value))
        for position, parent in operation.parents
        if wanted[position] and parts[position] is not None
    ]


def conform(cotangent: Array, value: Array) -> Array:
    """Bring a cotangent to the shape and dtype of its array: undo broadcasting, promotion."""
    if type(value) is tuple:  # of several arrays: some of their cotangents, by number
        return cotangent
    if cotangent.shape != value.shape:
        cotangent = _unbroadcast(cotangent, value.shape)
    if cotangent.dtype != value.dtype:
        cotangent = functions["astype"](cotangent, value.dtype)
    return cotangent


def _unbroadcast(cotangent: Array, shape: tuple[int, ...]) -> Array:
    """Sum over the axes along which an argument of ``shape`` was repeated."""
    given = cotangent.shape
    lead = len(given) - len(shape)
    axes = [lead + i for i, n in enumerate(shape) if n == 1 and given[lead + i] != 1]
    cotangent = cotangent.sum(axis=(*range(lead), *axes))
    return cotangent if cotangent.shape == shape else cotangent.reshape(shape)


def _seed(output: Node, seed: Array, create_graph: bool) -> Array:
    """The cotangent of the output: an array, or a Variable under ``create_graph``."""
    value = output.value
    if seed is None:
        if value.shape != ():
            raise GraphError(
                f"backward needs a scalar, got shape {value.shape}: reduce it (mean, sum) or "
                "pass its cotangent as seed"
            )
        one = namespace(value).ones((), dtype=value.dtype)
        return output.constant(one) if create_graph else one
    if not hasattr(seed, "shape"):
        seed = namespace(value).asarray(seed, dtype=value.dtype)
    if tuple(seed.shape) != value.shape:
        raise ShapeError(
            f"seed must have the shape of the result, {value.shape}, got {tuple(seed.shape)}"
        )
    if seed.dtype != value.dtype:
        seed = functions["astype"](seed, value.dtype)
    if not create_graph:
        return getattr(seed, "value", seed)
    return seed if hasattr(seed, "creator") else output.constant(seed)


def _enqueue(variable: Node, queue: Queue, leaves: list[Node]) -> None:
    operation = variable.creator
    if operation is None:
        leaves.append(variable)
    else:
        heappush(queue, (-operation.order, id(variable), variable, operation))


def _sum(first: Array, second: Array) -> Array:
    """The sum of two cotangents; of a Variable that holds several arrays, array by array."""
    if type(first) is not dict:
        return first + second
    return first | {
        index: first[index] + part if index in first else part for index, part in second.items()
    }
