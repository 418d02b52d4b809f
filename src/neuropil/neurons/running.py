"""Running for a while: in portions, so that there is progress to show and Ctrl-C is heard."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from neuropil.console import listening
from neuropil.neurons.memory_limit import check_fits
from neuropil.neurons.progress import shown

if TYPE_CHECKING:
    from neuropil.kernels import Engine, Memory, Recorded

_SECONDS_A_PORTION = 0.2
_PORTIONS = (
    100_000,
    10_000,
    1000,
    100,
    10,
    1,
)  # few sizes: to some engines, each is another program


def run(
    engine: Engine, memory: Memory, recorded: Recorded, steps: int, dt: float, *, progress: bool
) -> None:
    """Take some steps.

    Raises:
        KeyboardInterrupt: Ctrl-C; says how far it came.
        MemoryError: There are more spikes than memory has room for; those recorded are kept.
        DivergenceError: A variable is not a number any more.
    """
    first, last, portion = memory.step, memory.step + steps, 10
    slow = False
    with shown(progress, steps) as show, listening() as interruption:
        while memory.step < last and not interruption.requested:
            portion = min(portion, _largest(last - memory.step))
            began = perf_counter()
            engine.run(memory, recorded, portion)
            reading = f"the spikes until {memory.step * dt:.10g} ms, and a copy to read them"
            check_fits(2 * recorded.spike_bytes, reading)
            possible = portion * _SECONDS_A_PORTION / max(perf_counter() - began, 1e-9)
            # once slow may have been the compiling: what another portion would need again
            if possible >= portion or slow:
                portion = _largest(possible)
            slow = possible < portion
            show(memory.step - first)
    if interruption.requested:
        raise KeyboardInterrupt(
            f"stopped at {memory.step * dt:.10g} ms of {last * dt:.10g} ms; what was recorded is "
            "kept, and run() goes on from here"
        )


def _largest(steps: float) -> int:
    """The largest portion of at most so many steps."""
    return next((portion for portion in _PORTIONS if portion <= steps), 1)
