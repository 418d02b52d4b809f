"""Train and eval mode for a while."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from neuropil.graph import no_grad

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neuropil.nn.module import Module


@contextmanager
def modes_restored(net: Module) -> Iterator[None]:
    """Give every layer the mode back that it had: one that was frozen in eval mode stays frozen."""
    before = [(module, module.training) for module in net.modules()]
    try:
        yield
    finally:
        for module, training in before:
            module.training = training


@contextmanager
def inference(net: Module) -> Iterator[None]:
    """Use ``net``, not train it: in eval mode and without gradients, for a while."""
    with modes_restored(net), no_grad():
        net.eval()
        yield
