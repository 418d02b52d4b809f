"""What a module is made of: its attributes that are modules, Variables or Generators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from neuropil.errors import GraphError
from neuropil.graph import Variable
from neuropil.nn.parameter import Parameter

T = TypeVar("T")

_PLAIN_CONTAINERS = (list, tuple, set, dict)


class Owner:
    """What owns members: a module, as far as this file has to know one. The base of `Module`."""

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(vars(self).get(name), Parameter) and not isinstance(value, Parameter | None):
            raise TypeError(
                f"{type(self).__name__}.{name} is a Parameter, got {type(value).__name__}: assign "
                f"to .{name}.value to change its numbers, or assign an nn.Parameter"
            )
        object.__setattr__(self, name, value)


OwnerT = TypeVar("OwnerT", bound=Owner)


def members(owner: Owner, kind: type[T]) -> Iterator[tuple[str, T]]:
    """The attributes of ``kind``, by name, in the order they were made.

    Raises:
        GraphError: Modules or Parameters hide in a list or a dict, where they would be missed.
    """
    for name, value in vars(owner).items():
        if isinstance(value, kind):
            yield name, value
        elif isinstance(value, _PLAIN_CONTAINERS) and _hides_members(value):
            raise GraphError(
                f"{type(owner).__name__}.{name} is a {type(value).__name__} that holds modules or "
                "parameters, which nobody would train: use nn.ModuleList for modules, an "
                "attribute of its own for a parameter"
            )


def places(
    owner: OwnerT, kind: type[OwnerT], prefix: str = "", above: tuple[OwnerT, ...] = ()
) -> Iterator[tuple[str, OwnerT]]:
    """Every path to an owner, each name ending in a dot: what stands in two places comes twice."""
    if any(owner is one for one in above):  # a child that knows its parent
        return
    yield prefix, owner
    for name, child in members(owner, kind):
        yield from places(child, kind, f"{prefix}{name}.", (*above, owner))


def named_variables(root: Owner) -> Iterator[tuple[str, Variable]]:
    """Every path to a parameter or buffer: what `state_dict` lists.

    Results of Operations (an activation kept for looking at) are no part of a module.
    """
    for prefix, owner in places(root, Owner):
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


def _hides_members(container: Any) -> bool:
    """Whether a module or Parameter is in a plain container, or in one within it."""
    values = container.values() if isinstance(container, dict) else container
    return any(
        isinstance(value, Owner | Parameter)
        or (isinstance(value, _PLAIN_CONTAINERS) and _hides_members(value))
        for value in values
    )
