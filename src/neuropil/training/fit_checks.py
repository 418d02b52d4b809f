"""What `fit` refuses before it has touched anything."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from neuropil.optim import Optimizer
from neuropil.training.metrics import told

if TYPE_CHECKING:
    import os

    from neuropil.nn import Module


def check_settings(
    epochs: int,
    checkpoint: str | os.PathLike[str] | None,
    every: int | None,
    *,
    resume: bool,
) -> None:
    """Refuse settings that contradict each other or mean nothing.

    Raises:
        TypeError, ValueError: As `fit` says.
    """
    if not isinstance(epochs, int | np.integer):
        raise TypeError(f"epochs is a whole number, got {epochs!r}")
    if epochs < 1:
        raise ValueError(f"epochs is at least 1, got {epochs}")
    if every is not None and every < 1:
        raise ValueError(f"checkpoint_every is a number of steps, at least 1, got {every}")
    if checkpoint is None and (resume or every is not None):
        wanting = "resume=True" if resume else "checkpoint_every"
        raise ValueError(f"{wanting} needs a file: say checkpoint=PATH")


def check_optimizer(net: Module, optimizer: Optimizer) -> None:
    """Refuse an optimizer that cannot train this network batch by batch.

    Raises:
        TypeError: It is no optimizer.
        ValueError: It holds nothing of the network, or evaluates the loss itself.
    """
    parameters = {id(parameter) for parameter in net.parameters()}
    if not parameters:
        raise ValueError(f"{type(net).__name__} has no parameters, so there is nothing to train")
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"optimizer is an optimizer such as optim.Adam(net.parameters()), got {told(optimizer)}"
        )
    if parameters.isdisjoint(map(id, optimizer.params)):
        raise ValueError(
            "the optimizer holds none of the network's parameters, so nothing would be learned: "
            "make it from net.parameters() of this network"
        )
    if optimizer.needs_closure:
        raise ValueError(
            f"{type(optimizer).__name__} needs the same loss at each of several evaluations a step,"
            " which batches do not give: call optimizer.step(closure) on all data yourself, or "
            "take optim.Adam here"
        )


def check_rate(rate: float) -> None:
    """Refuse a learning rate with which nothing would be learned.

    Raises:
        ValueError: It is 0, negative or not finite.
    """
    if rate == 0.0:
        raise ValueError(
            "the learning rate is 0, so nothing would be learned: set optimizer.lr, to 0.01 say "
            "(training.find_learning_rate suggests one)"
        )
    if not 0.0 < rate < math.inf:
        raise ValueError(
            f"the learning rate is a finite number above 0, got {rate}: set optimizer.lr"
        )
