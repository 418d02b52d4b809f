"""A learning rate that falls along half a cosine."""

from __future__ import annotations

from math import cos, pi
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from neuropil.optim import Optimizer
    from neuropil.training.run import Run


class CosineDecay:
    """A callback that lets the learning rate fall to ``final`` over the whole training.

    Before step t of T it is η = η_final + ½ (η₀ − η_final)(1 + cos(π t/T)), where η₀ is the rate
    the optimizer was made with. Large steps find the valley, small ones its floor. A resumed
    training goes on with the η₀ it began with.

    Args:
        optimizer: Of the training; its rate is read now and set before each step.
        final: The rate at the end.

    Raises:
        ValueError: ``final`` is negative or above the rate of the optimizer; or that rate is 0,
            as an earlier decay leaves it (raised before the first step).

    References:
        I. Loshchilov and F. Hutter, SGDR: Stochastic gradient descent with warm restarts, 2017.

    Example:
        >>> import numpy as np
        >>> from neuropil import nn, optim, training
        >>> net = nn.Linear(2, 1, rng=0)
        >>> optimizer = optim.SGD(net.parameters(), lr=0.1)
        >>> history = training.fit(
        ...     net,
        ...     (np.eye(2, dtype=np.float32), np.ones((2, 1), np.float32)),
        ...     loss=nn.MSELoss(),
        ...     optimizer=optimizer,
        ...     epochs=2,
        ...     callbacks=[training.CosineDecay(optimizer)],
        ...     progress=False,
        ... )
        >>> [round(rate, 3) for rate in history["lr"]]
        [0.05, 0.0]
    """

    def __init__(self, optimizer: Optimizer, final: float = 0.0) -> None:
        self.initial = float(optimizer.lr.value)
        self.final = final
        if not 0 <= final <= self.initial:
            raise ValueError(
                f"final is expected from 0 to {self.initial:g}, the learning rate of the "
                f"optimizer, got {final:g}"
            )

    def on_start(self, run: Run) -> None:
        """Set the rate for the first step, or for the next one of a resumed training."""
        if self.initial == 0.0:
            raise ValueError(
                "the learning rate is 0: expected one to fall from (an earlier decay leaves 0): "
                "set optimizer.lr before you make the CosineDecay"
            )
        self.on_step(run)

    def on_step(self, run: Run) -> None:
        """Set the rate for the next step."""
        progress = run.step / (run.epochs * run.steps_per_epoch)
        share = (1 + cos(pi * progress)) / 2
        run.optimizer.lr = self.final + share * (self.initial - self.final)

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """The rate the training began with: at the end the optimizer has another."""
        return {"initial": np.array(self.initial)}

    def load_state_dict(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go back to what `state_dict` recorded."""
        self.initial = float(state["initial"])
