"""The loop over steps and epochs."""

from __future__ import annotations

import math
from time import perf_counter
from typing import TYPE_CHECKING

from neuropil.graph import plain
from neuropil.training.divergence import diverged
from neuropil.training.evaluation import measure
from neuropil.training.history import VALIDATION
from neuropil.training.metrics import as_number

if TYPE_CHECKING:
    from neuropil.console import Interruption
    from neuropil.graph import Variable
    from neuropil.training.callbacks import Callbacks
    from neuropil.training.checkpoint import Checkpoints
    from neuropil.training.run import Run


def train(
    run: Run, callbacks: Callbacks, checkpoints: Checkpoints, interruption: Interruption
) -> None:
    """Take all steps that are left, epoch by epoch.

    Raises:
        DivergenceError: The loss or a parameter is not finite any more.
        WriteError: A checkpoint cannot be written.
        KeyboardInterrupt: Ctrl-C; the checkpoint is written.
    """
    callbacks.start(run)
    if run.step == 0:  # not earlier: a callback that refuses the run costs no older checkpoint
        checkpoints.save()
    while run.in_epoch or not run.finished:
        _train_epoch(run, callbacks, checkpoints, interruption)
        _end_epoch(run)
        callbacks.epoch(run)
        if not run.finished:
            checkpoints.save()
            if interruption.requested:
                raise KeyboardInterrupt(checkpoints.how_to_go_on())
    callbacks.finish(run)
    checkpoints.save(finished=True)
    if interruption.requested:
        raise KeyboardInterrupt("interrupted when training had just come to its end")


def _train_epoch(
    run: Run, callbacks: Callbacks, checkpoints: Checkpoints, interruption: Interruption
) -> None:
    """Take the steps of an epoch that are left. This loop is all that `fit` adds to a step."""
    net, optimizer, averages = run.net, run.optimizer, run.averages
    metrics = {name: run.functions[name] for name in averages.names}
    loss = metrics.pop("loss")
    generators = list(run.generators.values())
    last_step = (run.epoch + 1) * run.steps_per_epoch
    began = perf_counter() - run.seconds
    net.train()
    for inputs, targets in run.loader:
        places = [generator.counter.value for generator in generators]
        optimizer.zero_grad()
        output = net(inputs)
        cost = loss(output, targets)
        number = cost.item()
        if not math.isfinite(number):
            for generator, place in zip(generators, places, strict=True):
                generator.counter.value = place  # the same dropout when the pass is repeated
            remark = f"the loss is {number}; {checkpoints.remark()}"
            raise diverged(net, inputs, targets, remark)
        _step(run, cost)
        measured = [
            as_number(name, metric(plain(output), targets)) for name, metric in metrics.items()
        ]
        averages.add(targets, [number, *measured])
        for on_step in callbacks.after_step:
            on_step(run)
        if (interruption.requested or run.step >= checkpoints.due) and run.step < last_step:
            run.seconds = perf_counter() - began
            checkpoints.save()
            if interruption.requested:
                raise KeyboardInterrupt(checkpoints.how_to_go_on())
    run.seconds = perf_counter() - began


def _step(run: Run, cost: Variable) -> None:
    """From the loss to new parameters."""
    update, optimizer = run.update, run.optimizer
    if update.schedule is not None:
        factor = update.schedule.factor(run.step, run.steps, run.steps_per_epoch)
        optimizer.lr = run.base_rate * factor
    update.backward(cost, optimizer.params)
    optimizer.step()
    run.step += 1


def _end_epoch(run: Run) -> None:
    """Validate, and turn the averages of the epoch into its record."""
    began = perf_counter()
    means = run.averages.means()
    if run.validation is not None:
        measured = measure(run.net, run.validation, run.functions)
        means |= {VALIDATION + name: value for name, value in measured.items()}
    run.epoch += 1
    seconds = run.seconds + perf_counter() - began
    record = {"epoch": run.epoch, **means, "lr": run.learning_rate, "seconds": round(seconds, 6)}
    run.history.append(record)
    run.averages.reset()
    run.seconds = 0.0
