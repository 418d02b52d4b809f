"""Train and eval mode for a while."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from neuropil.graph import no_grad

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


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


@contextmanager
def inference(net: HasModes) -> Iterator[None]:
    """Use ``net``, not train it: in eval mode and without gradients, for a while."""
    with modes_restored(net), no_grad():
        net.eval()
        yield
