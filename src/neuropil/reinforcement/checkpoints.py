"""Learning from reward in one file, from which it goes on as if nothing had happened."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, final

from neuropil.errors import FileFormatError
from neuropil.storage import load_tensors, save_tensors
from neuropil.training.tensor_file import VERSION, fits, require, under

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from neuropil.random import Generator
    from neuropil.reinforcement.course import Course
    from neuropil.reinforcement.reinforce import Reinforce
    from neuropil.training import Stateful

KIND = "checkpoint of learning from reward"
APART = 1.0
"""Seconds from one checkpoint to the next."""


@final
class Checkpoints:
    """Writes where learning stands between two batches, and takes it back to there.

    An environment has no part in it: each batch begins with a reset.

    Args:
        path: The one file, replaced each time; None writes nothing.
        learner, rng, course: What is written and restored.
        settings: What must be the same on both sides.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None,
        learner: Reinforce,
        rng: Generator,
        course: Course,
        settings: Mapping[str, Any],
    ) -> None:
        self._path = None if path is None else Path(path)
        self._parts: dict[str, Stateful] = {"learner": learner, "rng": rng}
        self._course = course
        self._settings = dict(settings)
        self._last = perf_counter()

    @property
    def is_due(self) -> bool:
        """Whether the last one is long enough ago."""
        return perf_counter() - self._last >= APART

    def save(self) -> None:
        """Write.

        Raises:
            WriteError: The disk is full, …; the checkpoint before stands.
        """
        self._last = perf_counter()
        if self._path is None:
            return
        tensors = {
            f"{name}.{key}": array
            for name, part in self._parts.items()
            for key, array in part.state_dict().items()
        }
        records = self._course.records
        notes = {"kind": KIND, "version": VERSION, "settings": self._settings, "records": records}
        save_tensors(self._path, tensors, notes)

    def restore(self) -> None:
        """Take everything back to where it was when the file was written.

        Raises:
            FileFormatError: It cannot be read, or is of other learning. Nothing has changed then.
        """
        path = str(self._path)
        tensors, notes = load_tensors(path)
        require(notes, path, {KIND})
        for name, now in self._settings.items():
            then = notes["settings"].get(name)
            if then != now:
                raise FileFormatError(
                    f"{path} was written with {name} = {then}, this is {now}: resume with the "
                    "same, or begin anew (resume=False)"
                )
        for name, part in self._parts.items():
            fits(part.state_dict(), under(f"{name}.", tensors), f"{path} does not fit the {name}")
        for name, part in self._parts.items():
            part.load_state_dict(under(f"{name}.", tensors))
        self._course.records[:] = notes["records"]

    def remark(self) -> str:
        """Where learning stands, for the end of a message."""
        played = f"after {len(self._course.returns)} episodes"
        if self._path is None:
            return f"{played}; no checkpoint was kept (checkpoint=PATH keeps one)"
        return f"{played}; to go on: learn(…, checkpoint={str(self._path)!r}, resume=True)"
