"""The training loop."""

from __future__ import annotations

import math
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.data import DataLoader, random_split
from neuropil.errors import DataError
from neuropil.graph import plain
from neuropil.nn.modes import modes_restored
from neuropil.optim import Optimizer
from neuropil.random import Generator, as_generator, use
from neuropil.training.batches import Data, as_dataset, as_loader
from neuropil.training.callbacks import Callbacks, check_callbacks
from neuropil.training.checkpoint import Checkpoint, Checkpoints
from neuropil.training.data_checks import check_data
from neuropil.training.divergence import diverged
from neuropil.training.evaluation import measure
from neuropil.training.history import VALIDATION, History
from neuropil.training.interruption import Interruption, listening
from neuropil.training.metrics import Metric, as_number, check_function, named, told
from neuropil.training.progress import shown
from neuropil.training.run import Run

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    from neuropil.nn import Module


def fit(
    net: Module,
    data: Data,
    *,
    loss: Callable[[Any, Any], Any],
    optimizer: Optimizer,
    epochs: int,
    batch_size: int = 32,
    validation: Data | float | None = None,
    metrics: Sequence[Metric] = (),
    callbacks: Sequence[Any] = (),
    progress: bool = True,
    rng: int | Generator | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_every: int | None = None,
    resume: bool = False,
) -> History:
    """Train a network: batch by batch a forward pass, a backward pass, a step (notes 4.2.2, 6.3.1).

    Everything random (the held-out part, the order of the samples, dropout in layers without a
    Generator of their own) is drawn from ``rng``, so a seed repeats a training to the bit. A
    training that is killed, or interrupted by Ctrl-C (which takes effect between two steps), goes
    on from its checkpoint with ``resume=True`` and ends with the bits it would have had.

    Args:
        net: The network; its layers are in train mode during steps, in eval mode in validation,
            and in the mode they came in afterwards.
        data: A pair (inputs, targets) of arrays with samples along axis 0, a Dataset, or a
            DataLoader. The first two are shuffled anew for every epoch.
        loss: ``(output, target) -> Variable``, the mean over the samples of a batch.
        optimizer: Holds the parameters of ``net`` and updates them.
        epochs: How often each sample is seen, counted from the beginning, also on ``resume``.
        batch_size: Samples a step; not used for a DataLoader, which has its own.
        validation: What to measure after each epoch: like ``data``, or the fraction of ``data``
            that is held out for it.
        metrics: Functions ``(output, target) -> number`` such as `accuracy`.
        callbacks: Objects such as `EarlyStopping` and `HistoryWriter` (see
            `neuropil.training.callbacks`).
        progress: Whether to show a progress bar (where standard error is no terminal: a line an
            epoch).
        rng: A seed or a Generator; by default the current one (`neuropil.random.manual_seed`).
        checkpoint: The file that holds the state of the training, written before the first step,
            at the end of each epoch and at the end of training, each time as a whole.
        checkpoint_every: Also write it after this many steps.
        resume: Go on from ``checkpoint`` if that file exists; begin if it does not. A finished
            training is not repeated: the network is filled and the history returned.

    Returns:
        A record for each epoch: loss and metrics as means over the samples seen in it, the same
        for the validation data, the learning rate, the seconds it took.

    Raises:
        ShapeError, DTypeError, DataError: Data, network and loss do not belong together; found
            out before the first step.
        DivergenceError: The loss or a parameter is not finite any more; names the layer where it
            began. The last good checkpoint stays.
        FileFormatError: ``checkpoint`` cannot be read, or belongs to another training.
        WriteError: The checkpoint cannot be written (a full disk, …); the one before stays.
        KeyboardInterrupt: Ctrl-C; the checkpoint is written, the message says how to go on.

    Example:
        >>> from neuropil import data, nn, optim
        >>> net = nn.Sequential(nn.Linear(2, 8, rng=1), nn.Tanh(), nn.Linear(8, 1, rng=2))
        >>> history = fit(
        ...     net, data.xor(), loss=nn.BCEWithLogitsLoss(), batch_size=4, rng=0,
        ...     optimizer=optim.Adam(net.parameters(), lr=0.05), epochs=100, progress=False,
        ... )
        >>> history[-1]["loss"] < 0.1 < history[0]["loss"]
        True
    """
    functions = {"loss": loss, **named(metrics)}
    check_function("loss", loss)
    check_callbacks(callbacks)
    _check_settings(epochs, checkpoint, checkpoint_every, resume=resume)
    _check_parameters(net, optimizer)
    generator = as_generator(rng)
    saved = _saved(checkpoint) if resume else None
    if saved is not None:  # first what was drawn before the first step, as it was drawn then
        generator.load_state_dict(saved.part("start"))
    start = generator.state_dict()
    # NumPy need not warn of overflow: a loss that is not finite is an error here, with a place.
    with use(generator), modes_restored(net), np.errstate(all="ignore"):
        check_data(net, as_dataset(data), functions)
        if not isinstance(validation, float | None):
            check_data(net, as_dataset(validation, "validation"), functions, "validation")
        learned, held_out = _split(data, validation, generator)
        run = Run(
            net,
            optimizer,
            functions,
            loader=as_loader(learned, batch_size, shuffle=True, rng=generator),
            validation=None if held_out is None else as_loader(held_out, max(batch_size, 256)),
            generator=generator,
            epochs=epochs,
        )
        checkpoints = Checkpoints(run, checkpoint, checkpoint_every, start, callbacks)
        if saved is not None:
            checkpoints.restore(saved)
        if not (saved and saved.finished and run.finished):
            with shown(progress) as display, listening() as interruption:
                _train(run, Callbacks([*callbacks, *display]), checkpoints, interruption)
    return run.history


