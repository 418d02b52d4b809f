"""The training loop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neuropil.console import listening
from neuropil.data import DataLoader, random_split
from neuropil.errors import DataError
from neuropil.nn.modes import modes_restored
from neuropil.optim import Clip, Optimizer, Penalty, Schedule
from neuropil.random import Generator, as_generator, use
from neuropil.training.batches import Data, as_dataset, as_loader
from neuropil.training.callbacks import Callbacks, check_callbacks
from neuropil.training.checkpoint import Checkpoint, Checkpoints
from neuropil.training.data_checks import check_data
from neuropil.training.engines import check_engine, engine_for
from neuropil.training.fit_checks import check_optimizer, check_rate, check_settings
from neuropil.training.history import History
from neuropil.training.loop import train
from neuropil.training.metrics import Metric, check_function, check_measured, named
from neuropil.training.progress import shown
from neuropil.training.run import Run
from neuropil.training.update import Update

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
    schedule: Schedule | None = None,
    clip: Clip | None = None,
    penalty: Penalty | None = None,
    callbacks: Sequence[Any] = (),
    progress: bool = True,
    engine: str = "auto",
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
        metrics: Functions ``(output, target) -> number`` such as `accuracy`; an `OverallMetric`
            such as ``F1()`` is measured on the validation data only.
        schedule: How the learning rate changes, such as ``optim.CosineDecay()``. It multiplies the
            rate that the optimizer has now; the optimizer gets that rate back at the end, however
            training ends, so that another `fit` begins with it. Checkpoints hold it too.
        clip: What is done to the gradients before a step, such as ``optim.ClipNorm(1.0)``.
        penalty: What is added to the loss that is differentiated, such as ``optim.L1(1e-4)``; the
            losses in the history stay those of the data.
        callbacks: Objects such as `EarlyStopping` and `HistoryWriter` (see
            `neuropil.training.callbacks`).
        progress: Whether to show a progress bar (where standard error is no terminal: a line an
            epoch).
        engine: Who takes the steps: ``"eager"``, NumPy one by one; ``"xla"``, a program of many,
            compiled through JAX, with the data on the device; ``"auto"``, the second where it is
            installed and the training long enough for compiling to pay, unless a callback looks at
            every step. Both draw the same random numbers and agree to rounding.
        rng: A seed or a Generator; by default the current one (`neuropil.random.manual_seed`).
        checkpoint: The file that holds the state of the training, written before the first step,
            at the end of epochs (once a second, where they are shorter) and at the end of
            training, each time as a whole.
        checkpoint_every: Also write it after this many steps.
        resume: Go on from ``checkpoint`` if that file exists; begin if it does not. A finished
            training is not repeated: the network is filled and the history returned.

    Returns:
        A record for each epoch: loss and metrics as means over the samples seen in it, the same
        for the validation data, the learning rate of its last step, the seconds it took.

    Raises:
        ShapeError, DTypeError, DataError: Data, network and loss do not belong together; found
            out before the first step.
        EngineError: ``engine="xla"`` without JAX; or its program ran out of memory: the network
            holds what it held when it was last looked at, the last good checkpoint stays.
        GraphError: ``engine="xla"`` and a step that cannot be compiled; says where and why.
        DivergenceError: The loss or a parameter is not finite any more; names the layer where it
            began. The last good checkpoint stays.
        ValueError: The learning rate is 0 or not finite; the optimizer is for other parameters, or
            is L-BFGS, which is not made for batches.
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
    check_measured(functions, validated=validation is not None)
    check_callbacks(callbacks)
    check_engine(engine)
    check_settings(epochs, checkpoint, checkpoint_every, resume=resume)
    check_optimizer(net, optimizer)
    update = Update(penalty, clip, schedule)
    generator = as_generator(rng)
    saved = _saved(checkpoint) if resume else None
    if saved is not None:  # first what was drawn before the first step, as it was drawn then
        generator.load_state_dict(saved.part("start"))
    start = generator.state_dict()
    # NumPy need not warn of overflow: a loss that is not finite is an error here, with a place.
    with use(generator), modes_restored(net), np.errstate(all="ignore"):
        cost = check_data(net, as_dataset(data), functions)
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
            update=update,
        )
        watching = Callbacks(callbacks)
        steps = engine_for(run, _engine(engine, saved), cost, watching)
        checkpoints = Checkpoints(run, steps, checkpoint, checkpoint_every, start, callbacks)
        if saved is not None:
            checkpoints.restore(saved)
        with run.rate_restored():
            check_rate(run.base_rate)
            if not (saved and saved.finished and run.finished):
                with shown(progress) as display, listening() as interruption:
                    train(run, steps, watching.with_display(display), checkpoints, interruption)
    return run.history


def _saved(path: str | os.PathLike[str] | None) -> Checkpoint | None:
    """What an earlier call left; nothing if it was killed before it wrote, or never began."""
    return None if path is None or not Path(path).exists() else Checkpoint.read(path)


def _engine(engine: str, saved: Checkpoint | None) -> str:
    """With ``"auto"``, a training that has begun goes on with the engine it began with."""
    if engine != "auto" or saved is None or saved.notes["step"] == 0:
        return engine
    began_with: str = saved.notes["settings"]["engine"]
    check_engine(began_with)
    return began_with


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
