"""The gradient doctor as a callback of a training."""

from __future__ import annotations

import math
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.data.dataset import gather
from neuropil.errors import NeuropilError
from neuropil.graph import no_grad
from neuropil.nn.modes import modes_restored
from neuropil.random import Generator, use
from neuropil.training.doctor.calls import forward
from neuropil.training.doctor.finding import Finding
from neuropil.training.doctor.judgement import CAUSES_FIRST, judge
from neuropil.training.doctor.losses import name_of
from neuropil.training.doctor.probe import examine, root_mean_square, size
from neuropil.training.doctor.report import DoctorReport
from neuropil.training.doctor.samples import of_inputs, of_outputs
from neuropil.training.doctor.statistics import Record
from neuropil.training.untouched import state_of, untouched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from neuropil.training.run import Run

    Numpy = np.ndarray[Any, Any]

_EARLY = (0, 1, 3, 10, 30, 100)
_REST = 40


class GradientDoctor:
    """A callback that examines a training and says in plain words why it does not learn.

    At a few steps (0, 1, 3, 10, 30, 100, then at most forty more, evenly) it sends the same
    samples through the network, forwards and backwards, and takes the statistics of every layer;
    between them a step costs nothing. It draws no random number of the training's, and leaves
    gradients, buffers and Generators as they were: a training with it ends with the same bits.

    Args:
        samples: How many samples are looked at; at most four times the batch size of the
            training, at least 64, and at most all there are.
        announce: Is told of each grave finding as soon as it is clear. Whether steps are too
            large or too small is only told at the end.

    Attributes:
        record: All that was measured; None before a training.
        report: The findings and a table of the layers, made anew each time it is asked for.
        findings: Those of the report.

    Raises:
        ValueError: ``samples`` is less than 2.

    Example:
        >>> from neuropil import data, nn, optim, training
        >>> net = nn.Sequential(nn.Linear(2, 8, rng=0), nn.Sigmoid(), nn.Linear(8, 1, rng=1))
        >>> doctor = GradientDoctor()
        >>> history = training.fit(
        ...     net, data.xor(), loss=nn.BCEWithLogitsLoss(), epochs=20, rng=0, progress=False,
        ...     optimizer=optim.SGD(net.parameters(), lr=1e-6), callbacks=[doctor],
        ... )
        >>> [finding.kind for finding in doctor.findings]
        ['too small a step']
    """

    def __init__(
        self, *, samples: int = 256, announce: Callable[[Finding], object] | None = None
    ) -> None:
        if samples < 2:
            raise ValueError(f"the doctor looks at two samples or more, got samples={samples}")
        self.samples = samples
        self.announce = announce
        self.record: Record | None = None
        self._announced: set[tuple[str, str | None]] = set()
        self._batch: Any = None
        self._weights: dict[str, tuple[Any, Numpy]] = {}  # of the layers whose update is awaited
        self._due: Iterator[int] = iter(())
        self._next = 0.0
        self._generators: dict[str, Any] = {}

    @property
    def report(self) -> DoctorReport:
        """What was found so far.

        Raises:
            ValueError: There was no training yet.
        """
        if self.record is None:
            raise ValueError("nothing was examined yet: pass the doctor to fit(callbacks=[…])")
        return DoctorReport.of(self.record)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong, as far as it was seen."""
        return self.report.findings

    def on_start(self, run: Run) -> None:
        """Choose the samples and examine the network before its first step."""
        self.record = None
        self._announced, self._weights = set(), {}
        steps = run.epochs * run.steps_per_epoch
        self._due = _due(run.step, steps)
        self._generators = {name: g.state_dict() for name, g in run.generators.items()}
        n = len(run.loader.dataset)
        count = min(n, self.samples, max(64, 4 * run.loader.batch_size))
        with self._looking(run):
            self._batch = gather(run.loader.dataset, Generator(0).permutation(n)[:count])
        with self._looking(run):
            passed = forward(run.net, self._batch[0])
            loss = name_of(run.functions["loss"])
            self.record = Record(
                loss=loss,
                optimizer=type(run.optimizer).__name__,
                learning_rate=run.learning_rate,
                steps=steps,
                inputs=of_inputs(self._batch[0], normalised=passed.normalised),
                outputs=of_outputs(passed, self._batch[1], loss, run.loader.dataset),
            )
        self._examine(run)

    def on_step(self, run: Run) -> None:
        """See what the step did to the network last examined; examine it again if due."""
        if self._weights:
            self._complete(run)
        if run.step >= self._next:
            self._examine(run)

    def on_finish(self, run: Run) -> None:
        """Examine what came out."""
        self._weights = {}
        if self.record is not None and self.record.step < run.step:
            self._examine(run)

    def failed(self, error: Exception) -> None:
        """Take note that the training ended in an error, which says something about it too."""
        if self.record is not None:
            self.record = replace(self.record, failure=str(error))

    def _examine(self, run: Run) -> None:
        assert self.record is not None  # noqa: S101 - made in on_start
        self._next = next((step for step in self._due if step > run.step), float("inf"))
        inputs, targets = self._batch
        try:
            with self._looking(run):
                passed = forward(run.net, inputs)
                found = examine(
                    run.net, run.functions["loss"], inputs, targets, step=run.step, passed=passed
                )
        except NeuropilError:  # the training meets it too and says it, or need not be stopped
            return
        self._weights = {
            layer.name: (layer.weight, np.array(layer.weight.value)) for layer in passed.layers
        }
        self.record = replace(self.record, examinations=(*self.record.examinations, found))
        self._tell()

    def _complete(self, run: Run) -> None:
        assert self.record is not None  # noqa: S101 - made in on_start
        inputs, targets = self._batch
        loss_after = math.nan
        with suppress(NeuropilError), self._looking(run), no_grad():
            loss_after = float(run.functions["loss"](run.net(inputs), targets).item())
        updates = {
            name: root_mean_square(weight.value - before) / size(before)
            for name, (weight, before) in self._weights.items()
        }
        self._weights = {}
        *earlier, last = self.record.examinations
        completed = last.completed(loss_after, updates)
        self.record = replace(self.record, examinations=(*earlier, completed))

    def _looking(self, run: Run) -> AbstractContextManager[None]:
        return _looking(run, self._generators)

    def _tell(self) -> None:
        if self.announce is None or self.record is None:
            return
        for finding in judge(self.record, CAUSES_FIRST[:-1]).findings:
            if finding.grave and (finding.kind, finding.layer) not in self._announced:
                self._announced.add((finding.kind, finding.layer))
                self.announce(finding)


@contextmanager
def _looking(run: Run, generators: Mapping[str, Any]) -> Iterator[None]:
    """Train mode, and the same random numbers (dropout) each time; nothing of it remains."""
    state = [*run.net.buffers(), *state_of(run.generators.values())]
    with untouched(state), modes_restored(run.net), use(Generator(0)):
        for name, generator in run.generators.items():
            generator.load_state_dict(generators[name])
        run.net.train()
        yield


def _due(step: int, steps: int) -> Iterator[int]:
    """At which steps to examine, after ``step``."""
    yield from (early for early in _EARLY if early > step)
    apart = max(_EARLY[-1], steps // _REST)
    yield from range(max(step, _EARLY[-1]) // apart * apart + apart, steps, apart)
