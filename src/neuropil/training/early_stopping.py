"""Stop when the validation loss no longer falls, and keep the best parameters (notes 5.3)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.training.tensor_file import under

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from neuropil.training.run import Run


class EarlyStopping:
    """Stop training when a quantity has not improved for ``patience`` epochs (notes 5.3).

    Args:
        monitor: The quantity's name in the history.
        patience: How many epochs without improvement are waited for.
        min_delta: What counts as an improvement: a change by more than this.
        restore_best: Whether the network gets back, when training comes to its end (not when it is
            interrupted: then it may go on), the parameters and buffers of its best epoch.
        maximize: Whether larger is better. Can be left out for losses, which are minimised.

    Attributes:
        best: The best value so far (None before the first epoch).
        best_epoch: The epoch that gave it (0 before the first).

    Raises:
        ValueError: It cannot be known whether larger is better; there is no such quantity (raised
            before the first step); patience or min_delta is negative or NaN.

    Example:
        >>> EarlyStopping("val_accuracy", patience=5, maximize=True)
        EarlyStopping('val_accuracy', patience=5, min_delta=0.0, restore_best=True, maximize=True)
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        patience: int = 5,
        min_delta: float = 0.0,
        restore_best: bool = True,
        *,
        maximize: bool | None = None,
    ) -> None:
        if maximize is None and not monitor.endswith("loss"):
            raise ValueError(
                f"is a larger {monitor} better or worse? Say maximize=True or maximize=False"
            )
        if not (patience >= 0 and 0 <= min_delta < math.inf):
            raise ValueError(
                f"patience and min_delta are finite and at least 0, got patience={patience}, "
                f"min_delta={min_delta}"
            )
        self.monitor = monitor
        self.patience = patience
        self.min_delta = min_delta
        self.restore_best = restore_best
        self.maximize = bool(maximize)
        self.best: float | None = None
        self.best_epoch = 0
        self._kept: dict[str, NDArray[Any]] = {}
        self._last: dict[str, NDArray[Any]] = {}

    def on_start(self, run: Run) -> None:
        """Begin anew, unless the training is a resumed one."""
        if self.monitor not in run.quantities:
            hint = "" if run.validation else " (validation=… gives val_loss and the like)"
            raise ValueError(
                f"EarlyStopping monitors {self.monitor!r}, which this training does not have: "
                f"it has {', '.join(run.quantities)}{hint}"
            )
        if run.step == 0:
            self.best, self.best_epoch = None, 0
            self._kept, self._last = {}, {}
        elif self._last:  # finished once, now for more epochs: on from the end, not the best
            run.net.load_state_dict(self._last)
            self._last = {}

    def on_epoch(self, run: Run) -> None:
        """Compare with the best epoch so far; stop the training if that is too long ago."""
        value: float = run.history[-1][self.monitor]
        if improves(value, self.best, min_delta=self.min_delta, maximize=self.maximize):
            self.best, self.best_epoch = value, run.epoch
            self._kept = run.net.state_dict() if self.restore_best else {}
        elif run.epoch - self.best_epoch >= self.patience:
            run.stop()

    def on_finish(self, run: Run) -> None:
        """Give the network its best parameters back."""
        if self._kept:
            self._last = run.net.state_dict()
            run.net.load_state_dict(self._kept)

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """The best value, its epoch and its parameters, as arrays."""
        return {
            "best": np.array(math.nan if self.best is None else self.best),
            "best_epoch": np.array(self.best_epoch),
            **{f"kept.{name}": array for name, array in self._kept.items()},
            **{f"last.{name}": array for name, array in self._last.items()},
        }

    def load_state_dict(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go back to what `state_dict` recorded."""
        best = float(state["best"])
        self.best = None if math.isnan(best) else best
        self.best_epoch = int(state["best_epoch"])
        self._kept = under("kept.", state)
        self._last = under("last.", state)

    def __repr__(self) -> str:
        return (
            f"EarlyStopping({self.monitor!r}, patience={self.patience}, "
            f"min_delta={self.min_delta}, restore_best={self.restore_best}, "
            f"maximize={self.maximize})"
        )


def best_epoch(
    values: Iterable[float], *, min_delta: float = 0.0, maximize: bool = False
) -> int | None:
    """The epoch, from 1, that early stopping keeps of these values; None where all are NaN.

    Example:
        >>> best_epoch([1.0, 0.95, 0.93]), best_epoch([1.0, 0.95, 0.93], min_delta=0.1)
        (3, 1)
    """
    best = best_at = None
    for epoch, value in enumerate(values, start=1):
        if improves(value, best, min_delta=min_delta, maximize=maximize):
            best, best_at = value, epoch
    return best_at


def improves(value: float, best: float | None, *, min_delta: float, maximize: bool) -> bool:
    """Whether ``value`` is better than the best so far, None at first; NaN never is."""
    if best is None:
        return not math.isnan(value)
    gain = value - best if maximize else best - value
    return gain > min_delta
