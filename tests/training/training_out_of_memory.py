"""A training whose memory is taken away between two calls of the program: run by a test."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuropil import nn, optim
from neuropil.errors import EngineError
from neuropil.training import Run, fit
from neuropil.training.checkpoint import Checkpoint

UNITS, BATCH = 4096, 4096  # values of 64 MiB, for which each call asks anew
LEFT = 2**24
"""Bytes that are still to be had: enough for the parameters."""


def size() -> int:
    """Of this process, in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


class TakeMemory:
    """Leaves little of it after the second epoch."""

    def __init__(self) -> None:
        self.before = resource.getrlimit(resource.RLIMIT_AS)
        self.parameters: dict[str, Any] = {}

    def on_epoch(self, run: Run) -> None:
        if run.epoch == 2:
            self.parameters = run.net.state_dict()
            before = 0
            while before != size():  # XLA gives back what the last call took a moment later
                before = size()
                time.sleep(0.5)
            resource.setrlimit(resource.RLIMIT_AS, (size() + LEFT, self.before[1]))

    def __enter__(self) -> None:
        """The memory is given back afterwards."""

    def __exit__(self, *error: object) -> None:
        resource.setrlimit(resource.RLIMIT_AS, self.before)


def network() -> nn.Sequential:
    return nn.Sequential(nn.Linear(8, UNITS, rng=0), nn.ReLU(), nn.Linear(UNITS, 1, rng=1))


def train(net: nn.Module, path: Path, callbacks: list[Any]) -> dict[str, Any]:
    inputs = np.random.default_rng(0).normal(size=(2 * BATCH, 8)).astype(np.float32)
    data = inputs, inputs[:, :1] * inputs[:, 1:2]
    fit(
        net, data, loss=nn.MSELoss(), optimizer=optim.SGD(net.parameters(), lr=1e-3), epochs=3,
        batch_size=BATCH, rng=0, engine="xla", progress=False, callbacks=callbacks,
        checkpoint=path, checkpoint_every=2, resume=path.exists(),
    )  # fmt: skip
    return net.state_dict()


def same(first: dict[str, Any], second: dict[str, Any]) -> bool:
    return all(np.array_equal(value, second[name]) for name, value in first.items())


def main(folder: Path) -> None:
    memory, net, file = TakeMemory(), network(), folder / "run.safetensors"
    message = r"out of .* memory.* holds the state after step 4"
    with pytest.raises(EngineError, match=message), memory:
        train(net, file, [memory])
    assert same(memory.parameters, net.state_dict())
    assert same(memory.parameters, Checkpoint.read(file).part("network"))
    resumed = train(network(), file, [])
    assert same(resumed, train(network(), folder / "undisturbed.safetensors", []))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
