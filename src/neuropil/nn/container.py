"""What modules in a row have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, overload

from neuropil.nn.module import Module

if TYPE_CHECKING:
    from typing import Self


class Container(Module):
    """Base of `Sequential` and `ModuleList`: modules in a row, as attributes ``"0"``, ``"1"``."""

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add modules at the end, and return this container."""
        for module in modules:
            if not isinstance(module, Module):
                raise TypeError(
                    f"{type(self).__name__} holds modules, got {_named(module)}: "
                    "use nn.ReLU() for a function, * to unpack a list"
                )
            setattr(self, str(len(self)), module)
        return self

    def append(self, module: Module) -> Self:
        """Add one module at the end, and return this container."""
        return self.extend([module])

    def __len__(self) -> int:
        return sum(map(str.isdecimal, vars(self)))

    def __iter__(self) -> Iterator[Any]:
        return (module for name, module in vars(self).items() if name.isdecimal())

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...

    def __getitem__(self, index: int | slice) -> Any:
        """One module, or a container of some that shares them with this one."""
        if isinstance(index, slice):
            part = type(self)().extend(list(self)[index])
            part.training = self.training
            return part
        return list(self)[index]

    def __setitem__(self, index: int, module: Module) -> None:
        """Put another module in a place that there is."""
        setattr(self, str(range(len(self))[index]), module)


def _named(value: object) -> str:
    kind = getattr(value, "__name__", type(value).__name__)
    return f"the class {kind}" if isinstance(value, type) else kind
