"""The loop over steps and epochs."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from neuropil.errors import EngineError
from neuropil.training.divergence import diverged
from neuropil.training.evaluation import measure
from neuropil.training.history import VALIDATION

if TYPE_CHECKING:
    from neuropil.console import Interruption
    from neuropil.training.callbacks import Callbacks
    from neuropil.training.checkpoint import Checkpoints
    from neuropil.training.engines import Engine, Taken
    from neuropil.training.run import Run


def train(
    run: Run,
    engine: Engine,
    callbacks: Callbacks,
    checkpoints: Checkpoints,
    interruption: Interruption,
) -> None:
    """Take all steps that are left.

    The engine takes as many at a time as it likes, up to where somebody has to look.

    Raises:
        DivergenceError: The loss or a parameter is not finite any more.
        EngineError: The program ran out of memory.
        WriteError: A checkpoint cannot be written.
        KeyboardInterrupt: Ctrl-C; the checkpoint is written.
    """
    callbacks.start(run)
    if run.step == 0:  # not earlier: a callback that refuses the run costs no older checkpoint
        checkpoints.save()
    try:
        while run.in_epoch or not run.finished:
            _advance(run, engine, callbacks, checkpoints)
            ended = run.finished and not run.in_epoch
            if not ended and (interruption.requested or checkpoints.is_due):
                checkpoints.save()
                if interruption.requested:
                    raise KeyboardInterrupt(checkpoints.how_to_go_on())
    finally:
        engine.publish()
    callbacks.finish(run)
    checkpoints.save(finished=True)
    if interruption.requested:
        raise KeyboardInterrupt("interrupted when training had just come to its end")


def _advance(run: Run, engine: Engine, callbacks: Callbacks, checkpoints: Checkpoints) -> None:
    """Let the engine take steps, and count them."""
    if not run.in_epoch:
        run.net.train()
    began = perf_counter()
    try:
        taken = engine.take(_steps_unseen(run, callbacks, checkpoints))
    except EngineError as error:
        raise EngineError(f"{error}; {checkpoints.kept()}") from error
    seconds = perf_counter() - began
    here, further = taken.split(run.steps_per_epoch - run.step % run.steps_per_epoch)
    if taken.steps:
        _count_steps(run, here, seconds * here.steps / taken.steps)
        if callbacks.watches_steps:
            engine.publish()
        callbacks.step(run)
    if run.in_epoch and run.step % run.steps_per_epoch == 0:
        if callbacks.watches_epochs:
            engine.publish()
        _end_epoch(run, engine, here.rates[-1])
        if further is not None:
            _count_further_epochs(run, further, seconds / taken.steps)
        callbacks.epoch(run)
    if taken.failure is not None:
        engine.publish()
        batch, loss = taken.failure
        raise diverged(run.net, *batch, f"the loss is {loss}; {checkpoints.remark()}")


def _steps_unseen(run: Run, callbacks: Callbacks, checkpoints: Checkpoints) -> int:
    """How many steps there are until something other than the engine looks at the training."""
    if callbacks.watches_steps:
        return 1
    epochs = run.epochs if callbacks.unseen_epochs(run) else run.step // run.steps_per_epoch + 1
    until = epochs * run.steps_per_epoch
    return int(min(until, checkpoints.due)) - run.step


def _count_steps(run: Run, taken: Taken, seconds: float) -> None:
    """Steps of one epoch join its averages."""
    run.averages.count(taken.steps * taken.size, taken.weights, taken.values)
    run.step += taken.steps
    run.seconds += seconds


def _count_further_epochs(run: Run, taken: Taken, seconds: float) -> None:
    """Steps that begin with an epoch, and that nobody looked between: they may be very many.

    Args:
        run: The training.
        taken: The steps.
        seconds: What each of them took.
    """
    length = run.steps_per_epoch
    epochs = taken.steps // length
    whole, rest = taken.split(epochs * length)
    run.history.extend(
        {
            "epoch": range(run.epoch + 1, run.epoch + epochs + 1),
            **run.averages.means_of(length, whole.weights, whole.values),
            "lr": whole.rates[length - 1 :: length],
            "seconds": [round(seconds * length, 9)] * epochs,
        }
    )
    run.epoch += epochs
    run.step += whole.steps
    if rest is not None:  # the step after these was not taken
        _count_steps(run, rest, seconds * rest.steps)


def _end_epoch(run: Run, engine: Engine, rate: float) -> None:
    """Validate, and turn the averages of the epoch into its record."""
    began = perf_counter()
    means = run.averages.means()
    if run.validation is not None:
        measured = measure(run.net, run.validation, run.functions, forward=engine.forward())
        means |= {VALIDATION + name: value for name, value in measured.items()}
    run.epoch += 1
    seconds = run.seconds + perf_counter() - began
    record = {"epoch": run.epoch, **means, "lr": rate, "seconds": round(seconds, 6)}
    run.history.append(record)
    run.averages.reset()
    run.seconds = 0.0
