"""Whether what is to be recorded fits into memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuropil.neurons.memory_limit import check_fits

if TYPE_CHECKING:
    from neuropil.kernels import Kernel, Memory


def check_room(kernel: Kernel, memory: Memory, steps: int) -> None:
    """Refuse to begin what would end when memory does.

    Raises:
        MemoryError: Says how much the samples take, how much there is, and which take most.
    """
    sizes: dict[str, int] = {}
    for probe in kernel.probes:
        if probe.variable is not None:
            values = memory.states[probe.cells][probe.variable]
            samples = probe.samples(memory.step + steps)
            sizes[probe.name] = samples * probe.indices.size * values.dtype.itemsize
    if sizes:
        largest = max(sizes, key=sizes.__getitem__)
        what = f"the records of {steps * kernel.dt:.10g} ms ({sizes[largest] / 1e9:,.1f} GB of them"
        check_fits(sum(sizes.values()), f"{what} {largest})")
