"""When an estimator has learned what it can."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from neuropil.graph import no_grad
from neuropil.training.early_stopping import improves

if TYPE_CHECKING:
    from neuropil.optim import Penalty
    from neuropil.training import Run


@final
class Convergence:
    """Stop training when the loss and the penalty together have not fallen for some epochs.

    `EarlyStopping` looks at the loss alone, which rises while a strong penalty draws the weights
    from where they began to where they are best.

    Args:
        penalty: What is added to the loss.
        patience: How many epochs without improvement are waited for.
        min_delta: What counts as an improvement: a fall by more than this.

    Attributes:
        best_epoch: The epoch with the least sum so far.

    Example:
        >>> from neuropil import optim
        >>> Convergence(optim.L2(0.01), patience=10, min_delta=1e-4).best_epoch
        0
    """

    def __init__(self, penalty: Penalty, patience: int, min_delta: float) -> None:
        self.penalty = penalty
        self.patience = patience
        self.min_delta = min_delta
        self.best: float | None = None
        self.best_epoch = 0

    def on_epoch(self, run: Run) -> None:
        """Compare with the least sum so far; stop the training if that is too long ago."""
        with no_grad():
            value = run.history[-1]["loss"] + self.penalty(run.net.parameters()).item()
        if improves(value, self.best, min_delta=self.min_delta, maximize=False):
            self.best, self.best_epoch = value, run.epoch
        elif run.epoch - self.best_epoch >= self.patience:
            run.stop()
