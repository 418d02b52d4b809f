"""Steps one by one, as NumPy computes them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, final

import numpy as np

from neuropil.arrays.trees import mapped
from neuropil.graph import plain
from neuropil.training.engines.engine import Taken
from neuropil.training.metrics import as_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from neuropil.data.dataset import Batch
    from neuropil.graph import Variable
    from neuropil.training.run import Run


@final
class EagerSteps:
    """Each step is Python's: forward, backward, update."""

    name = "eager"

    def __init__(self, run: Run) -> None:
        self._run = run
        self._batches: Iterator[Batch] = iter(())
        self._metrics = {name: run.functions[name] for name in run.averages.names}
        self._loss = self._metrics.pop("loss")
        counters = [generator.counter for generator in run.generators.values()]
        self._touched = [*counters, *run.net.buffers()]  # by a forward pass

    def take(self, at_most: int) -> Taken:  # noqa: ARG002 (one step is what an eager engine takes)
        """Take one step."""
        run = self._run
        batch = next(self._batches, None)
        if batch is None:
            self._batches = iter(run.loader)
            batch = next(self._batches)
        inputs, targets = batch
        before = [variable.value for variable in self._touched]
        run.optimizer.zero_grad()
        output = run.net(inputs)
        cost = self._loss(output, targets)
        number = cost.item()
        if not math.isfinite(number):
            for variable, value in zip(self._touched, before, strict=True):
                variable.value = value
            return Taken(0, 0, (), (), (), failure=(batch, number))
        self._update(cost)
        measured: list[list[float]] = []
        if self._metrics:
            outputs = mapped(plain, output)
            measured = [[as_number(n, f(outputs, targets))] for n, f in self._metrics.items()]
        if (run.step + 1) % run.steps_per_epoch == 0:
            next(self._batches, None)  # the loader's place is the beginning of the next epoch now
        weights = run.averages.weigh(np.asarray(targets)[np.newaxis])
        rates = [run.learning_rate]
        return Taken(1, len(targets), rates, weights, [[number], *measured])

    def publish(self) -> None:
        """The Variables hold everything already."""

    def forward(self) -> Callable[[Any], Any]:
        """The network itself."""
        return self._run.net

    def _update(self, cost: Variable) -> None:
        run = self._run
        if run.update.schedule is not None:
            run.optimizer.lr = run.rate_of(run.step)
        run.update.backward(cost, run.optimizer.params)
        run.optimizer.step()
