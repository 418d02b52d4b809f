from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from neuropil import nn
from neuropil.console import Interruption, listening
from neuropil.optim import Adam
from neuropil.training import Run, fit

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = Path(__file__).with_name("training_to_kill.py")


@pytest.fixture
def _python_handles_ctrl_c() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class PressCtrlC:
    """Presses it while a step is under way, which must then be finished."""

    def __init__(self, step: int) -> None:
        self.step = step

    def on_step(self, run: Run) -> None:
        if run.step == self.step:
            signal.raise_signal(signal.SIGINT)


def train(*callbacks: Any, **settings: Any) -> tuple[nn.Module, Any]:
    net = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Dropout(0.5), nn.Linear(4, 2, rng=1))
    rng = np.random.default_rng(0)
    data = rng.normal(size=(20, 3)).astype(np.float32), rng.integers(2, size=20)
    history = fit(
        net, data, loss=nn.CrossEntropyLoss(), optimizer=Adam(net.parameters()), epochs=2,
        batch_size=4, rng=0, progress=False, callbacks=callbacks, **settings,
    )  # fmt: skip
    return net, history


@pytest.mark.usefixtures("_python_handles_ctrl_c")
@pytest.mark.parametrize("step", [1, 3, 5, 6, 10])
def test_an_interrupted_training_goes_on_to_the_same_end(tmp_path: Path, step: int) -> None:
    path = tmp_path / "run.safetensors"
    with pytest.raises(KeyboardInterrupt) as caught:
        train(PressCtrlC(step), checkpoint=path)
    if step < 10:
        assert f"after step {step}; to go on: fit(…, checkpoint={str(path)!r}" in str(caught.value)
    else:
        assert "had just come to its end" in str(caught.value)
    net, history = train(checkpoint=path, resume=True)
    expected, whole = train()
    assert history["loss"] == whole["loss"]
    for name, array in expected.state_dict().items():
        np.testing.assert_array_equal(net.state_dict()[name], array)


@pytest.mark.usefixtures("_python_handles_ctrl_c")
def test_without_a_checkpoint_it_says_how_to_get_one() -> None:
    with pytest.raises(KeyboardInterrupt, match=r"in epoch 1 of 2 after step 2; .*checkpoint=PATH"):
        train(PressCtrlC(2))


@pytest.mark.usefixtures("_python_handles_ctrl_c")
def test_the_handler_is_given_back() -> None:
    with pytest.raises(KeyboardInterrupt):
        train(PressCtrlC(2))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("_python_handles_ctrl_c")
def test_the_second_ctrl_c_interrupts_at_once() -> None:
    with listening() as interruption:
        signal.raise_signal(signal.SIGINT)
        assert interruption.requested
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_who_handles_ctrl_c_keeps_it() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with listening():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_train_without_a_handler() -> None:
    results: list[Any] = []

    def work() -> None:
        with listening() as interruption:
            results.append(interruption)
        results.append(len(train()[1]))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert isinstance(results[0], Interruption)
    assert results[1] == 2


@pytest.mark.skipif(os.name == "nt", reason="needs SIGINT")
def test_ctrl_c_in_a_program(tmp_path: Path) -> None:
    command = [sys.executable, str(PROGRAM), "run", str(tmp_path), "adam"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert "KeyboardInterrupt: interrupted in epoch" in errors
    assert "resume=True" in errors
    assert (tmp_path / "run.safetensors").exists()
