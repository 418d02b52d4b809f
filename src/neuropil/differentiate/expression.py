"""A function called on Variables of its own: what went in, what came out, and derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from neuropil import ops
from neuropil.arrays import Array, is_array, namespace
from neuropil.arrays.trees import Structure, Tree, flatten, unflatten
from neuropil.errors import DTypeError, ShapeError
from neuropil.graph import Variable, beneath, gradients, is_recording, plain
from neuropil.graph.recording import enable_grad

Function = Callable[..., Tree]
Argnums = int | tuple[int, ...]


@dataclass(frozen=True)
class Expression:
    """One call of a function as an expression graph.

    Attributes:
        inputs: The Variables that stand for the arrays of the chosen arguments.
        arguments: The Structure those arguments form, a tuple with one Tree for each.
        outputs: What came out, flat: Variables, or constants that depend on none.
        results: The Structure of what came out.
        attached: Whether the result depends on Variables that were there before the call, so
            that derivatives must themselves stay differentiable.
    """

    inputs: list[Variable]
    arguments: Structure
    outputs: list[Any]
    results: Structure
    attached: bool

    def value(self) -> Tree:
        """What the function returned: Variables if the expression is attached, else arrays."""
        outputs = self.outputs if self.attached else [plain(output) for output in self.outputs]
        return unflatten(self.results, outputs)


def express(
    function: Function,
    args: Sequence[Tree],
    argnums: Sequence[int],
    settings: Mapping[str, Any] | None = None,
) -> Expression:
    """Call ``function`` with Variables of its own in place of the arrays at ``argnums``.

    The Variables are new even where an argument is one already: a derivative with respect to an
    argument does not see what else, in the function or in another argument, was made from it.
    """
    chosen, arguments = flatten(tuple(args[position] for position in argnums))
    names = [
        path
        for position, child in zip(argnums, arguments.children, strict=True)
        for path in child.paths(f"argument {position}")
    ]
    inputs = [lift(leaf, name) for leaf, name in zip(chosen, names, strict=True)]
    lifted = list(args)
    for position, tree in zip(argnums, unflatten(arguments, inputs), strict=True):
        lifted[position] = tree
    with enable_grad():
        result = function(*lifted, **(settings or {}))
    outputs, results = flatten(result)
    ours = {id(variable) for variable in inputs if variable.creator is None}
    attached = is_recording() and any(
        variable.creator is None and variable.requires_grad and id(variable) not in ours
        for variable in beneath(*(y for y in outputs if isinstance(y, Variable)))
    )
    return Expression(inputs, arguments, outputs, results, attached)


def positions(argnums: Argnums, count: int) -> tuple[int, ...]:
    """``argnums`` as positions counted from 0.

    Raises:
        IndexError: There is no such argument.
    """
    chosen = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    for position in chosen:
        if not -count <= position < count:
            raise IndexError(f"argnums names argument {position}, the call has {count}")
    return tuple(position % count for position in chosen)


def lift(leaf: Any, name: str) -> Variable:
    """A new Variable for an array; for a Variable, one that hangs in the graph above it.

    Raises:
        DTypeError: The array has no derivative (integers, booleans, no array at all).
    """
    if not is_array(leaf) and not isinstance(leaf, float):
        kind: Any = type(leaf).__name__
    elif is_array(leaf) and leaf.dtype.kind in "biuc":
        kind = leaf.dtype
    elif not isinstance(leaf, Variable):
        return Variable(leaf, requires_grad=True)
    elif leaf.requires_grad and is_recording():
        copied: Variable = ops.positive(leaf)
        return copied
    else:
        return Variable(leaf.value, requires_grad=True)
    raise DTypeError(
        f"{name} must be real floating to be differentiated, got {kind}: convert it "
        "(2.0 for 2, x.astype('float64')) or choose other arguments"
    )


def pull(
    outputs: Sequence[Any],
    inputs: Sequence[Variable],
    cotangents: Sequence[Array | None],
    *,
    create_graph: bool,
) -> list[Array]:
    """Jᵀ·cotangents of all ``outputs`` at once, one array (or Variable) per input.

    A single scalar output may have None for its cotangent: 1. Where an input has no influence,
    the result is zero.
    """
    active = [
        (y, s)
        for y, s in zip(outputs, cotangents, strict=True)
        if isinstance(y, Variable) and y.requires_grad
    ]
    found: list[Array | None] = [None] * len(inputs)
    if active:
        with enable_grad():
            output, seed = active[0] if len(active) == 1 else _joined(active)
        found = gradients(output, inputs, seed, create_graph=create_graph)
    if create_graph:
        return [
            Variable(zeros(x), requires_grad=False) if part is None else part
            for x, part in zip(inputs, found, strict=True)
        ]
    return [zeros(x) if part is None else part for x, part in zip(inputs, found, strict=True)]


def conforming(tree: Tree, structure: Structure, like: Sequence[Any], what: str) -> list[Array]:
    """The leaves of a tangent or cotangent, checked against what it belongs to.

    Raises:
        ShapeError: Its structure or the shape of an array differs.
    """
    leaves, found = flatten(tree)
    if found != structure:
        raise ShapeError(
            f"the {what} must be nested like what it belongs to, with {len(like)} array(s), "
            f"got {len(leaves)}"
        )
    for path, leaf, y in zip(structure.paths(what), leaves, like, strict=True):
        shape, expected = tuple(getattr(leaf, "shape", ())), tuple(getattr(y, "shape", ()))
        if shape != expected:
            raise ShapeError(f"{path} must have shape {expected}, got {shape}")
    return [
        leaf if is_array(leaf) else namespace(plain(y)).asarray(leaf, dtype=y.dtype)
        for leaf, y in zip(leaves, like, strict=True)
    ]


def differentiable(leaves: Sequence[Any]) -> bool:
    """Whether a Variable among them asks for a derivative of what is made from it."""
    return is_recording() and any(isinstance(v, Variable) and v.requires_grad for v in leaves)


def zeros(value: Any) -> Array:
    """Zeros of the shape and dtype of an array or Variable."""
    value = plain(value)
    return namespace(value).zeros_like(value)


def _joined(active: Sequence[tuple[Variable, Array]]) -> tuple[Variable, Array]:
    """Several results and their cotangents as one vector each."""
    outputs, cotangents = zip(*active, strict=True)
    return (
        ops.concat([ops.reshape(y, (-1,)) for y in outputs]),
        ops.concat([ops.reshape(s, (-1,)) for s in cotangents]),
    )
