"""A list of modules, whose parameters are found."""

from __future__ import annotations

from collections.abc import Iterable

from neuropil.nn.container import Container
from neuropil.nn.module import Module


class ModuleList(Container):
    """Modules in a list: index, slice, append and go through it as through any list.

    It is not called itself; the `forward` of the module that owns it calls its modules.

    Example:
        >>> from neuropil import nn
        >>> layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])
        >>> len(layers), [name for name, _ in layers[:1].named_parameters()]
        (3, ['0.weight', '0.bias'])
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self.extend(modules)
