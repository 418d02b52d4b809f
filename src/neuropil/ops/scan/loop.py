"""A loop over time: `scan`, its formula and its derivative."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING, Any, Literal

from neuropil.arrays import extras, is_array, namespace
from neuropil.arrays.costly import keeping, recalling
from neuropil.arrays.trees import flatten, unflatten
from neuropil.errors import ShapeError
from neuropil.graph import (
    Variable,
    enable_grad,
    gradients,
    is_recording,
    no_grad,
    pick,
    plain,
    primitive,
)
from neuropil.ops.creation import zeros_like
from neuropil.ops.scan.plan import NOTHING, Plan, as_variables, trace
from neuropil.ops.shape import concat, reshape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from neuropil.arrays import Array
    from neuropil.arrays.trees import Tree

CheckpointEvery = int | Literal["sqrt"] | None


def scan(
    step: Callable[[Tree, Tree], tuple[Tree, Tree]],
    init: Tree,
    xs: Tree = None,
    *,
    length: int | None = None,
    reverse: bool = False,
    checkpoint_every: CheckpointEvery = None,
) -> tuple[Tree, Tree]:
    """A loop over time: ``carry, y = step(carry, x)`` for each x of ``xs``.

    The loop is one Operation of the graph. Its backward pass is a loop too, which runs through
    the steps again in the opposite order (backpropagation through time) and needs to keep the
    carry before each step and the matrix products within, not what else is computed. Under XLA
    neither is unrolled.

    The step may use Variables that are not its arguments, such as weights, and is differentiated
    with respect to them as well. Variables whose value it changes (the counter of a Generator)
    are carried along. At every time it is expected to use the same Variables.

    Args:
        step: Called with the carry and one x; gives the next carry, of the same structure, shapes
            and dtypes, and y (None where nothing is to be collected).
        init: The first carry: an array or a tuple, list or dict of them.
        xs: Arrays with time as their first axis, in containers likewise.
        length: How many steps; needed where there are no ``xs``.
        reverse: Begin with the last x. The ys are in the order of the xs in any case.
        checkpoint_every: Keep the carry before every so many steps only, and run through those
            again once more when their turn comes. For T steps ``"sqrt"``, which is √T, keeps the
            least.

    Returns:
        The last carry, and the ys, stacked along a new first axis.

    Raises:
        ShapeError: The xs differ in length, or the carry changes its shape, dtype or structure.
        GraphError: The step computes more matrix products at some times than at others.
        TypeError: The step returns no pair.
        ValueError: There is no length, or ``checkpoint_every`` is no such number.

    Example:
        >>> import numpy as np
        >>> import neuropil as npl
        >>> decay = npl.Variable(0.5)
        >>> total, sums = npl.scan(
        ...     lambda total, x: (decay * total + x,) * 2, np.zeros(()), np.array([1.0, 2.0, 3.0])
        ... )
        >>> print(total.item(), sums.tolist(), npl.gradients(total, [decay])[0])
        4.25 [1.0, 2.5, 4.25] 3.0
    """
    carry, carry_structure = flatten(init)
    inputs, xs_structure = ([], NOTHING) if xs is None else flatten(xs)
    steps = _length(inputs, length)
    every = _every(checkpoint_every, steps)
    if every < steps:
        return _in_chunks(step, init, xs, steps, reverse, every)
    library = namespace(*map(plain, (*carry, *inputs)))
    carry = [leaf if is_array(leaf) else library.asarray(leaf) for leaf in carry]
    given = any(isinstance(leaf, Variable) for leaf in (*carry, *inputs))
    plan = trace(
        Plan(step, carry_structure, xs_structure, given),
        list(map(plain, carry)),
        list(map(plain, inputs)),
        differentiated=is_recording(),
    )
    result = loop(*carry, *inputs, *plan.reads, plan=plan, length=steps, reverse=reverse)
    values = plain(result)
    n, k = len(carry), len(plan.states)
    for variable, value in zip(plan.states, values[n : n + k], strict=True):
        variable.value = value
    leaves = _results(result, n + k + len(plan.shapes))
    return unflatten(plan.carry, leaves[:n]), (
        None if plan.ys == NOTHING else unflatten(plan.ys, leaves[n + k :])
    )


def _results(result: Any, count: int) -> list[Array]:
    """The first of several results, as Variables if they are held by one."""
    if not isinstance(result, Variable):
        return list(result[:count])
    if result.creator is None:
        return [Variable.constant(value) for value in result.value[:count]]
    return [pick(result, index=i) for i in range(count)]


def _backwards(
    s: Mapping[int, Array],
    outputs: Any,
    args: Sequence[Array],
    wanted: Sequence[bool],
    *,
    plan: Plan,
    length: int,
    reverse: bool,
) -> list[Array | None]:
    """Backpropagation through time: a scan in the other direction.

    Its carry are the cotangents of the carry and, summed up, those of the reads; its x are the
    carry before each step, the step's x, and the cotangents of y and of the kept carries.
    """
    graph = isinstance(outputs, Variable)
    n, m, k, q = plan.carry.size, plan.xs.size, len(plan.states), len(plan.shapes)
    values = plain(outputs)
    results = _results(outputs, len(values)) if graph else list(values)
    kept, products = results[n + k + q : 2 * (n + k) + q], values[2 * (n + k) + q :]
    xs = list(args[n : n + m])
    floating = [i for i in range(n) if values[i].dtype.kind not in "biuc"]
    of_x = [i for i in range(m) if wanted[n + i]]
    reads = [v for i, v in enumerate(plan.reads) if wanted[n + m + i]]
    of_y = {i: s[n + k + i] for i in range(q) if n + k + i in s}
    of_kept = {i: s[n + k + q + i] for i in floating if n + k + q + i in s}

    def undo(cotangents: Any, x: Any) -> tuple[Any, Any]:
        of_carry, of_reads = cotangents
        before, inputs, ys, keeps, known = x
        carry, inputs = as_variables(before[:n]), as_variables(inputs)
        with enable_grad(), plan.holding(list(map(plain, before[n:]))), plan.as_leaves():
            with recalling(list(map(plain, known))):
                new, y = plan.run(carry, inputs)
            seeded = [(new[i], c) for i, c in zip(floating, of_carry, strict=True)]
            seeded += [(y[i], c) for i, c in ys.items()]
            seeded = [(v, c) for v, c in seeded if isinstance(v, Variable) and v.requires_grad]
            sources = [carry[i] for i in floating] + [inputs[i] for i in of_x] + reads
            found = gradients(
                [v for v, _ in seeded], sources, [c for _, c in seeded], create_graph=graph
            )
        found = [
            zeros_like(source if graph else source.value) if gradient is None else gradient
            for source, gradient in zip(sources, found, strict=True)
        ]
        f = len(floating)
        back = [
            gradient + keeps[i] if i in keeps else gradient
            for i, gradient in zip(floating, found[:f], strict=True)
        ]
        sums = [total + part for total, part in zip(of_reads, found[f + len(of_x) :], strict=True)]
        return (back, sums), found[f : f + len(of_x)]

    start = (
        [s[i] if i in s else zeros_like(results[i]) for i in floating],
        [zeros_like(v if graph else v.value) for v in reads],
    )
    with enable_grad() if graph else no_grad():
        (of_init, of_reads), of_xs = scan(
            undo,
            start,
            (kept, xs, of_y, of_kept, list(products)),
            length=length,
            reverse=not reverse,
        )
    found: list[Array | None] = [None] * len(args)
    for places, parts in (
        (floating, of_init),
        ([n + i for i in of_x], of_xs),
        ([n + m + i for i in range(len(plan.reads)) if wanted[n + m + i]], of_reads),
    ):
        for place, part in zip(places, parts, strict=True):
            found[place] = part
    return found


@primitive(joint=_backwards)
def _scan(*arrays: Array, plan: Plan, length: int, reverse: bool) -> tuple[Array, ...]:
    """The last carry and states, the ys, the carry and states before each step, the products."""
    n, m = plan.carry.size, plan.xs.size
    states = [variable.value for variable in plan.states]
    library = namespace(*arrays, *states)

    def body(carry: Sequence[Array], x: Sequence[Array]) -> tuple[list[Array], list[Array]]:
        with plan.holding(carry[n:]), keeping() as products:
            new, y = plan.run(carry[:n], x)
            changed = [variable.value for variable in plan.states]
        return [*map(plain, new), *changed], [*map(plain, y), *carry, *plan.kept(products)]

    carry = [*arrays[:n], *map(library.asarray, states)]
    last, ys = extras(*arrays, *states).loop(body, carry, arrays[n : n + m], length, reverse)
    if length == 0:
        like = [*plan.shapes, *((a.shape, a.dtype) for a in carry), *(plan.products or [])]
        ys = [library.zeros((0, *shape), dtype=dtype) for shape, dtype in like]
    return (*last, *ys)


loop = _scan


def _in_chunks(
    step: Callable[[Tree, Tree], tuple[Tree, Tree]],
    init: Tree,
    xs: Tree,
    length: int,
    reverse: bool,
    every: int,
) -> tuple[Tree, Tree]:
    """A scan whose steps are scans of ``every`` steps: only the outer one keeps its carries."""
    chunks, rest = divmod(length, every)
    leaves, structure = ([], NOTHING) if xs is None else flatten(xs)
    regular = chunks * every

    def part(slices: slice) -> Tree:
        return None if xs is None else unflatten(structure, [x[slices] for x in leaves])

    def chunked() -> Tree:
        shaped = [reshape(x[:regular], shape=(chunks, every, *x.shape[1:])) for x in leaves]
        return None if xs is None else unflatten(structure, shaped)

    def whole(carry: Tree) -> tuple[Tree, Tree]:
        carry, ys = scan(
            lambda c, x: scan(step, c, x, length=every, reverse=reverse),
            carry,
            chunked(),
            length=chunks,
            reverse=reverse,
        )
        flat, ys_structure = ([], NOTHING) if ys is None else flatten(ys)
        flat = [reshape(y, shape=(regular, *y.shape[2:])) for y in flat]
        return carry, None if ys is None else unflatten(ys_structure, flat)

    def remainder(carry: Tree) -> tuple[Tree, Tree]:
        return scan(step, carry, part(slice(regular, None)), length=rest, reverse=reverse)

    if rest == 0:
        return whole(init)
    carry, one = remainder(init) if reverse else whole(init)
    carry, other = whole(carry) if reverse else remainder(carry)
    return carry, _joined(other, one) if reverse else _joined(one, other)


def _every(checkpoint_every: Any, steps: int) -> int:
    """How many steps lie between two carries that are kept."""
    if checkpoint_every is None:
        return steps
    if checkpoint_every == "sqrt":
        return max(isqrt(steps), 1)
    if not isinstance(checkpoint_every, int) or checkpoint_every < 1:
        raise ValueError(f"checkpoint_every is at least 1, or 'sqrt', got {checkpoint_every!r}")
    return checkpoint_every


def _joined(first: Tree, second: Tree) -> Tree:
    if first is None:
        return None
    (a, structure), (b, _) = flatten(first), flatten(second)
    return unflatten(structure, [concat([x, y], axis=0) for x, y in zip(a, b, strict=True)])


def _length(xs: Sequence[Array], length: int | None) -> int:
    lengths = {len(x) for x in xs}
    if length is not None:
        lengths.add(length)
    if not lengths:
        raise ValueError("scan needs to know how many steps: pass xs, or length=…")
    if len(lengths) > 1:
        raise ShapeError(
            f"scan's xs have one length, the number of steps; got {sorted(lengths)}: cut them, or "
            "leave length out"
        )
    return lengths.pop()
