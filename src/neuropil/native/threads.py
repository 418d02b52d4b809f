"""Whether several threads are faster than one: tried out, as the machine is."""

from __future__ import annotations

import os
from typing import final

_WORTH_A_TRY = 1e-3  # seconds of a step: threads wait for each other twice in each
_TRIED = 4  # steps: where other work has a processor, each may take a hundred times as long
_TOGETHER = 20  # steps that several threads take before it is asked again
_AGAIN = 50  # answers after which the other way is tried again: other work comes and goes


@final
class Teams:
    """Chooses between one thread and several, which give the same results to the bit.

    Args:
        several: How many there could be.

    Example:
        >>> teams = Teams(several=2)
        >>> teams.choose(100)
        (1, 100)
        >>> teams.told(1, steps=100, seconds=1.0)
        >>> teams.choose(100)
        (2, 4)
        >>> teams.told(2, steps=4, seconds=0.02)
        >>> teams.choose(100)
        (2, 20)
    """

    def __init__(self, several: int) -> None:
        self.several = several
        self._seconds: dict[int, float] = {}
        self._until_again = _AGAIN

    def choose(self, steps: int) -> tuple[int, int]:
        """How many threads shall take how many of the next steps."""
        alone = self._seconds.get(1, 0.0)
        if self.several == 1 or alone < _WORTH_A_TRY:
            return 1, steps
        together = self._seconds.get(self.several)
        if together is None:
            return self.several, min(steps, _TRIED)
        best, other = (1, self.several) if alone < together else (self.several, 1)
        self._until_again -= 1
        if self._until_again < 0:
            self._until_again = _AGAIN
            return other, min(steps, _TRIED)
        return best, steps if best == 1 else min(steps, _TOGETHER)

    def told(self, threads: int, steps: int, seconds: float) -> None:
        """Some steps were taken by so many threads."""
        if steps:
            self._seconds[threads] = seconds / steps


def processors() -> int:
    """How many threads Numba may start, on how many processors this process may run."""
    from numba import get_num_threads

    may_run = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(int(get_num_threads()), may_run or 1)
