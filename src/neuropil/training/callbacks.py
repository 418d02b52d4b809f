"""What may look at a training and steer it.

A callback is any object with one or more of the methods below; `fit` calls those it has, in the
order of its ``callbacks``. It reads the `Run` it is given and may ask it to stop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from neuropil.training.run import Run


@runtime_checkable
class OnStart(Protocol):
    """Called before the first step, also of a resumed training (then ``run.step > 0``)."""

    def on_start(self, run: Run) -> None:
        """Training is about to begin or to go on."""


@runtime_checkable
class OnStep(Protocol):
    """Called after each step."""

    def on_step(self, run: Run) -> None:
        """The parameters were updated once more."""


@runtime_checkable
class OnEpoch(Protocol):
    """Called at the end of each epoch, after validation."""

    def on_epoch(self, run: Run) -> None:
        """``run.history[-1]`` is the record of the epoch that ended."""


@runtime_checkable
class OnFinish(Protocol):
    """Called once, after the last epoch; not if training is interrupted or fails."""

    def on_finish(self, run: Run) -> None:
        """The network is about to be handed back."""


@runtime_checkable
class Stateful(Protocol):
    """What remembers something from epoch to epoch: checkpoints hold it."""

    def state_dict(self) -> Mapping[str, NDArray[Any]]:
        """All there is to remember, as named arrays."""

    def load_state_dict(self, state: Mapping[str, NDArray[Any]], /) -> object:
        """Go back to what `state_dict` recorded."""


def check_callbacks(callbacks: Any) -> None:
    """Refuse what is no list of callbacks.

    Raises:
        TypeError: It is no list, or something in it has none of the methods or is a class.
    """
    if not isinstance(callbacks, list | tuple):
        raise TypeError(f"callbacks is a list of objects, got {callbacks!r}: put it into a list")
    for callback in callbacks:
        if isinstance(callback, type) or not isinstance(
            callback, OnStart | OnStep | OnEpoch | OnFinish
        ):
            raise TypeError(
                "callbacks are objects with one or more of the methods on_start(run), "
                f"on_step(run), on_epoch(run), on_finish(run); got {callback!r}"
            )


class Callbacks:
    """The methods of several callbacks, looked up once so that a step costs a plain call each.

    Args:
        callbacks: What may look at the network and steer: called after each step, each epoch.
        display: What only shows how far training has come, and need not see each of them.

    Attributes:
        watches_steps, watches_epochs: Whether a callback is to be called after each of them.
    """

    def __init__(self, callbacks: Sequence[Any], display: Sequence[Any] = ()) -> None:
        every = [*callbacks, *display]
        self._start = [c.on_start for c in every if isinstance(c, OnStart)]
        self._step = [c.on_step for c in every if isinstance(c, OnStep)]
        self._epoch = [c.on_epoch for c in every if isinstance(c, OnEpoch)]
        self._finish = [c.on_finish for c in every if isinstance(c, OnFinish)]
        self.watches_steps = any(isinstance(c, OnStep) for c in callbacks)
        self.watches_epochs = any(isinstance(c, OnEpoch) for c in callbacks)
        self._callbacks = callbacks

    def with_display(self, display: Sequence[Any]) -> Callbacks:
        """The same, followed by a display."""
        return Callbacks(self._callbacks, display)

    def unseen_epochs(self, run: Run) -> bool:
        """Whether an epoch may end without anyone looking at the network."""
        return run.validation is None and not self.watches_steps and not self.watches_epochs

    def start(self, run: Run) -> None:
        """Call every ``on_start``."""
        for on_start in self._start:
            on_start(run)

    def step(self, run: Run) -> None:
        """Call every ``on_step``."""
        for on_step in self._step:
            on_step(run)

    def epoch(self, run: Run) -> None:
        """Call every ``on_epoch``."""
        for on_epoch in self._epoch:
            on_epoch(run)

    def finish(self, run: Run) -> None:
        """Call every ``on_finish``."""
        for on_finish in self._finish:
            on_finish(run)
