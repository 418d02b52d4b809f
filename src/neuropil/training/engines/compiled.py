"""Many steps in one call of a program of XLA's."""

from __future__ import annotations

from copy import copy
from time import perf_counter
from typing import TYPE_CHECKING, Any, final

import jax
import numpy as np

from neuropil import nn, xla
from neuropil.arrays import is_array
from neuropil.arrays.trees import Structure, flatten, unflatten
from neuropil.graph import plain
from neuropil.training.data_checks import check_labels
from neuropil.training.engines.engine import Taken
from neuropil.training.engines.feed import feed_for
from neuropil.training.metrics import as_number
from neuropil.xla.repeated import Repeated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from neuropil.arrays import Array
    from neuropil.training.run import Run

    Numpy = np.ndarray[Any, Any]

CALL_SECONDS = 0.2
"""How long a call of the program shall take: so often there is progress, and Ctrl-C is heard."""

CALL_STEPS = 4
"""How many steps it takes nevertheless: for each call XLA gets its memory anew from the system."""

LONGEST_CALL = 1.0
"""Seconds beyond which it does not."""

GROWTH = 8
"""By how much longer the next call may be, as long as it is not known how long steps take."""

KEPT_OUTPUTS = 256
"""How many batches' outputs a call returns at most, where metrics are measured on them."""


@final
class CompiledSteps:
    """The step is traced once and becomes the body of a loop; data and state are on the device.

    Metrics are measured by NumPy, on the outputs that the program returns.

    Args:
        run: The training.
        over_epochs: Whether steps may go on into the next epoch unseen.

    Attributes:
        on_demand: Whether the host makes each batch, with the Generators as they are then.
    """

    name = "xla"

    def __init__(self, run: Run, *, over_epochs: bool) -> None:
        self._run = run
        self._metrics = {name: run.functions[name] for name in run.averages.names}
        self._loss = self._metrics.pop("loss")
        self._feed = feed_for(run.loader, _on_device, over_epochs=over_epochs)
        known = self._feed.known_targets
        self._by_size = known is not None and run.averages.by_size(known)
        self.on_demand = self._feed.on_demand
        self._capacity = min(self._feed.longest, KEPT_OUTPUTS if self._metrics else 2**31)
        run.optimizer.state()  # brings velocities to the dtype of their parameters, if need be
        state = (run.net, run.optimizer, run.generators, self._loss, run.update)
        # A data set that is changed on the host draws between the draws of the steps.
        drawn_from = [g.counter for g in run.generators.values()] if self._feed.on_demand else []
        self._program = Repeated(self._step, state, capacity=self._capacity, exchanged=drawn_from)
        self._classes = 0
        self._comfortable = 1
        self._calls = 0
        self._outputs: Structure | None = None
        self._forward: Any = None

    def take(self, at_most: int) -> Taken:
        """Take as many steps as a call has room and time for."""
        run = self._run
        began = perf_counter()
        at_most = self._to_end_of_epoch(min(at_most, self._capacity, self._comfortable))
        batches, fixed, rows = self._feed.next(at_most)
        rates = self._rates(batches)
        taken, (losses, *outputs) = self._program(batches, fixed, [*rows, *rates])
        self._learn_how_long(perf_counter() - began, taken)
        if self.on_demand:  # other data was looked through beforehand
            check_labels(self._loss, self._classes, self._feed.targets(1)[0], "a batch")
        if rates and taken:
            run.optimizer.lr = rates[0][taken - 1]
        used = rates[0][:taken].tolist() if rates else [run.learning_rate] * taken
        failure = None
        if taken < batches:
            failure = self._feed.on_host(taken), float(losses[taken])
        if (run.step + taken) % run.steps_per_epoch == 0:
            self._feed.end_epoch()
        samples = self._feed.size
        weights: Sequence[Sequence[float]] = [[samples] * taken] * len(run.averages.names)
        if not self._by_size:
            weights = run.averages.weigh(self._feed.targets(taken))
        values = [losses[:taken].tolist(), *self._measured(outputs, taken)]
        return Taken(taken, samples, used, weights, values, failure)

    def publish(self) -> None:
        """Bring the state back from the device."""
        self._program.publish()

    def forward(self) -> Callable[[Any], Any]:
        """The network as a program."""
        self.publish()
        if self._forward is None:
            net = self._run.net
            self._forward = xla.compile(net, state=(net, self._run.generators))
        compiled = self._forward
        return lambda inputs: jax.tree.map(np.array, compiled(inputs))

    def _step(self, *arrays: Array) -> Iterator[tuple[Array, ...]]:
        """A step, as it is traced: first the loss and the outputs, then the update."""
        run = self._run
        if run.update.schedule is not None:
            *arrays, rate = arrays  # type: ignore[assignment]
            run.optimizer.lr.value = rate
        inputs, targets = self._feed.batch(*arrays)
        run.optimizer.zero_grad()
        output = run.net(inputs)
        loss = _for_all_labels(self._loss) if self._by_size else self._loss
        cost = loss(output, targets)
        self._classes = output.shape[1] if is_array(output) and len(output.shape) > 1 else 0
        run.update.backward(cost, run.optimizer.params)
        leaves, self._outputs = flatten(output) if self._metrics else ([], None)
        yield plain(cost), *map(plain, leaves)
        run.optimizer.step()

    def _to_end_of_epoch(self, steps: int) -> int:
        """So many steps, or fewer where they would reach into an epoch without ending it."""
        length = self._run.steps_per_epoch
        here = length - self._run.step % length
        return steps - (steps - here) % length if steps > here else steps

    def _rates(self, batches: int) -> list[Numpy]:
        """The learning rate of each step, where it changes."""
        run = self._run
        if run.update.schedule is None:
            return []
        rates = np.zeros(self._capacity)
        rates[:batches] = [run.rate_of(run.step + i) for i in range(batches)]
        return [rates]

    def _learn_how_long(self, seconds: float, taken: int) -> None:
        """Adapt the length of the next call; the first one was compiled, and tells nothing."""
        self._calls += 1
        if self._calls > 1 and taken:
            step = seconds / taken
            enough = max(round(CALL_SECONDS / step), min(CALL_STEPS, int(LONGEST_CALL / step)), 1)
            self._comfortable = min(enough, GROWTH * self._comfortable)

    def _measured(self, outputs: Sequence[Any], taken: int) -> list[list[float]]:
        """The metrics of each step."""
        if not self._metrics:
            return []
        assert self._outputs is not None  # noqa: S101 (the step was traced)
        steps = [
            (unflatten(self._outputs, [output[i] for output in outputs]), of_step)
            for i, of_step in enumerate(self._feed.targets(taken))
        ]
        return [
            [as_number(name, metric(*step)) for step in steps]
            for name, metric in self._metrics.items()
        ]


def _for_all_labels(loss: Any) -> Any:
    """The same loss for labels none of which is ignored: a program need not count them then."""
    if type(loss) not in (nn.CrossEntropyLoss, nn.NLLLoss) or loss.weight is not None:
        return loss
    loss = copy(loss)
    loss.ignore_index = None
    return loss


def _on_device(array: Array) -> Any:
    with jax.enable_x64(True):
        return jax.device_put(array)
