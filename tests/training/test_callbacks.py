from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuropil import nn
from neuropil.optim import SGD
from neuropil.training import EarlyStopping, Run, fit


class Diary:
    """A callback with every method."""

    def __init__(self) -> None:
        self.entries: list[Any] = []

    def on_start(self, run: Run) -> None:
        self.entries.append(("start", run.step))

    def on_step(self, run: Run) -> None:
        self.entries.append(("step", run.step))

    def on_epoch(self, run: Run) -> None:
        self.entries.append(("epoch", run.epoch, run.history[-1]["epoch"]))

    def on_finish(self, run: Run) -> None:
        self.entries.append(("finish", run.finished))


class StopAfter:
    def __init__(self, step: int) -> None:
        self.step = step

    def on_step(self, run: Run) -> None:
        if run.step == self.step:
            run.stop()


def train(*callbacks: Any) -> Any:
    return train_with(callbacks)


def train_with(callbacks: Any) -> Any:
    net = nn.Linear(2, 1, rng=0)
    data = np.ones((4, 2), np.float32), np.ones((4, 1), np.float32)
    return fit(
        net, data, loss=nn.MSELoss(), optimizer=SGD(net.parameters(), lr=0.1), epochs=2,
        batch_size=2, callbacks=callbacks, progress=False, rng=0,
    )  # fmt: skip


def test_callbacks_are_called_in_order() -> None:
    diary = Diary()
    train(diary)
    assert diary.entries == [
        ("start", 0),
        ("step", 1), ("step", 2), ("epoch", 1, 1),
        ("step", 3), ("step", 4), ("epoch", 2, 2),
        ("finish", True),
    ]  # fmt: skip


def test_a_callback_may_stop_the_training_with_its_epoch() -> None:
    diary = Diary()
    assert len(train(StopAfter(1), diary)) == 1
    assert diary.entries[-3:] == [("step", 2), ("epoch", 1, 1), ("finish", True)]


def test_an_error_in_a_callback_is_not_hidden() -> None:
    class Broken:
        def on_epoch(self, run: Run) -> None:
            raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        train(Broken())


def test_what_is_no_callback_is_refused() -> None:
    with pytest.raises(TypeError, match=r"on_epoch\(run\), on_finish\(run\); got 3"):
        train(3)


@pytest.mark.parametrize("callbacks", [EarlyStopping("loss"), [EarlyStopping], "EarlyStopping"])
def test_a_list_of_objects_is_asked_for(callbacks: Any) -> None:
    with pytest.raises(TypeError, match=r"a list of objects|objects with one or more"):
        train_with(callbacks)
