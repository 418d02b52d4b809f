"""A training as it stands between two steps."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from neuropil.training.averages import Averages
from neuropil.training.generators import held_generators
from neuropil.training.history import History, quantities
from neuropil.training.metrics import OverallMetric

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from neuropil.data import DataLoader
    from neuropil.nn import Module
    from neuropil.optim import Optimizer
    from neuropil.random import Generator
    from neuropil.training.update import Update


class Run:
    """What is trained, on what, and how far it has come; callbacks are given it.

    Attributes:
        net, optimizer: What is trained, and by what.
        loader: The batches of the training data.
        validation: The batches of the validation data, or None.
        functions: The loss (``loss``) and the metrics, by name.
        generators: What is drawn from, by place: ``fit`` for dropout and the like, and those that
            layers and data sets hold.
        epochs: How many epochs were asked for.
        update: The penalty, the clipping and the schedule.
        base_rate: What a schedule multiplies: the learning rate as training began. Under a
            schedule a callback changes this one; the optimizer's is set anew before each step.
        epoch: How many are complete.
        step: How many steps were taken in all.
        history: A record for each complete epoch.
        averages: Loss and metrics of the epoch that is under way.
        seconds: How long that epoch has taken so far.
    """

    def __init__(
        self,
        net: Module,
        optimizer: Optimizer,
        functions: Mapping[str, Callable[[Any, Any], Any]],
        *,
        loader: DataLoader,
        validation: DataLoader | None,
        generator: Generator,
        epochs: int,
        update: Update,
    ) -> None:
        self.net = net
        self.optimizer = optimizer
        self.loader = loader
        self.validation = validation
        self.functions = functions
        self.generators = {"fit": generator, **held_generators(net, loader.dataset)}
        self.epochs = epochs
        self.update = update
        self.base_rate = self.learning_rate
        self.epoch = 0
        self.step = 0
        self.history = History()
        self.averages = Averages(
            {name: f for name, f in functions.items() if not isinstance(f, OverallMetric)}
        )
        self.seconds = 0.0
        self.stopped = False

    @property
    def finished(self) -> bool:
        """Whether no epoch is left, or a callback stopped the training."""
        return self.stopped or self.epoch >= self.epochs

    @property
    def in_epoch(self) -> bool:
        """Whether an epoch has begun and not ended."""
        return self.averages.samples > 0

    @property
    def steps_per_epoch(self) -> int:
        """How many batches an epoch has."""
        return len(self.loader)

    @property
    def steps(self) -> int:
        """How many steps all epochs have."""
        return self.epochs * self.steps_per_epoch

    @property
    def learning_rate(self) -> float:
        """What the optimizer's learning rate is now."""
        return float(self.optimizer.lr.value)

    def rate_of(self, step: int) -> float:
        """What the schedule makes the learning rate before a step; without one, what it is."""
        if self.update.schedule is None:
            return self.learning_rate
        factor = self.update.schedule.factor(step, self.steps, self.steps_per_epoch)
        return self.base_rate * factor

    @property
    def quantities(self) -> list[str]:
        """The names of the loss and the metrics in each record of the history."""
        return quantities(
            self.functions, validated=self.validation is not None, learned=self.averages.names
        )

    @contextmanager
    def rate_restored(self) -> Iterator[None]:
        """Give the optimizer, whatever happens, the rate back that a schedule has changed."""
        try:
            yield
        finally:
            if self.update.schedule is not None:
                self.optimizer.lr = self.base_rate

    def stop(self) -> None:
        """End the training with the epoch that is under way or has just ended."""
        self.stopped = True
