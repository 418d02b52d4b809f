"""A small training, run as a program so that tests can kill it.

training_to_kill.py run FOLDER CASE            trains slowly, saying so when it begins
training_to_kill.py every-moment FOLDER CASE   is killed at each moment in turn, and resumed
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from neuropil import nn, training
from neuropil.data import ArrayDataset
from neuropil.optim import L1, SGD, Adam, ClipNorm, CosineDecay, Warmup
from neuropil.storage import load_tensors, read_lines, save_tensors

CHECKPOINT, HISTORY, END = "run.safetensors", "history.jsonl", "end.safetensors"


def train(folder: Path, case: str, *callbacks: Any) -> None:
    """Train or go on, and write what came of it to one file that can be compared."""
    rng = np.random.default_rng(0)
    targets = rng.integers(3, size=46)
    inputs = rng.normal(size=(46, 1, 4, 4)) + targets[:, None, None, None]
    first: list[nn.Module] = [nn.Flatten(), nn.Linear(16, 5, rng=2)]
    if case == "adam":
        first = [nn.Conv2d(1, 3, 3, rng=1), nn.ReLU(), nn.Flatten(), nn.Linear(12, 5, rng=2)]
    net = nn.Sequential(
        *first, nn.Dropout(0.2, rng=3), nn.Tanh(), nn.Dropout(0.2), nn.Linear(5, 3, rng=4)
    )
    optimizer = (
        Adam(net.parameters(), lr=0.05)
        if case == "adam"
        else SGD(net.parameters(), lr=0.5, momentum=0.9, dampening=0.1)
    )
    stopping = training.EarlyStopping(patience=2)
    history = training.fit(
        net,
        ArrayDataset(inputs.astype(np.float32), targets),
        loss=nn.CrossEntropyLoss(),
        optimizer=optimizer,
        epochs=5,
        batch_size=8,
        validation=0.2,
        metrics=[training.accuracy],
        schedule=Warmup(2, then=CosineDecay(0.1)) if case == "adam" else None,
        clip=ClipNorm(1.0) if case == "adam" else None,
        penalty=L1(1e-3) if case == "adam" else None,
        callbacks=[stopping, training.HistoryWriter(folder / HISTORY), *callbacks],
        progress=False,
        rng=5,
        checkpoint=folder / CHECKPOINT,
        checkpoint_every=2,
        resume=True,
    )
    arrays = {f"network.{name}": array for name, array in net.state_dict().items()}
    arrays |= {f"optimizer.{name}": array for name, array in optimizer.state_dict().items()}
    arrays |= {f"stopping.{name}": array for name, array in stopping.state_dict().items()}
    records = [{k: v for k, v in record.items() if k != "seconds"} for record in history]
    save_tensors(folder / END, arrays, {"history": records})


def outcome(folder: Path) -> tuple[bytes, bytes, list[str]]:
    """All that must be the same to the bit: the end, the last checkpoint, the history's lines."""
    tensors, notes = load_tensors(folder / CHECKPOINT)
    state = b"".join(name.encode() + tensors[name].tobytes() for name in sorted(tensors))
    lines = [line.split(', "seconds"')[0] for line in read_lines(folder / HISTORY)]
    assert notes["finished"]
    return (folder / END).read_bytes(), state, lines


class Slowly:
    """Says when training begins, and takes its time."""

    def on_start(self, run: training.Run) -> None:
        print("started", flush=True)

    def on_step(self, run: training.Run) -> None:
        time.sleep(0.02)


class Moments:
    """Counts the moments of a training, and kills the process at one of them."""

    def __init__(self, last: int) -> None:
        self.count, self.last = 0, last
        for owner, name in ((os, "fsync"), (Path, "replace"), (os, "write")):
            self.surround(owner, name)

    def surround(self, owner: Any, name: str) -> None:
        function = getattr(owner, name)

        def surrounded(*arguments: Any) -> Any:
            self.pass_by()
            result = function(*arguments)
            self.pass_by()
            return result

        setattr(owner, name, surrounded)

    def pass_by(self) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def on_step(self, run: training.Run) -> None:
        self.pass_by()

    def on_epoch(self, run: training.Run) -> None:
        self.pass_by()

    def on_finish(self, run: training.Run) -> None:
        self.pass_by()


def killed_at_every_moment(folder: Path, case: str) -> None:
    """Kill a fresh training at each of its moments, resume it, and compare the outcome."""
    os.fsync = lambda fd: None  # a kill is no power cut: what was written is there without it
    (folder / "undisturbed").mkdir()
    train(folder / "undisturbed", case)
    expected = outcome(folder / "undisturbed")
    moment = 1
    while True:
        place = folder / str(moment)
        place.mkdir()
        child = os.fork()
        if child == 0:
            moments = Moments(moment)
            train(place, case, moments)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0:
            break
        assert os.WTERMSIG(status) == signal.SIGKILL, f"failed by itself at moment {moment}"
        train(place, case)
        assert outcome(place) == expected, f"another outcome after moment {moment}"
        moment += 1
    print(f"{moment - 1} moments")


if __name__ == "__main__":
    task, place, case = sys.argv[1:]
    if task == "run":
        train(Path(place), case, Slowly())
    else:
        killed_at_every_moment(Path(place), case)
