"""The memory of one derivative of an LSTM through time."""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np

import neuropil as npl
from neuropil import nn

if TYPE_CHECKING:
    from neuropil.ops.scan import CheckpointEvery

UNITS, BATCH = 32, 16
LENGTHS = (100, 324, 1024, 3136, 10_000)


class Memory:
    """An LSTM that runs by itself for so many steps: with no input, that alone can grow."""

    def __init__(self, steps: int, *, checkpoints: bool) -> None:
        self.steps = steps
        self.checkpoint_every: CheckpointEvery = "sqrt" if checkpoints else None
        self.cell = nn.LSTMCell(1, UNITS, rng=0)
        self.start = np.full((BATCH, UNITS), 0.5, np.float32)
        self.nothing = np.zeros((BATCH, 1), np.float32)

    def gradients(self) -> list[Any]:
        """Those of the weights, for a loss of the last state."""
        (hidden, _), _ = npl.scan(
            lambda state, _: (self.cell(self.nothing, state), None),
            (self.start, self.start),
            length=self.steps,
            checkpoint_every=self.checkpoint_every,
        )
        return npl.gradients(npl.sum(hidden * hidden), list(self.cell.parameters()))


def eager(memory: Memory) -> int:
    """The most bytes that Python and NumPy held at a time, beyond the network."""
    gc.collect()
    tracemalloc.start()
    memory.gradients()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def xla(memory: Memory) -> int:
    """The bytes that the program needs besides its arguments and results, as XLA plans them."""
    import jax

    def program(weights: list[Any]) -> list[Any]:
        for parameter, value in zip(memory.cell.parameters(), weights, strict=True):
            parameter.value = value
        return memory.gradients()

    weights = [parameter.value for parameter in memory.cell.parameters()]
    analysis: Any = jax.jit(program).lower(weights).compile().memory_analysis()
    return int(analysis.temp_size_in_bytes)


ENGINES = {"eager": eager, "xla": xla}


def held(engine: str, length: int, *, checkpoints: bool) -> int:
    """The bytes of one derivative through so many steps."""
    return ENGINES[engine](Memory(length, checkpoints=checkpoints))
