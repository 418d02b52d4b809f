"""What a module is made of: its attributes that are modules, Variables or Generators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from neuropil.errors import GraphError
from neuropil.graph import Variable
from neuropil.nn.parameter import Parameter

if TYPE_CHECKING:
    from neuropil.nn.module import Module

T = TypeVar("T")


def members(module: Module, kind: type[T]) -> Iterator[tuple[str, T]]:
    """The attributes of ``kind``, by name, in the order they were made.

    Raises:
        GraphError: Modules or Parameters hide in a list or a dict, where they would be missed.
    """
    for name, value in vars(module).items():
        if isinstance(value, kind):
            yield name, value
        elif isinstance(value, list | tuple | dict) and _hides_members(value):
            raise GraphError(
                f"{type(module).__name__}.{name} is a {type(value).__name__} that holds modules or "
                "parameters, which nobody would train: use nn.ModuleList for modules, an "
                "attribute of its own for a parameter"
            )


def places(
    module: Module, prefix: str = "", above: tuple[Module, ...] = ()
) -> Iterator[tuple[str, Module]]:
    """Every path to a module, each name ending in a dot: what stands in two places comes twice."""
    from neuropil.nn.module import Module

    if any(module is one for one in above):  # a module that knows its parent
        return
    yield prefix, module
    for name, child in members(module, Module):
        yield from places(child, f"{prefix}{name}.", (*above, module))


def named_variables(module: Module) -> Iterator[tuple[str, Variable]]:
    """Every path to a parameter or buffer: what `state_dict` lists.

    Results of Operations (an activation kept for looking at) are no part of a module.
    """
    for prefix, owner in places(module):
        for name, variable in members(owner, Variable):
            if variable.creator is None:
                yield prefix + name, variable


def unique(named: Iterable[tuple[str, T]]) -> Iterator[tuple[str, T]]:
    """Each thing once, under its first name."""
    seen = set()
    for name, thing in named:
        if id(thing) not in seen:
            seen.add(id(thing))
            yield name, thing


def _hides_members(
    container: list[object] | tuple[object, ...] | dict[object, object],
) -> bool:
    from neuropil.nn.module import Module

    values = container.values() if isinstance(container, dict) else container
    return any(isinstance(value, Module | Parameter) for value in values)
