from __future__ import annotations

import io
import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from neuropil import nn
from neuropil.optim import SGD
from neuropil.training import accuracy, fit


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def train(**settings: Any) -> None:
    net = nn.Linear(4, 3, rng=0)
    data = np.ones((40, 4), np.float32), np.ones(40, np.int64)
    fit(
        net, data, validation=data, loss=nn.CrossEntropyLoss(), metrics=[accuracy],
        optimizer=SGD(net.parameters(), lr=0.1), batch_size=1, rng=0, **{"epochs": 2} | settings,
    )  # fmt: skip


def test_without_a_terminal_each_epoch_is_a_plain_line(capfd: pytest.CaptureFixture[str]) -> None:
    train()
    out, err = capfd.readouterr()
    assert out == ""
    first, second = err.splitlines()
    assert first.startswith("epoch 1/2  loss ")
    assert "  accuracy 1  val_loss " in second
    assert second.endswith(" s")
    assert "\x1b" not in err


def test_short_epochs_are_not_printed_one_by_one(capfd: pytest.CaptureFixture[str]) -> None:
    train(epochs=500)
    lines = capfd.readouterr().err.splitlines()
    assert lines[0].startswith("epoch 1/500 ")
    assert lines[-1].startswith("epoch 500/500 ")
    assert len(lines) < 250  # one a second, however slow the machine


def test_in_a_terminal_there_is_a_bar(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "140")
    train()
    shown = terminal.getvalue()
    assert "epoch 2/2" in shown
    assert "100%" in shown
    assert "val_accuracy 1" in shown
    assert capfd.readouterr().out == ""
    assert shown.count("epoch") < 20  # drawn by the clock, not at each of the 80 steps


def test_a_narrow_terminal_still_shows_the_bar_and_the_time_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    train()
    assert re.search(r"epoch 2/2 ━{16} 100% 00:00 loss ", terminal.getvalue())


def test_the_terminal_is_given_back_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def on_step(self, run: object) -> None:
            raise RuntimeError("mine")

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    with pytest.raises(RuntimeError, match="mine"):
        train(callbacks=[Broken()])
    hidden, shown = "\x1b[?25l", "\x1b[?25h"
    assert terminal.getvalue().rfind(shown) > terminal.getvalue().rfind(hidden) >= 0


def test_rich_is_loaded_for_a_bar_only() -> None:
    code = "import sys, neuropil.training; sys.exit('rich' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
