"""A training in one file, from which it goes on as if nothing had happened.

The file is safetensors. Its arrays are named by the part they belong to: ``network.…``,
``optimizer.…``, ``loader.…`` (the place in the data), ``generators.…`` (also those that layers
hold), ``callbacks.…``. Its description holds the numbers: epoch, step, the sums of the epoch under
way, the history. Floats have all their digits, so that a training that was resumed ends with the
same bits as one that was never disturbed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from neuropil.errors import FileFormatError
from neuropil.storage import load_tensors, save_tensors
from neuropil.training.callbacks import Stateful
from neuropil.training.divergence import diverged_parameters
from neuropil.training.history import History
from neuropil.training.in_words import in_words
from neuropil.training.network_file import description_of
from neuropil.training.tensor_file import CHECKPOINT, VERSION, fits, require, under

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from neuropil.training.engines import Engine
    from neuropil.training.run import Run


APART = 1.0
"""Seconds from a checkpoint to the end of the epoch that has the next: a disk is no faster."""


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint file holds: the arrays of all parts, and the description."""

    path: Path
    tensors: Mapping[str, NDArray[Any]]
    notes: Mapping[str, Any]

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Checkpoint:
        """Read a file.

        Raises:
            FileFormatError: It is missing, truncated, foreign, or no checkpoint.
        """
        tensors, notes = load_tensors(path)
        require(notes, path, {CHECKPOINT})
        return cls(Path(path), tensors, notes)

    @property
    def finished(self) -> bool:
        """Whether the training had come to its end."""
        return bool(self.notes["finished"])

    def part(self, name: str) -> dict[str, NDArray[Any]]:
        """The arrays of one part."""
        return under(f"{name}.", self.tensors)


