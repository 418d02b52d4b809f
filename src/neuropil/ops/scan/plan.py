"""What a loop's step reads, changes and returns: found by running it once."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from neuropil.arrays import extras, namespace
from neuropil.arrays.costly import keeping
from neuropil.arrays.trees import Structure, flatten, unflatten
from neuropil.errors import GraphError, ShapeError
from neuropil.graph import Variable, plain, watching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from neuropil.arrays import Array

NOTHING = Structure(tuple)
"""The Structure of no arrays at all."""


@dataclass
class Plan:
    """A step, taken apart into arrays.

    Attributes:
        step: ``(carry, x) -> (carry, y)``, of Trees.
        carry, xs, ys: Their Structures.
        variables: Whether the step is given Variables, not plain arrays.
        reads: The Variables from outside it is differentiated with respect to.
        states: The Variables from outside that it changes.
        shapes: The shape and dtype of each y.
        products: Those of each costly result, which is kept for the way back; None without one.
    """

    step: Callable[[Any, Any], tuple[Any, Any]]
    carry: Structure
    xs: Structure
    variables: bool
    ys: Structure = NOTHING
    reads: Sequence[Variable] = ()
    states: Sequence[Variable] = ()
    shapes: Sequence[tuple[tuple[int, ...], Any]] = field(default_factory=list)
    products: Sequence[tuple[tuple[int, ...], Any]] | None = None

    def run(self, carry: Sequence[Array], x: Sequence[Array]) -> tuple[list[Array], list[Array]]:
        """One step of flat arrays: those of the next carry, and of y."""
        if self.variables:
            carry, x = as_variables(carry), as_variables(x)
        inputs = None if self.xs == NOTHING else unflatten(self.xs, x)
        result: Any = self.step(unflatten(self.carry, carry), inputs)
        if not isinstance(result, tuple) or len(result) != 2:
            raise TypeError(
                f"scan's step returns the pair (carry, y), got {type(result).__name__}: return "
                "(carry, None) if there is nothing to collect"
            )
        new, structure = flatten(result[0])
        if structure != self.carry:
            raise ShapeError(
                f"scan's carry keeps its structure: expected {', '.join(self.carry.paths('carry'))}"
                f", got {', '.join(structure.paths('carry'))}: return what init is made of"
            )
        y, self.ys = ([], NOTHING) if result[1] is None else flatten(result[1])
        return new, y

    def kept(self, products: Sequence[Array]) -> Sequence[Array]:
        """Those of the costly results of a step that the way back needs.

        Raises:
            GraphError: They are not as many as in the first step.
        """
        if self.products is None:
            return []
        if len(products) != len(self.products):
            raise GraphError(
                f"scan's step computes {len(self.products)} matrix products the first time and "
                f"{len(products)} at another: it branches in Python; let it compute the same every "
                "time and choose with npl.where, or use a Python loop"
            )
        return products

    @contextmanager
    def holding(self, states: Sequence[Array]) -> Iterator[None]:
        """The step's surroundings as they were when its states held these values, for a while."""
        before = [(variable, variable.value, variable.grad) for variable in self.states]
        grads = [(variable, variable.grad) for variable in self.reads]
        try:
            for variable, value in zip(self.states, states, strict=True):
                variable.value = value
            yield
        finally:
            for variable, value, grad in before:
                variable.value, variable.grad = value, grad
            for variable, grad in grads:
                variable.grad = grad

    @contextmanager
    def as_leaves(self) -> Iterator[None]:
        """Cut the graph where it enters the step: what lies beneath its reads is not its own."""
        with ExitStack() as stack:
            for variable in self.reads:
                stack.callback(setattr, variable, "creator", variable.creator)
                variable.creator = None
            yield


def as_variables(arrays: Sequence[Array]) -> list[Variable]:
    """Each array as a Variable that stands at the beginning of a graph."""
    return [x if isinstance(x, Variable) else Variable(x) for x in arrays]


def trace(plan: Plan, carry: Sequence[Array], xs: Sequence[Array], *, differentiated: bool) -> Plan:
    """Complete a plan by running its step once, and undoing what that changed.

    Raises:
        ShapeError: The carry changes its shape or dtype.
    """
    library = namespace(*carry, *xs)
    first = [x[0] if len(x) else library.zeros(x.shape[1:], dtype=x.dtype) for x in xs]
    found: list[Any] = []

    def run(carry: Sequence[Array], x: Sequence[Array]) -> tuple[list[Array], ...]:
        with watching(protect=True) as watch, keeping() as products:
            found.append(watch)
            try:
                new, y = plan.run(carry, x)
                return list(map(plain, new)), list(map(plain, y)), products
            finally:
                watch.restore()

    new, y, products = extras(*carry, *xs).abstractly(run, list(carry), first)
    for path, before, after in zip(plan.carry.paths("carry"), carry, new, strict=True):
        _check_same(path, before, after)
    plan.shapes = [(tuple(a.shape), a.dtype) for a in y]
    watch = found[-1]
    plan.states = list(watch.written.values())
    if differentiated:
        plan.reads = [
            v for v in watch.read.values() if v.requires_grad and id(v) not in watch.written
        ]
        plan.variables = plan.variables or bool(plan.reads)
        if plan.variables:
            plan.products = [(tuple(a.shape), a.dtype) for a in products]
    return plan


def _check_same(path: str, before: Array, after: Array) -> None:
    if tuple(before.shape) != tuple(after.shape) or before.dtype != after.dtype:
        raise ShapeError(
            f"scan's {path} keeps its shape and dtype: expected {tuple(before.shape)} of "
            f"{before.dtype}, got {tuple(after.shape)} of {after.dtype}: make init, xs and the "
            "weights of one dtype, or convert in the step"
        )
