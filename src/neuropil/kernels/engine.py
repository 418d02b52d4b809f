"""What runs a kernel."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neuropil.kernels.kernel import Kernel
    from neuropil.kernels.memory import Memory
    from neuropil.kernels.recorded import Recorded


class Engine(ABC):
    """Runs one kernel. Abstract.

    Args:
        kernel: What to run. Whatever all steps have in common is prepared here.

    Raises:
        EngineError: This engine cannot run it; says which part of it.
    """

    @abstractmethod
    def __init__(self, kernel: Kernel) -> None: ...

    @abstractmethod
    def run(self, memory: Memory, recorded: Recorded, steps: int) -> None:
        """Take some steps: the memory moves on, the records grow.

        The order in each step: cells integrate, spike and are reset; synapses deliver; probes
        record.

        Raises:
            DivergenceError: A variable is not a number any more. What was recorded before that
                step is in the records.
        """
