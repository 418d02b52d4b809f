"""Seeing which Variables a step reads and writes, for those who run a step in their own way."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from neuropil.graph.variable import Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Watch:
    """The Variables from outside whose values were read or written while it was open.

    What came into being meanwhile is not from outside.

    Attributes:
        read: By id, those whose value was read.
        written: By id, those that hold another value than at first.
        choice: From now on, what a Variable from outside shall hold instead of the new value, as
            ``choice(new, old)``.
    """

    choice: Callable[[Any, Any], Any] | None = None

    def __init__(self, *, protect: bool) -> None:
        self.read: dict[int, Variable] = {}
        self.written: dict[int, Variable] = {}
        self._protect = protect
        self._before: dict[int, tuple[Variable, Any, Any]] = {}
        self._made: dict[int, Variable] = {}

    def restore(self) -> None:
        """Give every Variable from outside the value and the grad it had, which nobody sees."""
        for variable, value, grad in self._before.values():
            _slot.__set__(variable, value)
            variable.grad = grad

    def made(self, variable: Variable) -> None:
        """A Variable came into being."""
        self._made[id(variable)] = variable

    def reads(self, variable: Variable) -> None:
        """The value of a Variable is about to be read."""
        if id(variable) not in self._made:
            self._remember(variable)
            self.read[id(variable)] = variable

    def writes(self, variable: Variable, value: Any) -> Any:
        """The value of a Variable is about to be written: what shall be."""
        if id(variable) in self._made:
            return value
        self._remember(variable)
        if self.choice is not None:
            value = self.choice(value, _slot.__get__(variable))
        if value is self._before[id(variable)][1]:
            self.written.pop(id(variable), None)
        else:
            self.written[id(variable)] = variable
        return value

    def _remember(self, variable: Variable) -> None:
        if id(variable) not in self._before:
            value = _slot.__get__(variable)
            self._before[id(variable)] = variable, value, variable.grad
            if self._protect and hasattr(value, "copy"):
                _slot.__set__(variable, value.copy())


class _Open(threading.local):
    watches: tuple[Watch, ...] = ()


_open = _Open()
_slot: Any = vars(Variable)["value"]
_watchers = 0
_lock = threading.Lock()


class _WatchedValue:
    """Stands in for the attribute `Variable.value` while anybody watches."""

    def __get__(self, variable: Variable | None, owner: type) -> Any:
        if variable is None:
            return _slot
        for watch in _open.watches:
            watch.reads(variable)
        return _slot.__get__(variable)

    def __set__(self, variable: Variable, value: Any) -> None:
        if _open.watches:
            try:
                _slot.__get__(variable)
            except AttributeError:
                for watch in _open.watches:
                    watch.made(variable)
            for watch in _open.watches:
                value = watch.writes(variable, value)
        _slot.__set__(variable, value)


@contextmanager
def watching(*, protect: bool = False) -> Iterator[Watch]:
    """Watch what this thread does to the values of Variables. May be nested.

    A Variable's value is a bare slot, which costs nothing to read; only while somebody watches
    does a property stand in its place.

    Args:
        protect: Give out copies of arrays from outside, so that `Watch.restore` undoes what
            happens in place as well.

    Example:
        >>> import neuropil as npl
        >>> x, y = npl.Variable(2.0, name="x"), npl.Variable(0.0, name="y")
        >>> with watching() as watch:
        ...     y.value = (x * x).value
        >>> [v.name for v in watch.read.values()], [v.name for v in watch.written.values()]
        (['x'], ['y'])
        >>> watch.restore(); print(y.value)
        0.0
    """
    watch = Watch(protect=protect)
    _install(+1)
    _open.watches = (*_open.watches, watch)
    try:
        yield watch
    finally:
        _open.watches = tuple(other for other in _open.watches if other is not watch)
        _install(-1)


def _install(change: int) -> None:
    global _watchers  # noqa: PLW0603 (how many threads' watches keep the property in place)
    with _lock:
        _watchers += change
        setattr(Variable, "value", _WatchedValue() if _watchers else _slot)  # noqa: B010 (a slot)
