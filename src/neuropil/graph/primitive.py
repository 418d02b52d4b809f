"""Primitives: a formula with one derivative per argument."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import Any

from neuropil.errors import ShapeError
from neuropil.graph.operation import Operation
from neuropil.graph.recording import mode
from neuropil.graph.variable import Variable

Formula = Callable[..., Any]
Vjp = Callable[..., Any]
JointVjp = Callable[..., Sequence[Any]]

primitives: dict[str, Primitive] = {}
"""Every primitive by name. One test gradient-checks them all."""


class Primitive:
    """A function of arrays whose applications to Variables are recorded.

    The positional-only parameters of the formula are its arrays; the others are settings, which
    are never differentiated. Applied to plain arrays it is the formula and nothing more.

    A derivative takes ``(s, y, *args, **settings)``, with ``s`` the cotangent of the result
    ``y``, and gives the cotangent of its argument. It is written with primitives, so that it can
    be differentiated again, and need not undo broadcasting: the backward pass does. ``None``
    says that the result does not depend smoothly on that argument. One joint derivative
    ``(s, y, args, wanted, **settings)`` may stand for all of them; it returns a cotangent for
    each argument whose ``wanted`` is true.
    """

    def __init__(
        self, formula: Formula, vjps: Sequence[Vjp | None] = (), joint: JointVjp | None = None
    ) -> None:
        code = formula.__code__
        update_wrapper(self, formula)
        self.formula = formula
        self.name = formula.__name__.lstrip("_")
        variadic = bool(code.co_flags & 0x04)
        self.arity = 10**9 if variadic else code.co_posonlyargcount
        self.vjps = tuple(vjps) or (None,) * code.co_posonlyargcount
        self.joint = joint
        if joint is None and len(self.vjps) != self.arity:
            raise TypeError(
                f"{self.name} has {self.arity} array arguments and {len(self.vjps)} derivatives: "
                "give one each (None where there is none)"
            )

    def __call__(self, *args: Any, **settings: Any) -> Any:
        """Apply the formula, and record that where an argument is a Variable."""
        if len(args) > self.arity:
            args = self._move_settings(args, settings)
        parents: list[tuple[int, Variable]] | None = None
        values: Any = args
        for position, arg in enumerate(args):
            if isinstance(arg, Variable):
                if parents is None:
                    parents = []
                    values = list(args)
                parents.append((position, arg))
                values[position] = arg.value
        try:
            value = self.formula(*values, **settings)
        except ValueError as error:
            self.explain(values, error)
            raise
        if parents is None:
            return value
        if not mode.recording:
            return Variable.constant(value)
        return Variable.made(
            value, Operation(self, args, settings, parents), self.depends_on(parents)
        )

    def _move_settings(self, args: tuple[Any, ...], settings: dict[str, Any]) -> tuple[Any, ...]:
        """Give positional settings their names: ``reshape(x, shape)``."""
        code = self.formula.__code__
        names = code.co_varnames[self.arity : code.co_argcount + code.co_kwonlyargcount]
        extra = args[self.arity :]
        if len(extra) > len(names):
            raise TypeError(
                f"{self.name} takes {self.arity + len(names)} arguments, got {len(args)}"
            )
        settings.update(zip(names, extra, strict=False))
        return args[: self.arity]

    def explain(self, values: Sequence[Any], error: ValueError) -> None:
        """Raise a library's complaint about shapes with the function and the shapes in front.

        A LinAlgError or one of ours speaks for itself, and is left to the caller.
        """
        if type(error) is ValueError:
            shapes = " and ".join(str(tuple(getattr(value, "shape", ()))) for value in values)
            raise ShapeError(
                f"{self.name} cannot take arguments of shape {shapes}: {error}"
            ) from error

    def depends_on(self, parents: list[tuple[int, Variable]]) -> bool:
        """Whether a result is differentiable with respect to any of ``parents``."""
        if self.joint is not None:
            return any(parent.requires_grad for _, parent in parents)
        vjps = self.vjps
        for position, parent in parents:
            if parent.requires_grad and vjps[position] is not None:
                return True
        return False

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


def primitive(
    vjps: Sequence[Vjp | None] = (), *, joint: JointVjp | None = None
) -> Callable[[Formula], Primitive]:
    """Make and register a primitive from the formula below it.

    Example:
        >>> import numpy as np
        >>> @primitive(vjps=(lambda s, y, x: s * 3.0 * x**2,))
        ... def _cube_of_the_example(x, /):
        ...     return x**3
        >>> _cube_of_the_example(np.array(2.0)).item()
        8.0
        >>> primitives.pop("cube_of_the_example")
        <primitive cube_of_the_example>
    """

    def register(formula: Formula) -> Primitive:
        made = Primitive(formula, vjps, joint)
        if made.name in primitives:
            raise ValueError(f"the primitive {made.name} exists already: choose another name")
        primitives[made.name] = made
        return made

    return register


@primitive(joint=lambda s, y, args, wanted, index: ({index: s},))
def pick(outputs: tuple[Any, ...], /, index: int) -> Any:
    """One of the results of a primitive that returns several."""
    return outputs[index]