def _train(
    run: Run, callbacks: Callbacks, checkpoints: Checkpoints, interruption: Interruption
) -> None:
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
    metrics = dict(run.functions)
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
        cost.backward()
        optimizer.step()
        run.step += 1
        measured = [
            as_number(name, metric(plain(output), targets)) for name, metric in metrics.items()
        ]
        averages.add(len(inputs), [number, *measured])
        for on_step in callbacks.after_step:
            on_step(run)
        if (interruption.requested or run.step >= checkpoints.due) and run.step < last_step:
            run.seconds = perf_counter() - began
            checkpoints.save()
            if interruption.requested:
                raise KeyboardInterrupt(checkpoints.how_to_go_on())
    run.seconds = perf_counter() - began


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


def _saved(path: str | os.PathLike[str] | None) -> Checkpoint | None:
    """What an earlier call left; nothing if it was killed before it wrote, or never began."""
    return None if path is None or not Path(path).exists() else Checkpoint.read(path)


def _check_settings(
    epochs: int,
    checkpoint: str | os.PathLike[str] | None,
    every: int | None,
    *,
    resume: bool,
) -> None:
    if not isinstance(epochs, int | np.integer):
        raise TypeError(f"epochs is a whole number, got {epochs!r}")
    if epochs < 1:
        raise ValueError(f"epochs is at least 1, got {epochs}")
    if every is not None and every < 1:
        raise ValueError(f"checkpoint_every is a number of steps, at least 1, got {every}")
    if checkpoint is None and (resume or every is not None):
        wanting = "resume=True" if resume else "checkpoint_every"
        raise ValueError(f"{wanting} needs a file: say checkpoint=PATH")


def _check_parameters(net: Module, optimizer: Optimizer) -> None:
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


def _split(
    data: Data, validation: Data | float | None, generator: Generator
) -> tuple[Data, Data | None]:
    """The data to learn from and the data to validate on."""
    if not isinstance(validation, float):
        return data, validation
    if isinstance(data, DataLoader):
        raise DataError(
            "a fraction for validation cannot be held out of a DataLoader: pass a Dataset, or "
            "split it yourself (data.random_split) and pass both parts"
        )
    dataset = as_dataset(data)
    n = round(validation * len(dataset)) if 0.0 <= validation <= 1.0 else 0
    if not 0 < n < len(dataset):
        raise DataError(
            f"validation={validation} of {len(dataset)} samples: expected a fraction between 0 "
            "and 1 that leaves at least one sample on either side"
        )
    learned, held_out = random_split(dataset, [len(dataset) - n, n], rng=generator)
    return learned, held_out
