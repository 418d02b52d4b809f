"""Train and eval mode for a while."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from neuropil.graph import no_grad

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class HasModes(Protocol):
    """As much of a `Module` as its modes need: `Module` itself stands above this file."""

    training: bool

    def modules(self) -> Iterable[HasModes]: ...
    def eval(self) -> object: ...


@contextmanager
def modes_restored(net: HasModes) -> Iterator[None]:
    """Give every layer the mode back that it had: one that was frozen in eval mode stays frozen."""
    before = [(module, module.training) for module in net.modules()]
    try:
        yield
    finally:
        for module, training in before:
            module.training = training


@runtime_checkable
class HasPlace(Protocol):
    """A module that treats a row of an evaluation by its place, so that batches play no part."""

    def begin_at(self, row: int) -> None:
        """The next call, in eval mode, is for this row and those behind it."""


@contextmanager
def inference(net: HasModes) -> Iterator[Callable[[int], None]]:
    """Use ``net``, not train it: in eval mode and without gradients, for a while.

    Yields:
        What to tell, before each batch but the first, how many rows there were before it.
    """
    placed = [module for module in net.modules() if isinstance(module, HasPlace)]

    def begin_at(row: int) -> None:
        for module in placed:
            module.begin_at(row)

    with modes_restored(net), no_grad():
        net.eval()
        try:
            yield begin_at
        finally:
            begin_at(0)