class Checkpoints:
    """Writes the checkpoints of a run, and takes the run back to one.

    Args:
        run: The training.
        engine: What takes its steps, and is asked for what they have made.
        path: The one file, replaced each time; None writes nothing.
        every: Also write after this many steps.
        start: The state of the run's generator before anything was drawn from it.
        callbacks: Those that are `Stateful` are part of the checkpoint.

    Attributes:
        due: The number of the step after which the next one is to be written at the latest.
    """

    def __init__(
        self,
        run: Run,
        engine: Engine,
        path: str | os.PathLike[str] | None,
        every: int | None,
        start: Mapping[str, NDArray[Any]],
        callbacks: Sequence[Any],
    ) -> None:
        self._run = run
        self._engine = engine
        self._path = None if path is None else Path(path)
        self._every = every if path is not None else None
        self._start = start
        self._callbacks = [c for c in callbacks if isinstance(c, Stateful)]
        self._network = description_of(run.net)
        self._written_at = 0
        self._last = perf_counter()
        self._parts = self._collect()
        self._set_due()

    def save(self, *, finished: bool = False) -> None:
        """Write a checkpoint, unless a parameter is not finite: the last good one stays then.

        Raises:
            DivergenceError: A parameter or buffer is not finite.
            WriteError: The disk is full, …; the checkpoint before stands.
        """
        self._engine.publish()
        if error := diverged_parameters(self._run.net, self.remark()):
            raise error
        if self._path is None:
            return
        tensors = {f"start.{key}": array for key, array in self._start.items()}
        for name, part in self._parts.items():
            tensors |= {f"{name}.{key}": array for key, array in part.state_dict().items()}
        save_tensors(self._path, tensors, self._notes(finished=finished))
        self._written_at = self._run.step
        self._last = perf_counter()
        self._set_due()

    @property
    def is_due(self) -> bool:
        """Whether it is time: after so many steps, or with an epoch that ends, once a second."""
        run = self._run
        waited = perf_counter() - self._last >= APART
        return run.step >= self.due or (not run.in_epoch and waited)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Take the run back to where it was when ``checkpoint`` was written.

        Raises:
            FileFormatError: The checkpoint belongs to another network, optimizer, data set, …;
                says which tensors and shapes, or which setting, differ. Nothing has changed then.
        """
        run = self._run
        self._refuse_others(checkpoint)
        for name, part in self._parts.items():
            part.load_state_dict(checkpoint.part(name))
        notes = checkpoint.notes
        run.epoch, run.step = notes["epoch"], notes["step"]
        run.seconds, run.stopped = notes["seconds"], notes["stopped"]
        run.base_rate = notes.get("base_rate", run.learning_rate)
        run.history = History(notes["history"])
        run.averages.samples = notes["samples"]
        run.averages.weights, run.averages.sums = list(notes["weights"]), list(notes["sums"])
        self._written_at = run.step
        self._set_due()

    def remark(self) -> str:
        """Where training stands, what may help and what is kept, for the end of an error."""
        run = self._run
        return (
            f"training stopped in epoch {run.epoch + 1} after step {run.step}. "
            f"Try a smaller learning rate (it is {run.learning_rate:g}); {self.kept()}"
        )

    def kept(self) -> str:
        """What there is to go on from, for the end of an error."""
        if self._path is None:
            return "no checkpoint was kept (checkpoint=PATH keeps one)"
        return f"{self._path} holds the state after step {self._written_at}"

    def how_to_go_on(self) -> str:
        """What to tell who interrupted the training."""
        run = self._run
        where = f"interrupted in epoch {run.epoch + 1} of {run.epochs} after step {run.step}"
        if self._path is None:
            return f"{where}; the network holds what it has learned (checkpoint=PATH keeps more)"
        return f"{where}; to go on: fit(…, checkpoint={str(self._path)!r}, resume=True)"

    def _collect(self) -> dict[str, Stateful]:
        run = self._run
        parts: dict[str, Stateful] = {"loader": run.loader}
        if run.validation is not None:
            parts["validation"] = run.validation
        parts |= {"network": run.net, "optimizer": run.optimizer}
        parts |= {f"generators.{place}": part for place, part in run.generators.items()}
        return parts | {f"callbacks.{i}": part for i, part in enumerate(self._callbacks)}

    def _notes(self, *, finished: bool) -> dict[str, Any]:
        run = self._run
        return {
            "kind": CHECKPOINT,
            "version": VERSION,
            "finished": finished,
            "stopped": run.stopped,
            "epoch": run.epoch,
            "step": run.step,
            "base_rate": run.base_rate,
            "seconds": run.seconds,
            "samples": run.averages.samples,
            "weights": run.averages.weights,
            "sums": run.averages.sums,
            "history": list(run.history),
            "network": self._network,
            "settings": self._settings(),
        }

    def _settings(self) -> dict[str, Any]:
        """What must be the same when a training is resumed."""
        run = self._run
        return {
            "engine": self._engine.name,
            "optimizer": in_words(run.optimizer),
            "loss": in_words(run.functions["loss"]),
            "training samples": len(run.loader.dataset),
            "batch_size": run.loader.batch_size,
            "shuffle": run.loader.shuffle,
            "drop_last": run.loader.drop_last,
            "validation samples": len(run.validation.dataset) if run.validation else 0,
            "quantities": run.quantities,
            "generators": list(run.generators),
            **run.update.settings(),
            "callbacks": [type(callback).__name__ for callback in self._callbacks],
        }

    def _refuse_others(self, checkpoint: Checkpoint) -> None:
        run, path = self._run, checkpoint.path
        fits(run.net.state_dict(), checkpoint.part("network"), f"{path} does not fit the network")
        then, now = checkpoint.notes["settings"], self._settings()
        if checkpoint.notes["step"] == 0:  # nothing was taken by any engine
            then = then | {"engine": self._engine.name}
        for name, value in now.items():
            if then.get(name) != value:
                raise FileFormatError(
                    f"{path} was written by a training with {name} = {then.get(name)}, this one "
                    f"has {value}: resume with the same, or begin anew (resume=False)"
                )
        state = checkpoint.part("optimizer")
        fits(run.optimizer.state_dict(), state, f"{path} does not fit the optimizer")

    def _set_due(self) -> None:
        every = self._every
        self.due = (self._run.step // every + 1) * every if every else float("inf")
